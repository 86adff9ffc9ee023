"""What `blockwright train` measures instead of training."""

import json

import pytest

from blockwright.cli import probes
from blockwright.runs.records import COMMAND_LINE
from blockwright.runs.store import RunStore
from blockwright.training.probe import estimate as probe
from tests.cli.commands import call


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(probe, "TRAIN_SECONDS", 0.05)
    monkeypatch.setattr(probe, "TEST_SECONDS", 0.02)


def test_an_estimate_says_how_long_a_run_takes_and_leaves_none(design, home):
    answer = call("train", design, "--dataset", "digits", "--epochs", 3, "--estimate")
    assert answer.exit_code == 0, answer.output
    assert " per epoch, " in answer.stdout
    assert " for 3 epochs and the test." in answer.stdout
    assert "MB of memory. Measured by " in answer.stdout
    assert RunStore().runs(COMMAND_LINE) == []


def test_an_estimate_as_json_says_whether_it_fits(design, home, monkeypatch):
    monkeypatch.setattr(probes, "memory_problem", lambda _: "It needs more.")
    answer = call("train", design, "--dataset", "digits", "--estimate", "--json")
    result = json.loads(answer.stdout)
    assert (result["fits"], result["problem"]) == (False, "It needs more.")
    assert result["total_seconds"] > 5 * result["epoch_seconds"]


@pytest.mark.parametrize("option", ["--estimate", "--range-test"])
def test_unusable_settings_are_refused_as_those_of_a_run(design, home, option):
    answer = call("train", design, option, "--learning-rate", "-1")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "learning_rate" in answer.stderr


def test_a_range_test_prints_the_losses_and_suggests_a_rate(design, home):
    answer = call("train", design, "--dataset", "digits", "--range-test")
    assert answer.exit_code == 0, answer.output
    assert "1.00e-06" in answer.stdout
    assert "Suggested: --learning-rate 0." in answer.stdout
    assert RunStore().runs(COMMAND_LINE) == []


def test_a_range_test_as_json_has_its_points(design, home):
    answer = call("train", design, "--dataset", "digits", "--range-test", "--json")
    result = json.loads(answer.stdout)
    assert result.keys() == {"points", "suggestion", "diverged_at", "reason"}


@pytest.mark.parametrize(
    ("option", "training"), [("--batch-table", True), ("--batch-table-inference", False)]
)
def test_a_batch_passes_through_the_network(design, home, option, training):
    answer = call("train", design, "--dataset", "digits", option)
    assert answer.exit_code == 0, answer.output
    lines = answer.stdout.splitlines()
    assert lines[0].split() == ["node", "block", "reads", "shape", "mean", "spread", "low", "high"]
    assert lines[1].startswith("image    Input")
    assert lines[-1].startswith("Loss of head: ")
    table = json.loads(call("train", design, "--dataset", "digits", option, "--json").stdout)
    assert table["training"] is training
