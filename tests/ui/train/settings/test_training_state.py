import pytest

from blockwright.design.parse import read_design
from blockwright.recipe.new_run import NEW_RUN
from blockwright.recipe.settings import Settings
from blockwright.ui.shell import state
from tests.ui import synthetic
from tests.ui.page_harness import MINE, store, visit

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def designed(**settings):
    app = visit("train")
    app.session_state[state.HISTORY] = state.History.start(read_design(synthetic.DESIGN))
    app.session_state[state.SETTINGS] = settings
    return app.run()


def started(app):
    app.button(key="train_start").click().run()
    (run,) = store().runs(MINE)
    return Settings.read(store().get(run.id).settings)


def test_a_run_for_which_nothing_was_chosen_has_the_defaults_of_a_new_run():
    assert started(designed()) == NEW_RUN


def test_a_draft_of_an_earlier_version_trains_as_it_did():
    assert started(designed(epochs=7)) == Settings(epochs=7)


def test_one_changed_setting_leaves_the_other_defaults():
    app = designed()
    app.number_input(key="train_set_epochs").set_value(3).run()
    assert started(app) == NEW_RUN.model_copy(update={"epochs": 3})
