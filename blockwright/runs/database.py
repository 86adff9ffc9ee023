"""The connection to the store: short transactions, safe between threads and across forks, errors as sentences."""

import json
import math
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy
from sqlalchemy import event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from blockwright.runs.home import database_url
from blockwright.runs.records import StoreError
from blockwright.runs.schema_version import bring_up_to_date

BUSY_SECONDS = 10.0


class Database:
    """One database, opened at first use in each process.

    Args:
        url: any SQLAlchemy address; without it `database_url()`.
    """

    def __init__(self, url: str | None = None):
        self._url = url or database_url()
        # One engine a process: a connection must never be used, nor closed, by a process forked from its maker.
        self._engines: dict[int, Engine] = {}

    @property
    def url(self) -> str:
        """The address, without its password."""
        try:
            return sqlalchemy.make_url(self._url).render_as_string(hide_password=True)
        except SQLAlchemyError:
            return "(an unreadable address)"

    def close(self) -> None:
        """Close this process's connections; the next use opens new ones."""
        engine = self._engines.pop(os.getpid(), None)
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

    def _engine(self) -> Engine:
        pid = os.getpid()
        engine = self._engines.get(pid)
        if engine is None:
            fresh = _open(self._url)
            engine = self._engines.setdefault(pid, fresh)
            if engine is not fresh:
                fresh.dispose()
        return engine

    @contextmanager
    def _store_errors(self) -> Iterator[None]:
        try:
            yield
        except IntegrityError as error:
            raise StoreError(
                "The run store refused a row: the run that it belongs to no longer exists."
            ) from error
        except (SQLAlchemyError, OSError, ImportError) as error:
            raise StoreError(self._sentence(error)) from error

    def _sentence(self, error: BaseException) -> str:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0].rstrip(".")
        if "locked" in reason or "busy" in reason:
            return (
                f"The run store {self.url} is locked by another program ({reason}). "
                "Close that program and try again."
            )
        if "malformed" in reason or "not a database" in reason:
            return (
                f"The run store {self.url} is damaged ({reason}). Restore it from a copy, or move the file away "
                "to start with an empty store; the files in the runs' folders are not affected."
            )
        return f"The run store {self.url} cannot be used: {reason}."


def _open(url: str) -> Engine:
    settings: dict[str, Any] = {"json_serializer": to_json}
    sqlite = sqlalchemy.make_url(url).get_backend_name() == "sqlite"
    if sqlite:
        settings["connect_args"] = {"timeout": BUSY_SECONDS}
        _create_private(sqlalchemy.make_url(url).database)
    engine = sqlalchemy.create_engine(url, **settings)
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    try:
        bring_up_to_date(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _create_private(path: str | None) -> None:
    """Create the file of a SQLite database for its owner only; SQLite gives its other files the same mode."""
    if path and path != ":memory:" and not path.startswith("file:"):
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
