"""The learning-rate range test on the page Train."""

import threading

import pytest

from blockwright.backend.client import BackendError
from blockwright.schema.service_calls import RANGE_TEST
from blockwright.ui.reactive import background_calls
from blockwright.ui.shell import state
from blockwright.ui.train.probe.range_test_view import sentence
from tests.browser.driving import wait_for
from tests.ui.train.probe.test_estimate_view import said, training

pytestmark = pytest.mark.usefixtures("service", "workspace_store")

TESTED = {
    "points": [{"rate": 10.0**power, "loss": 2.0, "smoothed": 2.0} for power in range(-6, 1)],
    "suggestion": 0.0012,
    "diverged_at": 3.14159,
    "reason": "There the loss falls most steeply (Smith 2017, arXiv:1506.01186).",
}


def answered(app):
    wait_for(lambda: not background_calls.is_running(RANGE_TEST), 10, "the test is over")
    return app.run()


def test_the_suggested_rate_is_taken_with_one_click(service):
    over = threading.Event()
    service.answers["range_test"] = lambda **_: over.wait(10) and TESTED
    app = training().button(key="train_range_start").click().run()
    assert "Testing learning rates …" in said(app)
    assert not app.button(key="train_start").disabled
    over.set()
    app = answered(app)
    assert sentence(TESTED) == (
        "Suggested learning rate: 0.0012. There the loss falls most steeply (Smith 2017, arXiv:1506.01186). "
        "The loss diverged at 3.1, which ended the test."
    )
    assert sentence(TESTED) in said(app)
    app.button(key="train_range_take").click().run()
    assert app.session_state[state.SETTINGS]["learning_rate"] == 0.0012
    assert app.button(key="train_range_take").disabled


def test_without_a_suggestion_there_is_nothing_to_take(service):
    reason = "The loss did not fall at any rate, so no rate is suggested."
    service.answers["range_test"] = lambda **_: {**TESTED, "suggestion": None, "reason": reason}
    app = answered(training().button(key="train_range_start").click().run())
    assert reason in said(app)
    assert "train_range_take" not in {button.key for button in app.button}


def test_a_test_that_fails_is_told(service):
    def refuse(**_):
        raise BackendError("The design service is too busy.")

    service.answers["range_test"] = refuse
    app = answered(training().button(key="train_range_start").click().run())
    assert [warning.value for warning in app.warning] == ["The design service is too busy."]
    assert app.button(key="train_range_start")
