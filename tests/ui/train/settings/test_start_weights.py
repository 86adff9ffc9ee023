"""The section Start weights of the page Train."""

import pytest

from blockwright.design.parse import read_design
from blockwright.runs.files.home import run_folder
from blockwright.ui.shell import state
from tests.ui import synthetic
from tests.ui.page_harness import MINE, OTHER, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def designed(**settings):
    app = visit("train")
    app.session_state[state.HISTORY] = state.History.start(read_design(synthetic.DESIGN))
    app.session_state[state.SETTINGS] = settings
    return app.run()


def with_weights(owner=MINE):
    run = synthetic.finished(store(), owner)
    (run_folder(run.id) / "weights.weights.h5").write_bytes(b"weights")
    return run


def test_runs_of_this_workspace_with_weights_are_offered():
    run = with_weights()
    with_weights(OTHER)
    synthetic.finished(store(), MINE)
    app = designed()
    assert not app.exception
    choice = app.selectbox(key="train_set_weights_from")
    assert len(choice.options) == 2
    assert choice.options[0] == "Random weights"
    choice.set_value(run.id).run()
    assert not app.exception
    assert app.session_state[state.SETTINGS]["weights_from"] == run.id
    app.selectbox(key="train_set_weights_from").set_value("").run()
    assert app.session_state[state.SETTINGS]["weights_from"] is None


def test_a_workspace_without_runs_has_no_such_section():
    assert "train_set_weights_from" not in {box.key for box in designed().selectbox}


def test_a_run_that_is_gone_or_anothers_is_a_sentence():
    other = with_weights(OTHER)
    app = designed(weights_from=other.id)
    assert "is not in this workspace; it may have been deleted." in words(app)


def test_blocks_are_frozen_in_the_design():
    app = designed(weights_from=with_weights().id)
    names = app.multiselect(key="train_set_frozen").options
    app.multiselect(key="train_set_frozen").set_value(names[:1]).run()
    assert not app.exception
    frozen = [node.id for node in app.session_state[state.HISTORY].current.nodes if not node.trainable]
    assert frozen == names[:1]
