"""The values of one batch on the page Train."""

import pytest

from blockwright.schema.service_calls import BATCH_TABLE
from blockwright.ui.reactive import background_calls
from tests.browser.driving import wait_for
from tests.ui.find_widget import shown_tables
from tests.ui.train.probe.test_estimate_view import said, training

pytestmark = pytest.mark.usefixtures("service", "workspace_store")

PROBLEM = (
    '`Dense` "head" is the first block whose output is not finite: 320 of 320 values are NaN or infinite.'
)


def row(node, block, reads, **values):
    empty = {"mean": None, "spread": None, "low": None, "high": None, "not_finite": 0, "problem": None}
    return {"node": node, "block": block, "reads": reads, "shape": [32, 10], **empty, **values}


def answered(app):
    wait_for(lambda: not background_calls.is_running(BATCH_TABLE), 10, "the batch has passed")
    return app.run()


def test_the_values_of_every_block_are_a_table_and_the_first_that_are_not_finite_are_named(service):
    asked = []
    rows = [
        row("image", None, [], mean=0.3, spread=0.25, low=0.0, high=1.0),
        row("head", "Dense", ["image"], not_finite=320, problem=PROBLEM),
    ]
    answer = {"rows": rows, "losses": {"head": None}, "training": False, "precision": "float32"}
    service.answers["batch_table"] = lambda **args: asked.append(args) or answer
    app = training()
    app.selectbox(key="train_batch_mode").set_value(False)
    app.selectbox(key="train_batch_source").set_value("noise").run()
    app = answered(app.button(key="train_batch_start").click().run())
    assert (asked[0]["training"], asked[0]["source"]) == (False, "noise")
    table = next(table for table in shown_tables(app) if "Spread" in table["columns"])
    assert table["rows"] == [
        ["image", "Input", "", "32 × 10", "0.3", "0.25", "0", "1"],
        ["head", "Dense", "image", "32 × 10", "320 not finite", "–", "–", "–"],
    ]
    assert [warning.value.replace("\\", "") for warning in app.warning] == [PROBLEM]
    assert "Loss before training: not finite of head. Computed in float32." in said(app)


def test_another_choice_is_asked_for_again(service):
    answer = {
        "rows": [row("image", None, [])],
        "losses": {"head": 2.3},
        "training": True,
        "precision": "float32",
    }
    service.answers["batch_table"] = lambda **_: answer
    app = answered(training().button(key="train_batch_start").click().run())
    assert "train_batch_start" not in {button.key for button in app.button}
    app.selectbox(key="train_batch_source").set_value("ones").run()
    assert app.button(key="train_batch_start")
