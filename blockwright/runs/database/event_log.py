"""The events of the runs."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, insert, select
from sqlalchemy.engine import Connection

from blockwright.runs.database import tables
from blockwright.runs.database.database import Database
from blockwright.runs.events import KINDS
from blockwright.runs.records import Event, StoreError
from blockwright.runs.upgrade import is_older, upgraded

_RUNS, _EVENTS = tables.runs, tables.events
RESULT_KINDS = ("started", "resumed", "evaluated", "diagnosis")


class EventLog(Database):
    """The events of every run, in the order in which they were added."""

    def add_events(self, run_id: str, events: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        """Add events in one transaction. "state" and "ended" are written by transition() and end() only.

        Raises:
            ValueError: an unknown kind.
            StoreError: the run does not exist.
        """
        events = list(events)
        for kind, _ in events:
            if kind not in KINDS or kind in ("state", "ended"):
                raise ValueError(f"{kind!r:.40} is not an event that a run may add: {', '.join(KINDS[:-2])}.")
        if events:
            with self.writing() as connection:
                self.append(connection, run_id, events)

    def events(self, run_id: str, after: int = 0, owner: str | None = None) -> list[Event]:
        """The run's events with an id above `after`, in order, those of earlier versions in today's form.

        Code that serves a visitor passes `owner`.
        """
        query = select(_EVENTS.c.id, _EVENTS.c.kind, _EVENTS.c.at, _EVENTS.c.data).where(
            _EVENTS.c.run_id == run_id, _EVENTS.c.id > after, *owned_by(_EVENTS, owner)
        )
        with self.reading() as connection:
            events = [Event(*row) for row in connection.execute(query.order_by(_EVENTS.c.id))]
            if not any(is_older(event) for event in events):
                return events
            design = connection.execute(select(_RUNS.c.design).where(_RUNS.c.id == run_id)).scalar_one()
            first = select(_EVENTS.c.data).where(_EVENTS.c.run_id == run_id, _EVENTS.c.kind == "started")
            started = connection.execute(first.order_by(_EVENTS.c.id).limit(1)).scalar_one_or_none() or {}
            return [upgraded(event, design, started) for event in events]

    def results(self, run_ids: Sequence[str]) -> dict[str, list[Event]]:
        """What lists show of each run's events, those of earlier versions in today's form: its starts, its test and
        its diagnoses.

        Of runs of earlier versions, everything.
        """
        columns = (_EVENTS.c.run_id, _EVENTS.c.id, _EVENTS.c.kind, _EVENTS.c.at, _EVENTS.c.data)
        query = select(*columns).where(_EVENTS.c.run_id.in_(run_ids), _EVENTS.c.kind.in_(RESULT_KINDS))
        events: dict[str, list[Event]] = {run_id: [] for run_id in run_ids}
        with self.reading() as connection:
            for row in connection.execute(query.order_by(_EVENTS.c.id)):
                events[row.run_id].append(Event(*row[1:]))
        older = [run_id for run_id, own in events.items() if any(is_older(event) for event in own)]
        return events | {run_id: self.events(run_id) for run_id in older}

    def append(
        self, connection: Connection, run_id: str, events: list[tuple[str, Mapping[str, Any]]]
    ) -> None:
        """Add events in a transaction of the caller.

        Raises:
            StoreError: the run does not exist.
        """
        owner = connection.execute(select(_RUNS.c.owner).where(_RUNS.c.id == run_id)).scalar_one_or_none()
        if owner is None:
            raise StoreError(f"The run {run_id:.64} no longer exists, so nothing can be added to it.")
        now = time.time()
        rows = [
            {"run_id": run_id, "owner": owner, "kind": kind, "at": now, "data": dict(data)}
            for kind, data in events
        ]
        connection.execute(insert(_EVENTS), rows)


def owned_by(table: Table, owner: str | None) -> list[ColumnElement[bool]]:
    """The condition that a row belongs to `owner`; none for None."""
    return [] if owner is None else [table.c.owner == owner]
