import pytest

from blockwright.design.parse import read_design
from blockwright.ui.shell import state
from tests.ui import synthetic
from tests.ui.page_harness import MINE, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def designed(**settings):
    app = visit("train")
    app.session_state[state.HISTORY] = state.History.start(read_design(synthetic.DESIGN))
    app.session_state[state.SETTINGS] = settings
    return app.run()


def test_metrics_that_fit_are_offered_and_reach_the_run_with_their_arguments():
    app = designed()
    choice = app.multiselect(key="train_set_metrics_all")
    assert choice.value == []
    assert "Macro F1" in choice.options
    assert "R2 score" not in choice.options
    choice.set_value(["macro_f1", "top_k_accuracy"]).run()
    app.number_input(key="train_set_metrics_all_top_k_accuracy_k").set_value(3).run()
    app.toggle(key="train_set_callback_early_stopping").set_value(True).run()
    monitor = app.selectbox(key="train_set_callback_early_stopping_monitor")
    assert {"val_macro_f1", "val_top_k_accuracy"} <= set(monitor.options)
    monitor.set_value("val_macro_f1").run()
    assert not app.exception
    app.button(key="train_start").click().run()
    (run,) = store().runs(MINE)
    settings = store().get(run.id).settings
    assert settings["metrics"] == [{"name": "macro_f1"}, {"name": "top_k_accuracy", "k": 3}]
    assert settings["callbacks"][0]["monitor"] == "val_macro_f1"


@pytest.mark.parametrize(
    ("metric", "sentence"),
    [
        ({"name": "top_k_accuracy", "k": 0}, "must be at least 1"),
        ({"name": "nothing"}, "must be one of balanced_accuracy"),
        ({"name": "r2_score"}, "The metric r2_score does not fit the output"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_starts(metric, sentence):
    app = designed(metrics=[metric])
    assert sentence in words(app).replace("\\_", "_")
    assert app.button(key="train_start").disabled
