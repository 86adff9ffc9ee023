"""TensorBoards by the real program: who can reach them, how many there are, and what ends them."""

import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from blockwright.backend.client import BackendError, Client
from blockwright.backend.tensorboards import tensorboards
from blockwright.backend.tensorboards.tensorboards import TensorBoardError, TensorBoards
from blockwright.recipe.callbacks.tensorboard import FOLDER
from blockwright.runs.files.home import run_folder
from blockwright.runs.records import Run
from blockwright.runs.store import RunStore
from blockwright.schema.run.tensorboard import TensorBoardState
from blockwright.schema.service_calls import TENSORBOARD
from tests.backend.polling import eventually

PROGRAM = "blockwright.backend.tensorboards.program"


@pytest.fixture
def boards(store: RunStore) -> Iterator[TensorBoards]:
    boards = TensorBoards(store, idle_seconds=600)
    yield boards
    boards.close()


def run_with_events(store: RunStore, owner: str = "ann") -> Run:
    run = store.create_run(owner, "x", {}, {})
    store.end(run.id, "finished", "", from_states=["queued"])
    folder = run_folder(run.id) / FOLDER / "train"
    folder.mkdir(parents=True)
    (folder / "events.out.tfevents.1.x").write_bytes(b"")
    return run


def opened(boards: TensorBoards, run: Run) -> TensorBoardState:
    boards.respond("open", run.id, run.owner)
    return eventually(
        lambda: (state := boards.respond("state", run.id, run.owner))["state"] != "starting" and state
    )


def programs(run: Run) -> list[psutil.Process]:
    folder = str(run_folder(run.id) / FOLDER)
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        if PROGRAM in (process.info["cmdline"] or ()) and folder in process.info["cmdline"]
    ]


def page(port: int, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


def test_it_answers_on_this_machine_under_a_path_that_only_its_owner_knows(store, boards):
    run = run_with_events(store)
    state = opened(boards, run)
    assert state["state"] == "open"
    assert page(state["port"], f"{state['path']}/data/environment") == 200
    assert page(state["port"], "data/environment") == 404
    (program,) = programs(run)
    listening = [place.laddr for place in program.net_connections() if place.status == psutil.CONN_LISTEN]
    assert [(place.ip, place.port) for place in listening] == [("127.0.0.1", state["port"])]


def test_another_workspace_is_told_nothing(store, boards):
    run = run_with_events(store)
    with pytest.raises(TensorBoardError, match="This run is not there; it may have been deleted"):
        boards.respond("open", run.id, "eve")
    assert not programs(run)


def test_it_is_closed_on_request(store, boards):
    run = run_with_events(store)
    opened(boards, run)
    assert boards.respond("close", run.id, "ann")["state"] == "closed"
    assert eventually(lambda: not programs(run))


def test_a_workspace_has_one_at_a_time(store, boards):
    first, second = run_with_events(store), run_with_events(store)
    opened(boards, first)
    opened(boards, second)
    assert boards.respond("state", first.id, "ann")["state"] == "closed"
    assert not programs(first)


def test_there_are_at_most_a_few_at_once(store, boards, monkeypatch):
    monkeypatch.setattr(tensorboards, "MOST_AT_ONCE", 1)
    boards.respond("open", run_with_events(store, "ann").id, "ann")
    with pytest.raises(TensorBoardError, match="1 TensorBoards of others are open on this server"):
        boards.respond("open", run_with_events(store, "ben").id, "ben")


def test_it_is_closed_when_its_run_is_deleted(store, boards):
    run = run_with_events(store)
    opened(boards, run)
    assert store.delete(run.id, "ann")
    boards.check()
    assert eventually(lambda: not programs(run))


def test_it_ends_when_nobody_looks_at_it(store):
    boards = TensorBoards(store, idle_seconds=0.0)
    run = run_with_events(store)
    boards.respond("open", run.id, "ann")
    assert eventually(lambda: boards.respond("state", run.id, "ann")["state"] == "closed")
    assert not programs(run)


def test_one_that_cannot_start_says_so(store, boards, monkeypatch):
    monkeypatch.setattr(tensorboards.sys, "executable", "/bin/false")
    state = opened(boards, run_with_events(store))
    assert state["state"] == "failed"
    assert state["sentence"].startswith("TensorBoard could not start.")


def test_a_run_without_event_files_says_what_to_do(store, boards):
    run = store.create_run("ann", "x", {}, {})
    store.end(run.id, "finished", "", from_states=["queued"])
    with pytest.raises(TensorBoardError, match=r"no event files\. Add the callback TensorBoard"):
        boards.respond("open", run.id, "ann")


def test_without_the_package_it_says_what_to_install(store, boards, monkeypatch):
    monkeypatch.setattr(tensorboards.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(TensorBoardError, match="needs the package tensorboard"):
        boards.respond("open", run_with_events(store).id, "ann")


def test_a_killed_backend_leaves_none_behind(store: RunStore, client: Client, module_home: Path):
    run = run_with_events(store)
    client.call(TENSORBOARD, run_id=run.id, owner="ann", action="open")
    with pytest.raises(BackendError, match="This run is not there"):
        client.call(TENSORBOARD, run_id=run.id, owner="eve", action="close")
    assert eventually(lambda: programs(run))
    os.kill(client.status()["pid"], signal.SIGKILL)
    assert eventually(lambda: not programs(run))
