import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from blockwright.runs.records import COMMAND_LINE
from blockwright.runs.store import RunStore
from tests.cli.commands import call

ROOT = Path(__file__).parents[2]
TRAINING = """
import sys
from blockwright.runs.records import COMMAND_LINE
from blockwright.runs.store import RunStore
store = RunStore()
run = store.create_run(COMMAND_LINE, "Killed", {}, {}, here=True)
store.transition(run.id, "starting", "running")
print(run.id, flush=True)
sys.stdin.read()
"""


@pytest.fixture
def store(home):
    store = RunStore()
    yield store
    store.close()


def listed(*arguments: object) -> list[str]:
    answer = call("runs", "--json", *arguments)
    assert answer.exit_code == 0
    return [run["name"] for run in json.loads(answer.stdout)["runs"]]


def test_runs_are_listed_page_by_page_and_by_name(store):
    for name in ("One net", "Two", "Three net"):
        store.create_run(COMMAND_LINE, name, {}, {})
    store.create_run("ann", "Of a browser", {}, {})
    assert listed() == ["Three net", "Two", "One net"]
    assert listed("--limit", 1, "--skip", 1) == ["Two"]
    assert listed("--search", "net") == ["Three net", "One net"]
    answer = call("runs", "--limit", 2)
    assert [line.split(" queued      ")[-1] for line in answer.stdout.splitlines()] == ["Three net", "Two"]
    assert answer.stderr == "1 more: --skip 2.\n"


def test_a_run_whose_process_was_killed_is_shown_as_interrupted(store):
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", TRAINING]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        run_id = process.stdout.readline().decode().strip()
        (before,) = json.loads(call("runs", "--json").stdout)["runs"]
        process.kill()
    (after,) = json.loads(call("runs", "--json").stdout)["runs"]
    assert (before["id"], before["status"], after["status"]) == (run_id, "running", "interrupted")
    assert after["message"].startswith("The process that trained this run no longer exists.")
    assert store.get(run_id).status == "interrupted"


def test_a_store_that_cannot_be_used_is_a_sentence(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("BLOCKWRIGHT_HOME", str(tmp_path / "file" / "home"))
    answer = call("runs", "--json")
    assert answer.exit_code == 1
    assert "cannot be created: Not a directory" in json.loads(answer.stdout)["message"]


def test_a_run_is_listed_with_the_causes_of_its_poor_result(store):
    run = store.create_run(COMMAND_LINE, "Rising", {}, {})
    diagnosed = {
        "cause": "learning_rate_high",
        "title": "The learning rate is too high",
        "epoch": 2,
        "message": "The training loss has risen.",
        "resolved": False,
    }
    store.add_events(run.id, [("diagnosis", diagnosed)])
    (document,) = json.loads(call("runs", "--json").stdout)["runs"]
    assert document["diagnoses"] == [diagnosed]
    assert call("runs").stdout.splitlines()[1:] == ["    The learning rate is too high."]
    store.add_events(run.id, [("diagnosis", diagnosed | {"resolved": True})])
    assert len(call("runs").stdout.splitlines()) == 1
