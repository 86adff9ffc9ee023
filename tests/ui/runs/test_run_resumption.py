import numpy as np
import pytest

from blockwright.runs.files.home import run_folder
from blockwright.runs.files.saved_states import saved_states, write_state
from blockwright.ui.runs.run_list import menu_options
from tests.ui import synthetic
from tests.ui.page_harness import MINE, OTHER, keys, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def with_state(run, epoch: int):
    write_state(run_folder(run.id), epoch, {}, lambda: [("a.npy", np.zeros(1000))])
    return run


def test_an_interrupted_run_is_resumed_on_its_page():
    run = with_state(synthetic.ended(store(), MINE, "interrupted", "Killed."), 2)
    app = visit("train", run.id)
    assert "Saved state to go on from: after epoch 2" in words(app)
    app.button(key="run_go_on").click().run()
    assert store().get(run.id).status in ("queued", "starting", "running", "failed")


def test_a_finished_run_is_trained_further_on_its_page():
    run = with_state(synthetic.finished(store(), MINE), 5)
    app = visit("train", run.id)
    assert "run_go_on" not in keys(app)
    app.number_input(key="run_more_epochs").set_value(3).run()
    assert "Epochs 6 to 8, in this run." in words(app)
    app.button(key="run_further_start").click().run()
    assert store().get(run.id).settings["epochs"] == 8


def test_the_page_says_what_a_schedule_does_when_it_is_trained_further():
    run = synthetic.finished(store(), MINE)
    store()._change(run.id, [], {"settings": {**run.settings, "schedule": {"name": "cosine"}}})
    app = visit("train", with_state(run, 5).id)
    assert "covers all 10 epochs: it goes on at 0.0005." in words(app)


def test_a_finished_run_without_a_state_says_why_it_cannot_be_trained_further():
    run = synthetic.finished(store(), MINE)
    app = visit("train", run.id)
    button = app.button(key="run_further_not")
    assert button.disabled
    assert "no saved state" in button.help
    assert "run_further_start" not in keys(app)


def test_a_damaged_state_is_a_sentence_and_the_run_stays_as_it_was():
    run = with_state(synthetic.ended(store(), MINE, "interrupted", "Killed."), 2)
    path = saved_states(run_folder(run.id))[0].path
    path.write_bytes(path.read_bytes()[:300])
    app = visit("train", run.id)
    app.button(key="run_go_on").click().run()
    assert "The saved states of this run are damaged" in words(app)
    assert store().get(run.id).status == "interrupted"


def test_the_second_of_two_resumes_is_told_so():
    run = with_state(synthetic.ended(store(), MINE, "interrupted", "Killed."), 2)
    second = visit("train", run.id)
    assert store().requeue(run.id, MINE)
    store().claim(run.id)
    second.button(key="run_go_on").click().run()
    assert "goes on already" in words(second)


def test_the_list_offers_what_a_run_can_do():
    interrupted = with_state(synthetic.ended(store(), MINE, "interrupted", "Killed."), 2)
    stopped = with_state(synthetic.ended(store(), MINE, "stopped", "Stopped."), 2)
    finished = with_state(synthetic.finished(store(), MINE), 5)
    earlier = synthetic.finished(store(), MINE, "Of an earlier version")
    assert [menu_options(run) for run in (interrupted, stopped, finished, earlier)] == [
        ["Rename", "Open design", "Resume", "Delete"],
        ["Rename", "Open design", "Resume", "Train further", "Delete"],
        ["Rename", "Open design", "Train further", "Delete"],
        ["Rename", "Open design", "Delete"],
    ]


def test_training_further_from_the_list_asks_for_the_epochs():
    run = with_state(synthetic.finished(store(), MINE), 5)
    app = visit("runs", runs_dialog={"ask": "Train further", "run": run.id})
    app.number_input(key="runs_more_epochs").set_value(2).run()
    app.button(key="runs_further_start").click().run()
    assert store().get(run.id).settings["epochs"] == 7
    assert "runs_dialog" not in app.session_state


def test_another_workspaces_run_cannot_be_trained_further():
    run = with_state(synthetic.finished(store(), OTHER), 5)
    app = visit("runs", runs_dialog={"ask": "Train further", "run": run.id})
    assert "runs_further_start" not in keys(app)
