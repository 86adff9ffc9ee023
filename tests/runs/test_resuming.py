"""Which runs can go on, and the sentences for those that cannot."""

import numpy as np
import pytest

from blockwright.runs.files.home import home, run_folder
from blockwright.runs.files.saved_states import saved_states, write_state
from blockwright.runs.files.upload_store import keep_upload
from blockwright.runs.resuming import NotResumable, resumable, resume_run
from blockwright.runs.store import RunStore


def ended(store: RunStore, status: str, state: int = 0, **settings):
    run = store.create_run("ann", "Run", {}, {"epochs": 5, **settings})
    store.claim(run.id)
    store.end(run.id, status)
    if state:
        write_state(run_folder(run.id), state, {}, lambda: [("a.npy", np.zeros(9))])
    return store.get(run.id)


def refusal(store: RunStore, run, finished_epochs: int = 0, more_epochs: int = 0) -> str:
    before = store.get(run.id)
    with pytest.raises(NotResumable) as refused:
        resume_run(store, run, finished_epochs, more_epochs)
    assert store.get(run.id) == before
    return str(refused.value)


def test_an_interrupted_run_goes_on_to_its_planned_end_and_a_finished_one_for_more_epochs(store):
    for status in ("interrupted", "stopped", "failed"):
        run = ended(store, status, 3)
        assert not resumable(run, 3).is_complete
        resume_run(store, run, 3)
        assert (store.get(run.id).status, store.get(run.id).settings["epochs"]) == ("queued", 5)
    run = ended(store, "finished", 5)
    assert resumable(run, 5).is_complete
    resume_run(store, run, 5, more_epochs=4)
    assert store.get(run.id).settings["epochs"] == 9


def test_a_run_that_was_interrupted_before_its_first_epoch_begins_again(store):
    run = ended(store, "interrupted")
    assert resumable(run, 0).epoch == 0
    assert "Resume it first" in refusal(store, run, more_epochs=2)
    resume_run(store, run, 0)
    assert store.get(run.id).status == "queued"


def test_a_run_of_an_earlier_version_has_no_state(store):
    for status in ("interrupted", "finished"):
        run = ended(store, status)
        assert resumable(run, 3) is None
        assert refusal(store, run, 3, 2).startswith("This run has no saved state to go on from")


def test_a_finished_run_goes_on_only_for_more_epochs(store):
    assert "for how many more epochs" in refusal(store, ended(store, "finished", 5), 5)


def test_a_second_resume_is_told_so(store):
    run = ended(store, "interrupted", 3)
    resume_run(store, run, 3)
    assert "goes on already" in refusal(store, store.get(run.id), 3)
    # The second one of two at once has seen the run as it was before.
    assert "in the meantime" in refusal(store, run, 3)


def test_damaged_states_are_refused_before_anything_changes(store):
    run = ended(store, "finished", 5)
    path = saved_states(run_folder(run.id))[0].path
    path.write_bytes(path.read_bytes()[:100])
    assert refusal(store, run, 5, 1).startswith("The saved states of this run are damaged")


def test_settings_that_no_longer_fit_are_refused(store):
    every = [{"name": "model_checkpoint", "save_best_only": False}]
    assert "would keep the weights of 60 epochs" in refusal(
        store, ended(store, "finished", 5, callbacks=every), 5, 55
    )
    assert "epochs" in refusal(store, ended(store, "finished", 5), 5, 10_000)


def test_settings_of_the_first_version_are_read(store):
    run = ended(store, "interrupted", 3, optimizer="sgd", momentum=0.5, learning_rate=0.1)
    resume_run(store, run, 3)
    assert store.get(run.id).settings["optimizer"] == {"name": "sgd", "momentum": 0.5}


def test_a_deleted_upload_is_named_and_the_same_file_serves_again(store):
    content = b"a,b\n1,2\n3,4\n"
    path = keep_upload(content, home(), "ann", "mine.csv")
    data = {"name": "upload", "path": str(path), "title": "mine.csv", "target": "b"}
    run = ended(store, "interrupted", 3, data=data)
    path.unlink()
    assert 'its data set "mine.csv" was deleted. Upload the same file again' in refusal(store, run, 3)
    keep_upload(content, home(), "ann", "mine.csv")
    resume_run(store, run, 3)
    assert store.get(run.id).status == "queued"


def test_a_file_of_another_workspace_is_refused(store):
    path = keep_upload(b"a,b\n1,2\n", home(), "bob", "theirs.csv")
    run = ended(store, "interrupted", 3, data={"name": "upload", "path": str(path), "target": "b"})
    assert "another workspace" in refusal(store, run, 3)
