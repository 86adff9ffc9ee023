"""How long a run takes on the page Train: a guess at once, then what was measured."""

import threading

import pytest

from blockwright.design.parse import read_design
from blockwright.runs.workspaces import run_fit
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits
from blockwright.schema.service_calls import ESTIMATE
from blockwright.ui.reactive import background_calls
from blockwright.ui.shell import state
from blockwright.ui.train.probe import estimate_view
from tests.browser.driving import wait_for
from tests.ui import synthetic
from tests.ui.page_harness import store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")

MEASURED = {
    "start_seconds": 3.0,
    "epoch_seconds": 2.0,
    "train_seconds": 1.8,
    "end_seconds": 1.0,
    "memory_bytes": 150_000_000,
    "steps": 40,
    "steps_per_epoch": 43,
    "train_examples": 1350,
    "cores": 2,
    "busy": 0.1,
}


def training(**settings):
    app = visit("train")
    app.session_state[state.HISTORY] = state.History.start(read_design(synthetic.DESIGN))
    app.session_state[state.SETTINGS] = {"data": {"name": "digits"}, **settings}
    return app.run()


def measured(app):
    wait_for(lambda: not background_calls.is_running(ESTIMATE), 10, "the measurement is over")
    return app.run()


def said(app) -> str:
    return words(app).replace("\\", "")


def test_the_guess_stands_there_until_the_measurement_is_over_and_start_does_not_wait(service):
    over = threading.Event()
    service.answers["estimate"] = lambda **_: over.wait(10) and MEASURED
    app = training()
    assert "by a rough estimate. Measuring it on this machine …" in said(app)
    assert not app.button(key="train_start").disabled
    over.set()
    assert (
        "About 2.0 s per epoch, 14 s for all 5 epochs and the test, and 150 MB of memory: measured on this machine by "
        "40 training steps on 2 processor cores."
    ) in said(measured(app))
    assert not app.warning


def test_what_was_measured_is_found_again_until_a_setting_that_matters_changes(service):
    service.answers["estimate"] = lambda **_: MEASURED
    measured(training())
    app = measured(training(epochs=7, learning_rate=0.01, seed=3))
    assert service.asked.count("estimate") == 1
    assert "18 s for all 7 epochs" in said(app)
    measured(training(batch_size=64))
    assert service.asked.count("estimate") == 2


def test_a_measurement_that_fails_is_told_and_can_be_asked_for_again(service):
    app = measured(training())
    assert "It could not be measured: Nothing is measured here." in said(app)
    service.answers["estimate"] = lambda **_: MEASURED
    assert "About 2.0 s per epoch" in said(measured(app.button(key="train_measure").click().run()))


def test_where_many_share_the_machine_it_is_measured_on_request(service, monkeypatch):
    service.answers["estimate"] = lambda **_: MEASURED
    monkeypatch.setattr(estimate_view, "workspace_limits", lambda: WorkspaceLimits(runs=2))
    app = training()
    assert "estimate" not in service.asked
    assert "About 2.0 s per epoch" in said(measured(app.button(key="train_measure").click().run()))


def test_what_does_not_fit_is_told_with_what_would_make_it_smaller(service, monkeypatch):
    service.answers["estimate"] = lambda **_: MEASURED
    monkeypatch.setattr(run_fit, "free_memory", lambda: 100_000_000)
    app = measured(training())
    assert "It needs about 150 MB of memory, but this machine has 100 MB free now" in app.warning[0].value
    app.button(key="train_smaller_batch").click().run()
    assert app.session_state[state.SETTINGS]["batch_size"] == 16


def test_a_long_run_is_warned_of(service):
    service.answers["estimate"] = lambda **_: {**MEASURED, "epoch_seconds": 7200.0}
    app = measured(training())
    assert app.warning[0].value.startswith("About 2 hours per epoch, 10 hours for all 5 epochs and the test")


def test_a_busy_machine_is_mentioned(service):
    service.answers["estimate"] = lambda **_: {**MEASURED, "busy": 0.6}
    assert "Other programs used 60% of the processor meanwhile; without them the run is faster." in said(
        measured(training())
    )


def test_starting_a_run_ends_the_measurement(service):
    cancelled = []
    service.cancel = cancelled.append
    training().button(key="train_start").click().run()
    assert cancelled == [ESTIMATE]
    assert store().runs("mine" * 8)
