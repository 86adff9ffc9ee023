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


@pytest.mark.parametrize("option", ["--estimate"])
def test_unusable_settings_are_refused_as_those_of_a_run(design, home, option):
    answer = call("train", design, option, "--learning-rate", "-1")
    assert (answer.exit_code, answer.stdout) == (2, "")
    assert "learning_rate" in answer.stderr
