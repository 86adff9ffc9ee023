"""The requests to a run that it has not honoured yet, or has."""

import time

from sqlalchemy import and_, select, update

from blockwright.runs.database import tables
from blockwright.runs.database.database import Database
from blockwright.runs.records import Command

_COMMANDS = tables.commands


class RunRequests(Database):
    """The requests to every run."""

    def pending_commands(self, run_id: str) -> list[Command]:
        """The requests to the run that it has not honoured yet, in order."""
        query = select(_COMMANDS.c.id, _COMMANDS.c.run_id, _COMMANDS.c.kind, _COMMANDS.c.at).where(
            _COMMANDS.c.run_id == run_id, _COMMANDS.c.honoured.is_(None)
        )
        with self.reading() as connection:
            return [Command(*row) for row in connection.execute(query.order_by(_COMMANDS.c.id))]

    def stop_requested(self, run_id: str) -> bool:
        """Whether the run was asked to stop since it was last queued; it then only saves and tests what it has."""
        query = (
            select(_COMMANDS.c.id).where(_COMMANDS.c.run_id == run_id, _COMMANDS.c.kind == "stop").limit(1)
        )
        with self.reading() as connection:
            return connection.execute(query).first() is not None

    def honour(self, command_id: int) -> bool:
        """Mark a request as honoured; False if it was already."""
        pending = and_(_COMMANDS.c.id == command_id, _COMMANDS.c.honoured.is_(None))
        with self.writing() as connection:
            honoured = connection.execute(update(_COMMANDS).where(pending).values(honoured=time.time()))
            return honoured.rowcount == 1
