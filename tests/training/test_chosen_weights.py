"""Other weights of a run, tested and exported in place of those that it ended with."""

import json

import numpy as np
import pytest

from blockwright.export.exporting import export
from blockwright.runs.chosen_weights import WEIGHTS, WeightsError
from blockwright.runs.files.home import run_folder
from blockwright.runs.history import History, fold
from blockwright.runs.records import Run
from blockwright.training.chosen_weights import choose_weights
from blockwright.training.worker import execute
from tests.training.designs import dense, new_run

EVERY_EPOCH = "model_checkpoint:save_best_only=false"


def trained(store, *callbacks: str, **settings) -> Run:
    more = {"batch_size": 64, "learning_rate": 0.02, "precision": "float32", "epochs": 3}
    run = new_run(store, dense(), callbacks=list(callbacks), **{**more, **settings})
    execute(run.id)
    return store.get(run.id)


def history_of(store, run: Run) -> History:
    return fold(store.events(run.id))


def test_a_checkpoint_is_tested_as_a_run_of_that_many_epochs_is(store):
    run, shorter = trained(store, EVERY_EPOCH), trained(store, epochs=1)
    before = history_of(store, run).evaluated
    choose_weights(run.id, "epoch:1", "me")
    chosen, expected = history_of(store, run).evaluated, history_of(store, shorter).evaluated
    assert chosen["weights"] == {"which": "epoch", "epoch": 1, "monitor": None}
    assert chosen["test_loss"] == pytest.approx(expected["test_loss"], rel=1e-5)
    document = json.loads((run_folder(run.id) / "evaluation.json").read_text())
    assert document["test_loss"] == pytest.approx(expected["test_loss"], rel=1e-5)
    choose_weights(run.id, "last", "me")
    again = history_of(store, run).evaluated
    assert again["weights"]["which"] == "last"
    assert again["test_loss"] == before["test_loss"]


def test_what_is_exported_are_the_chosen_weights(store):
    run = trained(store, EVERY_EPOCH)
    folder = run_folder(run.id)
    of_last = export(run.id, "weights")
    last = (folder / "exports" / of_last["name"]).read_bytes()
    choose_weights(run.id, "epoch:1", "me")
    of_first = export(run.id, "weights")
    assert (folder / "exports" / of_first["name"]).read_bytes() != last
    assert (folder / WEIGHTS).read_bytes() == (folder / "checkpoints" / "epoch_0001.weights.h5").read_bytes()


def test_the_best_epoch_of_an_interrupted_run_is_tested(store):
    run = trained(store, "model_checkpoint", epochs=2)
    folder = run_folder(run.id)
    (folder / "evaluation.json").unlink()
    choose_weights(run.id, "best", "me")
    assert history_of(store, run).evaluated["weights"]["which"] == "best"
    assert (folder / "evaluation.json").is_file()


@pytest.mark.parametrize(
    ("key", "sentence"),
    [
        ("epoch:2", r"did not keep the weights 'epoch:2'\. It has: last\."),
        ("best", r"did not keep the weights 'best'"),
        ("first", r'Weights are "best", "last" or "epoch:N"'),
        ("epoch:../../x", r'Weights are "best", "last" or "epoch:N"'),
    ],
)
def test_weights_that_a_run_does_not_have_are_a_sentence(store, key, sentence):
    run = trained(store, epochs=1)
    with pytest.raises(WeightsError, match=sentence):
        choose_weights(run.id, key, "me")


def test_a_damaged_checkpoint_is_a_sentence_and_changes_nothing(store):
    run = trained(store, EVERY_EPOCH, epochs=2)
    folder = run_folder(run.id)
    (folder / "checkpoints" / "epoch_0001.weights.h5").write_bytes(b"x" * 100)
    before = {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    with pytest.raises(WeightsError, match="is damaged or belongs to another network"):
        choose_weights(run.id, "epoch:1", "me")
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} == before
    assert not list(folder.glob(".partial*"))


@pytest.mark.parametrize("run_id", ["x" * 32, "../x"])
def test_another_workspaces_run_is_not_found(store, run_id):
    run = trained(store, epochs=1)
    for missing, owner in ((run.id, "eve"), (run_id, None)):
        with pytest.raises(WeightsError, match="it may have been deleted"):
            choose_weights(missing, "last", owner)
    assert np.isfinite(history_of(store, run).evaluated["test_loss"])
