import pytest

from blockwright.design.parse import read_design
from blockwright.recipe.callbacks import CALLBACKS
from blockwright.ui.shell import state
from tests.ui import synthetic
from tests.ui.page_harness import MINE, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def designed(**settings):
    app = visit("train")
    app.session_state[state.HISTORY] = state.History.start(read_design(synthetic.DESIGN))
    app.session_state[state.SETTINGS] = settings
    return app.run()


def test_every_callback_can_be_switched_on_with_its_arguments_and_reaches_the_run():
    app = designed()
    for name in CALLBACKS:
        assert app.toggle(key=f"train_set_callback_{name}").value is False
        app.toggle(key=f"train_set_callback_{name}").set_value(True).run()
    assert not app.exception
    app.number_input(key="train_set_callback_early_stopping_patience").set_value(7).run()
    app.selectbox(key="train_set_callback_early_stopping_monitor").set_value("val_accuracy").run()
    app.selectbox(key="train_set_callback_model_checkpoint_monitor").set_value("val_accuracy").run()
    app.button(key="train_start").click().run()
    (run,) = store().runs(MINE)
    documents = {document["name"]: document for document in store().get(run.id).settings["callbacks"]}
    assert list(documents) == list(CALLBACKS)
    assert documents["early_stopping"]["patience"] == 7
    assert documents["early_stopping"]["monitor"] == "val_accuracy"


def test_the_monitors_are_the_curves_of_the_run():
    app = designed(callbacks=[{"name": "early_stopping"}])
    choice = app.selectbox(key="train_set_callback_early_stopping_monitor")
    assert choice.options == ["val_loss", "val_accuracy", "loss", "accuracy"]


@pytest.mark.parametrize(
    ("callback", "sentence"),
    [
        ({"name": "early_stopping", "patience": 0}, "must be at least 1"),
        ({"name": "early_stopping", "monitor": "val_acc"}, "Its curves are: val_loss, val_accuracy"),
        ({"name": "of_a_newer_version"}, "Valid names: csv_logger, early_stopping"),
    ],
)
def test_what_cannot_be_used_is_said_and_nothing_starts(callback, sentence):
    app = designed(callbacks=[callback])
    assert sentence in words(app).replace("\\_", "_")
    assert app.button(key="train_start").disabled


def test_a_callback_is_switched_off_again():
    app = designed()
    app.toggle(key="train_set_callback_early_stopping").set_value(True).run()
    assert app.session_state[state.SETTINGS]["callbacks"] == [{"name": "early_stopping"}]
    app.toggle(key="train_set_callback_early_stopping").set_value(False).run()
    assert app.session_state[state.SETTINGS]["callbacks"] == []


def test_beside_a_callback_that_sets_the_learning_rate_the_schedule_becomes_constant():
    app = designed()
    assert app.selectbox(key="train_set_schedule").value == "cosine"
    app.toggle(key="train_set_callback_reduce_lr_on_plateau").set_value(True).run()
    assert app.selectbox(key="train_set_schedule").value == "constant"
    assert not app.button(key="train_start").disabled
    app.selectbox(key="train_set_schedule").set_value("cosine").run()
    assert "both set the learning rate" in words(app)
