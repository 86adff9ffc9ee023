"""Runs that start from the weights of another run, with frozen blocks."""

import numpy as np
import pytest

from blockwright.design.edits import apply_edits
from blockwright.design.parse import read_design
from blockwright.network import build
from blockwright.recipe.settings import Settings, SettingsError
from blockwright.runs.files.home import run_folder
from blockwright.runs.history import fold
from blockwright.schema.data.errors import DataError
from blockwright.schema.findings import DesignError
from blockwright.training.artifacts import load_weights
from blockwright.training.worker import execute
from tests.training.designs import new_run

SHORT = {"batch_size": 64, "precision": "float32", "epochs": 1}
CONV = {"id": "conv", "block": "ConvBlock", "params": {"filters": 4}}
POOL = {"id": "pool", "block": "GlobalAveragePooling2D"}


def network(*nodes, units=10):
    head = {"id": "head", "block": "Dense", "params": {"units": units, "activation": "softmax"}}
    return read_design(
        {
            "format": 1,
            "name": "Small",
            "inputs": [{"id": "image", "shape": [8, 8, 1]}],
            "nodes": [*nodes, POOL, head],
        }
    )


def finished(store, design, owner="me", **settings):
    run = new_run(store, design, owner, **{**SHORT, **settings})
    ending = execute(run.id)
    return run, ending


def part_weights(design, run, node):
    model = build(design)
    load_weights(model, run_folder(run.id))
    return model.part(node).get_weights()


def test_blocks_with_the_same_name_and_shapes_take_the_weights(store):
    source, _ = finished(store, network(CONV))
    wider = {"id": "wide", "block": "ConvBlock", "params": {"filters": 4}}
    design = network(CONV, wider)
    run, ending = finished(store, design, weights_from=source.id, learning_rate=1e-9, seed=5)
    assert ending.status == "finished", ending.message
    steps = fold(store.events(run.id)).started["steps"]
    assert f'Starts from the weights of the run "{source.name}" ({source.id[:8]}): conv, head.' in steps
    assert "Begins with random weights: wide (not in that run)." in steps
    taken, of_source = (
        part_weights(*arguments) for arguments in ((design, run, "conv"), (network(CONV), source, "conv"))
    )
    assert np.allclose(taken[0], of_source[0], atol=1e-6)


def test_a_frozen_block_keeps_the_weights_and_its_averages(store):
    source, _ = finished(store, network(CONV))
    design = apply_edits(network(CONV), [{"op": "set_trainable", "node": "conv", "trainable": False}])
    run, _ = finished(store, design, weights_from=source.id, learning_rate=0.01, seed=5)
    for array, expected in zip(
        part_weights(design, run, "conv"), part_weights(network(CONV), source, "conv"), strict=True
    ):
        assert np.array_equal(array, expected)
    heads = (part_weights(design, run, "head"), part_weights(network(CONV), source, "head"))
    assert not np.array_equal(heads[0][0], heads[1][0])


def test_blocks_of_other_shapes_begin_at_random(store):
    source, _ = finished(store, network(CONV))
    other = network({**CONV, "params": {"filters": 6}})
    _, ending = finished(store, other, weights_from=source.id)
    assert ending.status == "failed"
    assert isinstance(ending.error, DataError)
    assert ending.message.startswith(
        "No block of this design has the name and the shapes of a block of the run"
    )
    assert "That run has: conv, head." in ending.message


@pytest.mark.parametrize("gone", ["deleted", "another's", "without weights"])
def test_a_source_that_cannot_be_used_is_a_sentence(store, gone):
    source, _ = finished(store, network(CONV), owner="eve" if gone == "another's" else "me")
    if gone == "deleted":
        assert store.delete(source.id, "me")
    if gone == "without weights":
        (run_folder(source.id) / "weights.weights.h5").unlink()
    _, ending = finished(store, network(CONV), weights_from=source.id)
    assert ending.status == "failed"
    sentence = "has no saved weights" if gone == "without weights" else "it may have been deleted"
    assert sentence in ending.message


def test_with_every_block_frozen_there_is_nothing_to_train(store):
    source, _ = finished(store, network(CONV))
    edits = [{"op": "set_trainable", "node": node, "trainable": False} for node in ("conv", "head")]
    _, ending = finished(store, apply_edits(network(CONV), edits), weights_from=source.id)
    assert isinstance(ending.error, DesignError)
    assert "every block that has weights is frozen" in ending.message


def test_the_setting_is_the_id_of_a_run():
    with pytest.raises(SettingsError, match=r"must be the id of a run"):
        Settings.read({"weights_from": "../../etc/passwd"})
    assert "weights_from" not in Settings().document()
    assert Settings.read(Settings.read({"weights_from": "a" * 32}).document()).weights_from == "a" * 32
