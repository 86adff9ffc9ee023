"""Stores of other versions: an older one is upgraded, a newer one is refused; on the stored file of version 0.1."""

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
import sqlalchemy
from alembic.script import ScriptDirectory

from blockwright.runs.database import migrations, schema_version
from blockwright.runs.database.schema_version import LATEST
from blockwright.runs.database.tables import metadata
from blockwright.runs.files.home import database_url
from blockwright.runs.owners import owner_of
from blockwright.runs.process_start import this_process
from blockwright.runs.records import DesignEntry, StoreError, design_digest
from blockwright.runs.store import RunStore

OLDER = Path(__file__).parents[2] / "older" / "home" / "blockwright.db"
COOKIE = "aB3_" * 8
DOCUMENT = '{"design":{"nodes":[{"id":"a","block":"Dense"}]},"changed":true}'


@pytest.fixture
def older(home_folder: Path) -> Path:
    """A store of version 0.1 with its runs, a run that this process trains, and a design."""
    home_folder.mkdir()
    path = home_folder / "blockwright.db"
    shutil.copy(OLDER, path)
    with sqlite3.connect(path) as connection:
        for table in ("runs", "events", "commands"):
            connection.execute(f"UPDATE {table} SET owner = ?", [COOKIE])
        connection.execute("INSERT INTO designs VALUES (?, 'key', 'Mine', ?, 1.0)", [COOKIE, DOCUMENT])
        values = ["active000", COOKIE, os.getpid(), psutil.Process().create_time()]
        connection.execute(
            "INSERT INTO runs (id, owner, name, status, design, settings, created, pid, pid_started)"
            " VALUES (?, ?, 'x', 'running', '{}', '{}', 1.0, ?, ?)",
            values,
        )
    connection.close()
    return path


def rows(path: Path) -> dict[str, list[tuple]]:
    """Every row without what the versions hold differently."""
    connection = sqlite3.connect(path)
    content = {
        "runs": "id, owner, name, status, design, settings, created, heartbeat, pid, message",
        "events": "id, run_id, owner, kind, at, data",
        "commands": "*",
        "designs": "owner, key, name, document, updated",
    }
    answer = {
        table: connection.execute(f"SELECT {what} FROM {table}").fetchall() for table, what in content.items()
    }
    connection.close()
    return answer


def schema(engine: sqlalchemy.Engine) -> dict:
    inspector = sqlalchemy.inspect(engine)
    return {
        table: (
            {
                column["name"]: (str(column["type"]), column["nullable"], column["primary_key"])
                for column in inspector.get_columns(table)
            },
            sorted((index["name"], tuple(index["column_names"])) for index in inspector.get_indexes(table)),
            [(key["constrained_columns"], key["options"]) for key in inspector.get_foreign_keys(table)],
        )
        for table in metadata.tables
    }


def change(version: str) -> None:
    store = sqlalchemy.create_engine(database_url())
    with store.begin() as connection:
        schema_version.change(connection, version)
    store.dispose()


def test_an_older_store_is_upgraded_with_everything_in_it(older):
    before = rows(older)
    store = RunStore()
    assert {run.id for run in store.runs(owner_of(COOKIE))} == {row[0] for row in before["runs"]}
    assert store.designs(owner_of(COOKIE)) == [
        DesignEntry("key", "Mine", 1.0, len(DOCUMENT), 1, ["Dense"], changed=True)
    ]
    active = store.get("active000")
    assert (active.pid, active.process_start) == this_process()
    for entry in store.runs(owner_of(COOKIE)):
        run = store.get(entry.id)
        assert (entry.design_name, entry.design_digest) == (
            run.design.get("name", ""),
            design_digest(run.design),
        )
    assert {entry.design_name for entry in store.runs(owner_of(COOKIE))} > {""}
    store.close()
    expected = {
        table: [tuple(owner_of(COOKIE) if value == COOKIE else value for value in row) for row in content]
        for table, content in before.items()
    }
    assert rows(older) == expected


def test_after_the_upgrade_no_file_holds_a_cookie(older):
    assert COOKIE.encode() in older.read_bytes()
    store = RunStore()
    store.queued()
    assert not [path for path in older.parent.glob("blockwright.db*") if COOKIE.encode() in path.read_bytes()]
    store.close()


def test_a_store_goes_back_to_the_first_version_and_forward_again_without_a_loss(older):
    RunStore().queued()
    upgraded = rows(older)
    change("0001")
    assert rows(older) == upgraded
    connection = sqlite3.connect(older)
    names = [row[1] for row in connection.execute("PRAGMA table_info(runs)")]
    ((started,),) = connection.execute("SELECT pid_started FROM runs WHERE id = 'active000'").fetchall()
    connection.close()
    assert "pid_started" in names
    assert "process_start" not in names
    assert started is not None
    store = RunStore()
    active = store.get("active000")
    assert (active.pid, active.process_start) == this_process()
    store.close()
    assert rows(older) == upgraded


def test_a_new_store_has_the_tables_that_the_upgrades_make(tmp_path):
    upgraded = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'upgraded.db'}")
    with upgraded.begin() as connection:
        schema_version.change(connection, LATEST)
    created = sqlalchemy.create_engine(f"sqlite:///{tmp_path / 'created.db'}")
    schema_version.bring_up_to_date(created)
    assert schema(upgraded) == schema(created)
    for engine in (upgraded, created):
        with engine.connect() as connection:
            assert schema_version.current(connection) == LATEST
        engine.dispose()


def test_the_latest_version_is_the_last_of_the_changes():
    assert ScriptDirectory(str(Path(migrations.__file__).parent)).get_heads() == [LATEST]


def test_a_newer_store_is_refused_with_a_sentence_and_stays_as_it_is(home_folder):
    store = RunStore()
    store.queued()
    store.close()
    path = home_folder / "blockwright.db"
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '0099'")
    connection.execute("ALTER TABLE runs RENAME TO trainings")
    connection.commit()
    connection.close()
    for _ in range(2):
        with pytest.raises(
            StoreError, match=r"written by a newer version of Blockwright .*0099.* Update Blockwright"
        ):
            store.queued()
    connection = sqlite3.connect(path)
    assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [("0099",)]
    assert ("runs",) not in connection.execute("SELECT name FROM sqlite_master").fetchall()
    connection.close()


def test_of_many_that_open_an_older_store_one_upgrades_it(older):
    def count(_index: int) -> int:
        return len(RunStore().runs(owner_of(COOKIE)))

    with ThreadPoolExecutor(4) as threads:
        assert len(set(threads.map(count, range(4)))) == 1


def test_an_upgrade_that_fails_leaves_the_older_store(older):
    before = rows(older)

    def broken(connection: sqlalchemy.Connection, _version: str) -> None:
        connection.exec_driver_sql("DELETE FROM runs")
        raise sqlalchemy.exc.OperationalError("DELETE", None, OSError("disk I/O error"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(schema_version, "change", broken)
        with pytest.raises(StoreError, match="disk I/O error"):
            RunStore().queued()
    assert rows(older) == before
    assert len(RunStore().runs(owner_of(COOKIE))) == len(before["runs"])


def test_alembic_is_imported_by_an_upgrade_only(home_folder):
    code = (
        "import sys; from blockwright.runs.store import RunStore; store = RunStore(); store.queued(); store.close(); "
        "store.queued(); print('alembic' in sys.modules, 'mako' in sys.modules)"
    )
    environment = {**os.environ, "BLOCKWRIGHT_HOME": str(home_folder)}
    answer = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["False", "False"]


def test_the_files_of_a_store_are_for_their_owner_only(home_folder):
    home_folder.mkdir(mode=0o755)
    before = os.umask(0)
    try:
        store = RunStore()
        store.create_run("ann", "x", {}, {})
    finally:
        os.umask(before)
    files = list(home_folder.glob("blockwright.db*"))
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    store.close()
