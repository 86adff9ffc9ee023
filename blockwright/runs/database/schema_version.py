"""The version of the store's tables: a new store has the latest, an older one is upgraded, a newer one is refused.

Alembic, which carries out the changes, takes 0.7 s and 12 MB to import: only an upgrade imports it.
"""

from pathlib import Path

import sqlalchemy
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from blockwright.runs.database.tables import metadata
from blockwright.runs.records import StoreError

LATEST = "0007"
UNRECORDED = "0001"
"""The version of stores from before versions were recorded."""

_VERSIONS = sqlalchemy.Table(
    # Alembic's own table.
    "alembic_version",
    sqlalchemy.MetaData(),
    sqlalchemy.Column("version_num", sqlalchemy.String(32), primary_key=True),
)

REWRITE = sqlalchemy.update(_VERSIONS).values(version_num=_VERSIONS.c.version_num)
"""Changes nothing, but has to be written."""


def bring_up_to_date(engine: Engine) -> None:
    """Create the tables of a new store, or upgrade those of an older one, in one transaction.

    Raises:
        StoreError: a newer version wrote the store.
    """
    try:
        with engine.connect() as connection:
            if _recorded(connection) == LATEST:
                return
    except SQLAlchemyError:
        # No table of versions yet, or the store cannot be used: the following raises that again.
        pass
    try:
        with engine.execution_options(blockwright_writes=True).begin() as connection:
            version = current(connection)
            if version is None:
                metadata.create_all(connection)
                _VERSIONS.create(connection)
                connection.execute(_VERSIONS.insert().values(version_num=LATEST))
            elif version > LATEST:
                raise StoreError(
                    f"This run store was written by a newer version of Blockwright (its tables have version "
                    f"{version}; this one reads up to {LATEST}). Update Blockwright, or set "
                    "BLOCKWRIGHT_HOME to another folder."
                )
            elif version < LATEST:
                change(connection, LATEST)
    except SQLAlchemyError:
        # On a database without SQLite's lock, two processes may do this at once: what counts is that it is done.
        with engine.connect() as connection:
            if current(connection) != LATEST:
                raise
        return
    if engine.dialect.name == "sqlite" and version is not None and version < LATEST:
        with engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            # What the upgrade replaced would otherwise stay readable in the log.
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.exec_driver_sql("BEGIN")


def current(connection: Connection) -> str | None:
    """The version of a store's tables; None for an empty database."""
    names = sqlalchemy.inspect(connection).get_table_names()
    if _VERSIONS.name in names:
        return _recorded(connection)
    return UNRECORDED if "runs" in names else None


def change(connection: Connection, version: str) -> None:
    """Change the tables to a version, later or earlier, in the caller's transaction."""
    from alembic.migration import MigrationContext
    from alembic.operations import Operations
    from alembic.script import ScriptDirectory

    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("PRAGMA secure_delete=ON")
    former = current(connection) or ""
    scripts = ScriptDirectory(str(Path(__file__).parent / "migrations"))
    context = MigrationContext.configure(connection)
    downward = list(scripts.walk_revisions())
    with Operations.context(context):
        for script in reversed(downward):
            if former < script.revision <= version:
                script.module.upgrade()
        for script in downward:
            if version < script.revision <= former:
                script.module.downgrade()
    context.stamp(scripts, version)


def _recorded(connection: Connection) -> str | None:
    return connection.execute(sqlalchemy.select(_VERSIONS.c.version_num)).scalar_one_or_none()
