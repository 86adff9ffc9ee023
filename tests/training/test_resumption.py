"""Runs that were interrupted: resumed, they end where an undisturbed one does."""

import errno
import multiprocessing
import os
import signal
import sys
import zipfile
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest

from blockwright.runs.files import saved_states as saved_states_module
from blockwright.runs.files.batch_losses import read_batch_losses
from blockwright.runs.files.home import run_folder
from blockwright.runs.files.saved_states import saved_states
from blockwright.runs.history import fold
from blockwright.runs.resuming import NotResumable
from blockwright.runs.store import RunStore
from blockwright.training import local, run_state
from blockwright.training.loops import reporter
from blockwright.training.loops.reporter import StopRun
from blockwright.training.run_steps import Work
from tests.training.designs import convolutional, dense, linear
from tests.training.killed_training import train_until_killed

FAST = {"precision": "float32", "batch_size": 128, "seed": 3}


def history_of(store: RunStore, run_id: str):
    return fold(store.events(run_id))


def losses(store: RunStore, run_id: str) -> np.ndarray:
    return np.array([(epoch["loss"], epoch["val_loss"]) for epoch in history_of(store, run_id).epochs])


def weights(run_id: str) -> list[np.ndarray]:
    import h5py

    arrays: list[np.ndarray] = []
    with h5py.File(run_folder(run_id) / "weights.weights.h5") as file:
        file.visititems(lambda _, item: arrays.append(item[()]) if isinstance(item, h5py.Dataset) else None)
    return arrays


def same_end(store: RunStore, run_id: str, undisturbed: str) -> None:
    np.testing.assert_allclose(losses(store, run_id), losses(store, undisturbed), atol=1e-4)
    for ours, theirs in zip(weights(run_id), weights(undisturbed), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-4)
    tested, expected = (history_of(store, name).evaluated for name in (run_id, undisturbed))
    assert tested["test_loss"] == pytest.approx(expected["test_loss"], abs=1e-4)
    assert tested["weights"] == expected["weights"]
    batches = read_batch_losses(run_folder(run_id)), read_batch_losses(run_folder(undisturbed))
    np.testing.assert_allclose(*batches, atol=1e-3)


def interrupt_at(
    monkeypatch: pytest.MonkeyPatch, batches: int, by: type[BaseException] = KeyboardInterrupt
) -> None:
    """End the run after that many batches, in the way that leaves the folder as a kill does."""
    from blockwright.training.loops.callbacks import RunCallback

    whole, count = RunCallback.on_train_batch_end, iter(range(1, 1_000_000))

    def on_train_batch_end(self, batch, logs=None):
        if next(count) == batches:
            monkeypatch.setattr(RunCallback, "on_train_batch_end", whole)
            raise by
        whole(self, batch, logs)

    monkeypatch.setattr(RunCallback, "on_train_batch_end", on_train_batch_end)


def interrupted(monkeypatch, design, batches: int, **settings) -> str:
    interrupt_at(monkeypatch, batches)
    with pytest.raises(KeyboardInterrupt):
        local.train(design, "digits", **settings)
    return RunStore().runs("command-line", 1)[0].id


CASES = {
    "fit": {
        "callbacks": ["early_stopping:patience=3", "csv_logger"],
        "augmentations": ["random_translation", "random_rotation:factor=0.05"],
    },
    "train_step": {"loop": "train_step", "optimizer": {"name": "sgd", "momentum": 0.9}},
    "custom": {"loop": "custom", "schedule": {"name": "cosine", "warmup": 0.2}},
}


@pytest.mark.parametrize(
    "loop", ["fit", *(pytest.param(loop, marks=pytest.mark.slow) for loop in ("train_step", "custom"))]
)
def test_an_interrupted_run_ends_where_an_undisturbed_one_does(home, store, monkeypatch, loop):
    settings = FAST | {"epochs": 4} | CASES[loop]
    undisturbed = local.train(convolutional(), "digits", **settings)["run"]
    run = interrupted(monkeypatch, convolutional(), 30, **settings)
    assert store.get(run).status == "interrupted"
    assert len(history_of(store, run).epochs) == 2
    saved = saved_states(run_folder(run))[0].epoch
    result = local.resume(run)
    assert (result["status"], result["epochs"]) == ("finished", 4)
    same_end(store, run, undisturbed)
    assert f"Resumed after epoch {saved}." in [entry["message"] for entry in history_of(store, run).logs]
    logs = [run_folder(name) / "training_log.csv" for name in (run, undisturbed)]
    if loop == "fit":
        ours, theirs = (np.genfromtxt(log, delimiter=",", skip_header=1) for log in logs)
        np.testing.assert_allclose(ours, theirs, atol=1e-4)
    assert [state.epoch for state in saved_states(run_folder(run))] == [4]


def test_a_finished_run_that_is_trained_further_ends_where_a_longer_one_does(home, store):
    settings = FAST | {"schedule": "constant"}
    undisturbed = local.train(convolutional(), "digits", epochs=3, **settings)["run"]
    run = local.train(convolutional(), "digits", epochs=2, **settings)["run"]
    tested = history_of(store, run).evaluated
    result = local.resume(run, epochs=1)
    assert (result["run"], result["epochs"], result["status"]) == (run, 3, "finished")
    same_end(store, run, undisturbed)
    assert history_of(store, run).evaluated != tested
    assert store.get(run).settings["epochs"] == 3


def test_a_damaged_state_is_said_and_the_one_before_it_is_used(home, store, monkeypatch):
    monkeypatch.setattr(run_state, "LEAST_RATIO", 0)
    undisturbed = local.train(dense(), "digits", epochs=4, **FAST)["run"]
    run = interrupted(monkeypatch, dense(), 40, epochs=4, **FAST)
    latest, previous = saved_states(run_folder(run))
    assert (latest.epoch, previous.epoch) == (3, 2)
    latest.path.write_bytes(latest.path.read_bytes()[:-50])
    local.resume(run)
    messages = [entry["message"] for entry in history_of(store, run).logs]
    assert "The state after epoch 3 is damaged. The one before it is used, if there is one." in messages
    assert "Resumed after epoch 2." in messages
    assert [epoch["epoch"] for epoch in history_of(store, run).epochs] == [1, 2, 3, 4]
    same_end(store, run, undisturbed)


def test_a_run_that_was_interrupted_in_its_first_epoch_begins_again(home, store, monkeypatch):
    undisturbed = local.train(dense(), "digits", epochs=1, **FAST)["run"]
    run = interrupted(monkeypatch, dense(), 5, epochs=1, **FAST)
    local.resume(run)
    same_end(store, run, undisturbed)


def test_a_run_that_was_stopped_goes_on_after_its_last_epoch(home, store, monkeypatch):
    undisturbed = local.train(dense(), "digits", epochs=3, **FAST)["run"]
    interrupt_at(monkeypatch, 15, by=StopRun)
    run = local.train(dense(), "digits", epochs=3, **FAST)
    assert (run["status"], run["epochs"]) == ("stopped", 1)
    assert local.resume(run["run"])["status"] == "finished"
    same_end(store, run["run"], undisturbed)


def test_early_stopping_counts_again_where_a_run_is_trained_further(home, store):
    never = "early_stopping:min_delta=1000,patience=2"
    settings = FAST | {"callbacks": [never]}
    run = local.train(dense(), "digits", epochs=9, **settings)
    assert run["epochs"] == 3
    further = local.resume(run["run"], epochs=6)
    assert (further["epochs"], further["weights"]["epoch"]) == (5, 1)
    assert "EarlyStopping ended training" in further["message"]


def test_a_run_that_was_killed_while_it_was_tested_is_tested(home, store, monkeypatch):
    undisturbed = local.train(dense(), "digits", epochs=2, **FAST)["run"]
    with monkeypatch.context() as patch:
        patch.setattr(Work, "_evaluate", _interrupt)
        with pytest.raises(KeyboardInterrupt):
            local.train(dense(), "digits", epochs=2, **FAST)
    run = store.runs("command-line", 1)[0].id
    assert local.resume(run)["status"] == "finished"
    same_end(store, run, undisturbed)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_run_whose_loss_was_not_finite_keeps_no_state(home, store):
    settings = FAST | {"learning_rate": 1e9, "optimizer": "sgd", "batch_size": 1437}
    run = local.train(linear(), "digits", epochs=50, **settings)
    assert run["status"] == "failed"
    assert saved_states(run_folder(run["run"])) == []
    with pytest.raises(NotResumable, match="no saved state"):
        local.resume(run["run"])


def test_a_state_whose_files_went_missing_leaves_the_run_as_it_was(home, store):
    run = local.train(dense(), "digits", epochs=1, **FAST)["run"]
    saved_states(run_folder(run))[0].path.unlink()
    with pytest.raises(NotResumable):
        local.resume(run, epochs=1)
    assert store.get(run).status == "finished"


def test_a_run_of_a_browser_does_not_go_on_from_the_command_line(home, store):
    run = store.create_run("someone", "Theirs", dense().document(), {})
    store.end(run.id, "interrupted")
    with pytest.raises(NotResumable, match="The command line has no run"):
        local.resume(run.id)


def test_a_full_disk_makes_a_run_wait_while_it_saves_its_state(home, store, monkeypatch):
    undisturbed = local.train(dense(), "digits", epochs=2, **FAST)["run"]
    failures = iter(range(2))

    def zip_file(path, mode="r", *rest):
        if mode == "w" and next(failures, None) is not None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return zipfile.ZipFile(path, mode, *rest)

    stand_in = SimpleNamespace(ZipFile=zip_file, ZIP_STORED=zipfile.ZIP_STORED)
    monkeypatch.setattr(saved_states_module, "zipfile", stand_in)
    monkeypatch.setattr(reporter, "ROOM_PERIOD", 0.01)
    run = local.train(dense(), "digits", epochs=2, **FAST)["run"]
    messages = [entry["message"] for entry in history_of(store, run).logs]
    assert sum("is full" in message for message in messages) == 1
    same_end(store, run, undisturbed)


KILLS = [
    (3, {}),
    (17, {"optimizer": {"name": "sgd", "momentum": 0.9}}),
    (30, {"loop": "custom", "callbacks": ["reduce_lr_on_plateau:patience=1,min_delta=1"]}),
    (34, {"loop": "train_step", "optimizer": {"name": "adamw", "use_ema": True}}),
    (41, {"loop": "custom", "optimizer": {"name": "adam", "gradient_accumulation_steps": 5}}),
    (45, {"callbacks": ["model_checkpoint", "csv_logger", "tensorboard:update_freq=batch"]}),
    (38, {"loop": "train_step", "callbacks": ["early_stopping:patience=3,min_delta=10"]}),
    (58, {"loop": "custom", "optimizer": "muon", "schedule": "one_cycle"}),
    (60, {"loop": "custom", "optimizer": "rmsprop", "callbacks": ["model_checkpoint"]}),
    (47, {"optimizer": "nadam", "callbacks": ["early_stopping:patience=4"], "schedule": "cosine"}),
]
"""At which batch of which training the process is killed; an epoch has 11."""


@pytest.mark.slow
@pytest.mark.parametrize(("batch", "settings"), KILLS, ids=[str(batch) for batch, _ in KILLS])
def test_a_killed_run_ends_where_an_undisturbed_one_does(home, store, monkeypatch, batch, settings):
    # Tests of pages leave a script as the main module, which a child would run.
    monkeypatch.setitem(sys.modules, "__main__", ModuleType("__main__"))
    settings = FAST | {"epochs": 6} | settings
    undisturbed = local.train(convolutional(), "digits", **settings)["run"]
    forks = multiprocessing.get_context("forkserver")
    forks.set_forkserver_preload(["blockwright.training.run_steps", "tests.training.killed_training"])
    killed = forks.Process(
        target=train_until_killed, args=(str(home), batch, convolutional().document(), settings)
    )
    killed.start()
    killed.join(300)
    run = store.runs("command-line", 1)[0].id
    assert killed.exitcode == -signal.SIGKILL
    assert local.resume(run)["status"] == "finished"
    same_end(store, run, undisturbed)
