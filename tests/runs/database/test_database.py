"""A home that is deleted or replaced under a running program, and writes that wait."""

import shutil
import sqlite3
import threading

import pytest

from blockwright.runs.database import database
from blockwright.runs.database.database import until_written
from blockwright.runs.files.home import home
from blockwright.runs.records import StoreError, StoreUnavailable
from blockwright.runs.store import RunStore


def test_a_home_that_is_deleted_is_noticed_and_made_again(store, run, home_folder):
    shutil.rmtree(home_folder)
    assert store.runs("ann") == []
    (sentence,) = store.replacements
    assert sentence.startswith(
        f"The run store {home_folder / 'blockwright.db'} was deleted or replaced while"
    )
    again = store.create_run("ann", "Second", {}, {})
    assert [item.id for item in RunStore().queued()] == [again.id]
    assert len(store.replacements) == 1


def test_a_home_that_is_replaced_is_used_from_then_on(store, run, home_folder, tmp_path):
    kept = tmp_path / "kept"
    store.close()
    shutil.copytree(home_folder, kept)
    late = store.create_run("ann", "Late", {}, {})
    home_folder.rename(tmp_path / "away")
    kept.rename(home_folder)
    assert [item.id for item in store.runs("ann")] == [run.id]
    store.create_run("ann", "Later", {}, {})
    assert {item.name for item in RunStore().runs("ann")} == {"First", "Later"}
    assert store.get(late.id) is None
    assert len(store.replacements) == 1


def test_a_process_that_trains_learns_that_its_run_is_gone(store, running, home_folder):
    shutil.rmtree(home_folder)
    assert store.heartbeat(running.id) is False
    with pytest.raises(StoreError, match="no longer exists"):
        store.add_events(running.id, [("log", {"message": "x", "level": "info"})])


def test_only_a_file_is_watched(tmp_path):
    memory = RunStore("sqlite://")
    assert memory.queued() == []
    assert memory.replacements == []
    memory.close()


def test_threads_that_notice_together_share_the_new_store(store, run, home_folder):
    shutil.rmtree(home_folder)
    threads = [threading.Thread(target=store.queued) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.create_run("ann", "x", {}, {}).id in {item.id for item in RunStore().queued()}


def test_a_home_whose_place_cannot_be_made_again_is_a_sentence(store, run, home_folder):
    shutil.rmtree(home_folder)
    home_folder.touch()
    with pytest.raises(StoreError, match=r"cannot be (created|used)"):
        store.queued()
    with pytest.raises(StoreError):
        home()


def test_a_write_waits_while_the_store_is_locked(store, running, home_folder, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    monkeypatch.setattr(database, "RETRY_SECONDS", 0.05)
    store.close()
    lock = sqlite3.connect(home_folder / "blockwright.db", check_same_thread=False, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="is locked"):
        store.heartbeat(running.id)
    timer = threading.Timer(0.5, lock.execute, ["ROLLBACK"])
    timer.start()
    assert until_written(lambda: store.end(running.id, "finished")) is True
    timer.join()
    lock.close()
    assert store.get(running.id).status == "finished"


def test_an_error_that_waiting_cannot_fix_is_raised(store):
    with pytest.raises(StoreError, match="no longer exists"):
        until_written(lambda: store.add_events("0" * 32, [("log", {"message": "x", "level": "info"})]))


def test_being_writable_is_proved_by_writing(store, home_folder):
    store.check_writable()
    store.close()
    lock = sqlite3.connect(home_folder / "blockwright.db", isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(database, "BUSY_SECONDS", 0.05)
        with pytest.raises(StoreUnavailable):
            store.check_writable()
    lock.close()
