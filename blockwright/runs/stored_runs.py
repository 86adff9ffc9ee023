"""What the store knows of the runs: single ones, those of a workspace page by page, and what they have used."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select

from blockwright.recipe.settings import Settings
from blockwright.runs.database import tables
from blockwright.runs.database.event_log import EventLog, owned_by
from blockwright.runs.records import ACTIVE, COMMAND_LINE, ENDINGS, QUEUED, Run, RunEntry

_RUNS, _PERIODS = tables.runs, tables.periods
_ENTRY = [_RUNS.c[name] for name in RunEntry.__dataclass_fields__]


@dataclass(frozen=True)
class EndedRun:
    """A run that has ended, without its design: whose it is, since when, and when it will be deleted."""

    id: str
    owner: str
    ended: float
    expires: float | None


class StoredRuns(EventLog):
    """The runs, as their readers see them."""

    def get(self, run_id: str, owner: str | None = None) -> Run | None:
        """The run, or None. Code that serves a visitor passes `owner`: another owner's run is then None, too."""
        query = select(_RUNS).where(_RUNS.c.id == run_id, *owned_by(_RUNS, owner))
        with self.reading() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else run_of(row)

    def entry(self, run_id: str, owner: str | None = None) -> RunEntry | None:
        """The run without its design, or None, as `get` does."""
        entries = self._select(select(*_ENTRY).where(_RUNS.c.id == run_id, *owned_by(_RUNS, owner)))
        return entries[0] if entries else None

    def runs(
        self, owner: str, limit: int = 200, skip: int = 0, search: str = "", expiring: bool = False
    ) -> list[RunEntry]:
        """The owner's runs, the latest first, without their designs.

        Args:
            limit: how many of them at most.
            skip: how many of the latest are left out.
            search: only those with these words in their names.
            expiring: only those that will be deleted.
        """
        query = select(*_ENTRY).where(*_chosen(owner, search, expiring))
        return self._select(
            query.order_by(_RUNS.c.created.desc(), _RUNS.c.id).limit(limit).offset(max(0, skip))
        )

    def count_runs(self, owner: str, search: str = "", expiring: bool = False) -> int:
        """How many runs `runs` returns for the same arguments without a limit."""
        query = select(func.count()).select_from(_RUNS).where(*_chosen(owner, search, expiring))
        with self.reading() as connection:
            return connection.execute(query).scalar_one()

    def unfinished(self, owner: str) -> list[RunEntry]:
        """The owner's queued and active runs, the latest first."""
        query = select(*_ENTRY).where(_RUNS.c.owner == owner, _RUNS.c.status.in_((QUEUED, *ACTIVE)))
        return self._select(query.order_by(_RUNS.c.created.desc(), _RUNS.c.id))

    def active(self) -> list[RunEntry]:
        """All active runs, the oldest first."""
        return self._select(
            select(*_ENTRY).where(_RUNS.c.status.in_(ACTIVE)).order_by(_RUNS.c.created, _RUNS.c.id)
        )

    def ended(self) -> list[EndedRun]:
        """The ended runs of every workspace, those that ended first come first."""
        ended = func.coalesce(_RUNS.c.ended, _RUNS.c.created)
        query = select(_RUNS.c.id, _RUNS.c.owner, ended, _RUNS.c.expires).where(
            _RUNS.c.status.in_(ENDINGS), _RUNS.c.owner != COMMAND_LINE
        )
        with self.reading() as connection:
            return [EndedRun(*row) for row in connection.execute(query.order_by(ended, _RUNS.c.id))]

    def expiring(self, owner: str) -> list[EndedRun]:
        """The owner's runs that will be deleted, the first one first."""
        columns = (_RUNS.c.id, _RUNS.c.owner, _RUNS.c.ended, _RUNS.c.expires)
        query = select(*columns).where(_RUNS.c.owner == owner, _RUNS.c.expires.is_not(None))
        with self.reading() as connection:
            return [EndedRun(*row) for row in connection.execute(query.order_by(_RUNS.c.expires, _RUNS.c.id))]

    def run_ids(self, owner: str) -> list[str]:
        """The ids of all of the owner's runs."""
        with self.reading() as connection:
            return list(connection.execute(select(_RUNS.c.id).where(_RUNS.c.owner == owner)).scalars())

    def upload_users(self, owner: str) -> list[tuple[str, str, str]]:
        """Of each of the owner's runs that trains on an uploaded file: its status, and the file's path and title."""
        path, title = _RUNS.c.settings["data"]["path"], _RUNS.c.settings["data"]["title"]
        query = select(_RUNS.c.status, path.as_string(), title.as_string())
        query = query.where(_RUNS.c.owner == owner, path.as_string().is_not(None))
        with self.reading() as connection:
            return [(row[0], row[1], row[2] or "") for row in connection.execute(query)]

    def seconds_trained(self, owner: str, since: float, now: float) -> float:
        """The seconds for which the owner's runs have been active since then, added up."""
        latest = select(_RUNS.c.started, _RUNS.c.ended).where(
            _RUNS.c.owner == owner,
            _RUNS.c.started.is_not(None),
            (_RUNS.c.ended.is_(None)) | (_RUNS.c.ended > since),
        )
        earlier = select(_PERIODS.c.started, _PERIODS.c.ended).where(
            _PERIODS.c.owner == owner, _PERIODS.c.ended > since
        )
        with self.reading() as connection:
            rows = [*connection.execute(latest), *connection.execute(earlier)]
        return sum(
            max(0.0, (now if ended is None else ended) - max(started, since)) for started, ended in rows
        )

    def seconds_before(self, run_id: str) -> float:
        """The seconds for which a run was active before it was last resumed; 0 for one that never was."""
        query = select(_PERIODS.c.started, _PERIODS.c.ended).where(_PERIODS.c.run_id == run_id)
        with self.reading() as connection:
            return sum(max(0.0, ended - started) for started, ended in connection.execute(query))

    def _select(self, query: Select[Any]) -> list[RunEntry]:
        with self.reading() as connection:
            return [RunEntry(**_values(row)) for row in connection.execute(query)]


def run_of(row: Any) -> Run:
    """The run of a row."""
    return Run(**_values(row))


def _values(row: Any) -> dict[str, Any]:
    return {**row._mapping, "settings": Settings.of_stored_run(row.settings)}


def _chosen(owner: str, search: str, expiring: bool) -> list[ColumnElement[bool]]:
    words = [_RUNS.c.name.icontains(word, autoescape=True) for word in search.split()]
    return [_RUNS.c.owner == owner, *words, *([_RUNS.c.expires.is_not(None)] if expiring else [])]
