"""Generated files of runs that start from the weights of another run."""

import shutil

import matplotlib.pyplot as plt
import numpy as np
import pytest

from blockwright.codegen import generate
from blockwright.design.edits import apply_edits
from blockwright.recipe.start_weights import START
from blockwright.runs.files.home import run_folder
from blockwright.runs.history import fold
from blockwright.runs.store import RunStore
from blockwright.training.worker import execute
from tests.codegen.running import values_of
from tests.training.designs import new_run, only
from tests.training.setup.test_transfer import CONV, network


def test_a_file_takes_the_weights_from_the_file_beside_it():
    text = generate(network(CONV), "functional", "fit", {"weights_from": "a" * 32}).text
    assert 'take_weights(model, "start_weights.npz")' in text
    assert "take_weights" not in generate(network(CONV), "functional", "fit", {}).text


@pytest.mark.slow
@pytest.mark.parametrize("api", ["functional", "subclassing", "sequential"])
def test_the_file_gives_the_numbers_of_the_run(home, tmp_path, monkeypatch, capsys, api):
    store = RunStore()
    settings = {"epochs": 2, "precision": "float32", "batch_size": 64}
    source = new_run(store, network(CONV), **settings)
    execute(source.id)
    design = apply_edits(network(CONV), [{"op": "set_trainable", "node": "conv", "trainable": False}])
    settings |= {"weights_from": source.id, "seed": 3}
    run = new_run(store, design, **settings)
    execute(run.id)
    tested = only(fold(store.events(run.id)).evaluated)
    store.close()
    shutil.copy(run_folder(run.id) / START, tmp_path)
    monkeypatch.chdir(tmp_path)
    values_of(generate(design, api, "fit", settings, exact=True).text)["main"]()
    plt.close("all")
    assert f"Test accuracy: {tested['test_accuracy']:.4f}" in capsys.readouterr().out
    with np.load(tmp_path / START) as arrays:
        assert {name.split("/")[0] for name in arrays} == {"conv", "head"}
