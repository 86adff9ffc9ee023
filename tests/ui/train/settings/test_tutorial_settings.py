import pytest

from blockwright.design.parse import read_design
from blockwright.design.presets import preset
from blockwright.recipe.new_run import NEW_RUN
from blockwright.ui.shell import state
from tests.ui import synthetic
from tests.ui.page_harness import keys, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def designed(design):
    app = visit("train")
    app.session_state[state.HISTORY] = state.History.start(design)
    return app.run()


def test_the_settings_of_the_tutorial_are_taken_with_one_click():
    app = designed(preset("tutorial_inception").design)
    assert app.number_input(key="train_set_learning_rate").value == NEW_RUN.learning_rate
    assert "on MNIST after 10 epochs: 99.02 % validation accuracy" in words(app)
    app.button(key="train_use_tutorial").click().run()
    assert not app.exception
    chosen = app.session_state[state.SETTINGS]
    assert (chosen["learning_rate"], chosen["batch_size"], chosen["epochs"]) == (5e-5, 32, 10)
    assert (chosen["schedule"]["name"], chosen["precision"]) == ("constant", "float32")
    assert app.number_input(key="train_set_epochs").value == 10
    momenta = {
        node.params.get("momentum")
        for node in app.session_state[state.HISTORY].current.nodes
        if node.block.endswith("Block")
    }
    assert momenta == {0.99}
    assert app.button(key="train_use_tutorial").disabled
    app.button(key="train_defaults").click().run()
    assert app.number_input(key="train_set_learning_rate").value == NEW_RUN.learning_rate
    assert not app.button(key="train_use_tutorial").disabled


def test_another_network_has_no_such_offer():
    assert "train_use_tutorial" not in keys(designed(read_design(synthetic.DESIGN)))
