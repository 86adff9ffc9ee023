import json

import pytest

from blockwright.runs.history import fold
from blockwright.runs.records import COMMAND_LINE
from blockwright.runs.store import RunStore
from tests.cli.commands import PERCEPTRON, call

SETTINGS = ("--dataset", "digits", "--batch-size", 256)


@pytest.fixture
def store(home):
    store = RunStore()
    yield store
    store.close()


def test_a_finished_run_is_trained_further_and_says_so(store, tmp_path):
    design = tmp_path / "design.json"
    design.write_text(json.dumps(PERCEPTRON))
    trained = json.loads(call("train", design, *SETTINGS, "--epochs", 1, "--json").stdout)
    answer = call("resume", trained["run"], "--epochs", 2)
    assert answer.exit_code == 0
    assert answer.stdout.startswith(f"Run {trained['run']}: finished. Finished 3 epochs.")
    assert "Resumed after epoch 1." in answer.stderr
    assert len(fold(store.events(trained["run"])).epochs) == 3
    again = call("resume", trained["run"], "--json")
    assert again.exit_code == 1
    assert "for how many more epochs" in again.stdout


def test_a_run_that_cannot_go_on_is_refused_with_a_sentence(store):
    answer = call("resume", "nothing")
    assert answer.exit_code == 1
    assert 'The command line has no run "nothing".' in answer.stderr
    run = store.create_run(COMMAND_LINE, "Going on", PERCEPTRON, {}, here=True)
    assert "goes on already" in call("resume", run.id).stderr
    store.end(run.id, "finished")
    assert "no saved state" in call("resume", run.id, "--epochs", 1).stderr


@pytest.mark.parametrize("epochs", ["0", "-1", "many", "10001"])
def test_impossible_epochs_are_a_usage_error(home, epochs):
    assert call("resume", "x", "--epochs", epochs).exit_code == 2
