"""`blockwright test` and `blockwright export`."""

import json

import pytest

from tests.cli.commands import call


@pytest.fixture
def run(design, home) -> str:
    arguments = ["--epochs", 2, "--callback", "model_checkpoint:save_best_only=false", "--json"]
    return json.loads(call("train", design, *arguments).stdout)["run"]


def test_chosen_weights_are_tested_and_exported(run, home, tmp_path):
    answer = call("test", run, "--weights", "epoch:1")
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.startswith("Tested the weights of epoch 1, which were chosen. Test accuracy ")
    result = json.loads(call("test", run, "--weights", "last", "--json").stdout)
    assert result["weights"] == {"which": "last", "epoch": 2, "monitor": None}
    path = tmp_path / "own.weights.h5"
    answer = call("export", run, "--format", "weights", "--weights", "epoch:1", "-o", path)
    assert answer.exit_code == 0, answer.output
    assert path.stat().st_size > 1000
    assert answer.stdout.startswith(f"{path}: ")


def test_weights_that_are_not_there_are_a_sentence(run, home):
    answer = call("test", run, "--weights", "best")
    assert answer.exit_code == 1
    assert "This run did not keep the weights 'best'. It has: last, epoch:1, epoch:2." in answer.stderr
    assert "it may have been deleted" in call("export", "x" * 32).stderr
