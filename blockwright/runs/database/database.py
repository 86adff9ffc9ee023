"""The connection to the store: short transactions, safe between threads and across forks, errors as sentences."""

import json
import logging
import math
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from blockwright.runs.database import schema_version
from blockwright.runs.files.home import database_url, home
from blockwright.runs.files.storage_problems import folder_problem, storage_problem
from blockwright.runs.records import StoreError, StoreUnavailable

BUSY_SECONDS = 10.0
RETRY_SECONDS = 1.0

Result = TypeVar("Result")
FileId = tuple[int, int] | None

log = logging.getLogger(__name__)


class Database:
    """One database, opened at first use in each process.

    Args:
        url: any SQLAlchemy address; without it `database_url()`.

    Attributes:
        replacements: a sentence for each time that the file was deleted or replaced by another one, and was opened
            again, or created.
    """

    def __init__(self, url: str | None = None):
        self._url = url or database_url()
        self._file = _sqlite_file(self._url)
        self._in_home = url is None and self._file is not None and self._file.parent == home()
        # One engine a process: a connection must never be used, nor closed, by a process forked from its maker.
        self._engines: dict[int, tuple[Engine, FileId]] = {}
        self.replacements: list[str] = []

    @property
    def url(self) -> str:
        """The address, without its password."""
        try:
            return sqlalchemy.make_url(self._url).render_as_string(hide_password=True)
        except SQLAlchemyError:
            return "(an unreadable address)"

    def close(self) -> None:
        """Close this process's connections; the next use opens new ones."""
        engine, _ = self._engines.pop(os.getpid(), (None, None))
        if engine is not None:
            engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that only reads."""
        with self._store_errors(), self._engine().connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that writes: all of it or nothing."""
        with self._store_errors():
            writer = self._engine().execution_options(blockwright_writes=True)
            with writer.begin() as connection:
                yield connection

    def check_writable(self) -> None:
        """Write something that changes nothing.

        Raises:
            StoreError: nothing can be written.
        """
        with self.writing() as connection:
            connection.execute(schema_version.REWRITE)

    def _engine(self) -> Engine:
        pid = os.getpid()
        engine, file_id = self._engines.get(pid, (None, None))
        if engine is not None and file_id != _file_id(self._file):
            # Otherwise everything would be written to a file that no longer has a name.
            current, _ = self._engines.get(pid, (None, None))
            if current is engine:
                del self._engines[pid]
                self._note_replacement()
            engine.dispose()
            engine = None
        if engine is None:
            if self._in_home:
                # It may have been deleted.
                home()
            fresh = _open(self._url)
            engine, _ = self._engines.setdefault(pid, (fresh, _file_id(self._file)))
            if engine is not fresh:
                fresh.dispose()
        return engine

    def _note_replacement(self) -> None:
        sentence = (
            f"The run store {self._file} was deleted or replaced while Blockwright was running. What is there now is "
            "used; designs and runs of before are there only if they were copied."
        )
        log.error("%s", sentence)
        self.replacements.append(sentence)

    @contextmanager
    def _store_errors(self) -> Iterator[None]:
        try:
            yield
        except StoreError:
            raise
        except IntegrityError as error:
            raise StoreError(
                "The run store refused a row: the run that it belongs to no longer exists."
            ) from error
        except (SQLAlchemyError, OSError, ImportError) as error:
            raise self._store_error(error) from error

    def _store_error(self, error: BaseException) -> StoreError:
        cause = getattr(error, "orig", None) or error
        reason = str(cause).splitlines()[0].rstrip(".")
        if "locked" in reason or "busy" in reason:
            return StoreUnavailable(
                f"The run store {self.url} is locked by another program ({reason}). "
                "Close that program and try again."
            )
        problem = storage_problem(cause, self._file.parent) if self._file is not None else None
        if problem is not None:
            return StoreUnavailable(f"The run store cannot be written. {problem}")
        if "malformed" in reason or "not a database" in reason:
            return StoreError(
                f"The run store {self.url} is damaged ({reason}). Restore it from a copy, or move the file away "
                "to start with an empty store; the files in the runs' folders are not affected."
            )
        # SQLite says no more than this where its disk is full or read-only.
        problem = folder_problem(self._file.parent) if self._file is not None else None
        if problem is not None:
            return StoreUnavailable(f"The run store cannot be used: {reason}. {problem}")
        return StoreError(f"The run store {self.url} cannot be used: {reason}.")


def until_written(write: Callable[[], Result]) -> Result:
    """The result of `write`, called again while the store is locked or its disk is full or read-only.

    Raises:
        StoreError: waiting would not help.
    """
    problem = None
    while True:
        try:
            return write()
        except StoreUnavailable as error:
            if str(error) != problem:
                problem = str(error)
                log.warning("%s", problem)
            time.sleep(RETRY_SECONDS)


def _open(url: str) -> Engine:
    settings: dict[str, Any] = {"json_serializer": to_json}
    sqlite = sqlalchemy.make_url(url).get_backend_name() == "sqlite"
    if sqlite:
        settings["connect_args"] = {"timeout": BUSY_SECONDS}
        _create_private(_sqlite_file(url))
    engine = sqlalchemy.create_engine(url, **settings)
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        schema_version.bring_up_to_date(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _sqlite_file(url: str) -> Path | None:
    """The file of a SQLite database; None for one in memory, and for any other database."""
    try:
        address = sqlalchemy.make_url(url)
    except SQLAlchemyError:
        return None
    name = address.database
    if address.get_backend_name() != "sqlite" or not name or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(name)


def _file_id(path: Path | None) -> "FileId":
    """What tells a file from another one with the same name; None if there is none."""
    if path is None:
        return None
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def _create_private(path: Path | None) -> None:
    """Create the file of a SQLite database for its owner only; SQLite gives its other files the same mode."""
    if path is not None and not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # transactions begin in _begin_sqlite
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute("PRAGMA foreign_keys=ON")
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            if cursor.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
                cursor.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            # The switch to WAL does not wait for locks by itself.
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail at once, not wait, when another wrote in between.
    writes = connection.get_execution_options().get("blockwright_writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def to_json(value: object) -> str:
    """JSON that every database takes: non-finite numbers become null, NumPy numbers become plain numbers."""
    return json.dumps(_plain_json(value), allow_nan=False, separators=(",", ":"))


def _plain_json(value: Any) -> Any:
    if value is None or isinstance(value, bool | str | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _plain_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_json(item) for item in value]
    if hasattr(value, "tolist"):
        return _plain_json(value.tolist())
    raise TypeError(f"Cannot store a {type(value).__name__} as JSON.")
