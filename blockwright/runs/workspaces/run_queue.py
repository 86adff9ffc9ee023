"""The queue of the runs, in which workspaces take turns."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from blockwright.runs.database import tables
from blockwright.runs.database.database import Database
from blockwright.runs.records import QUEUED, TRAINING

_RUNS = tables.runs


@dataclass(frozen=True)
class QueuedRun:
    """A run in the queue, without its design."""

    id: str
    owner: str
    created: float


def in_turns(
    queued: Sequence[QueuedRun], training: Mapping[str, int], last_starts: Mapping[str, float]
) -> list[QueuedRun]:
    """The queue in the order in which it starts: every workspace's first run, then every second one, and so on.

    A workspace's runs that train already are its first ones. Among equals, the workspace comes first that has waited
    longest since its last start.

    Args:
        queued: in the order in which they were created.
        training: how many runs of a workspace train now.
        last_starts: when a workspace's latest run started; without an entry, none has.
    """
    turns = Counter(training)
    keys = {}
    for run in queued:
        turns[run.owner] += 1
        keys[run.id] = (turns[run.owner], last_starts.get(run.owner, 0.0), run.created, run.id)
    return sorted(queued, key=lambda run: keys[run.id])


class RunQueue(Database):
    """The queued runs of every workspace."""

    def queued(self) -> list[QueuedRun]:
        """The queued runs, in the order in which they start."""
        columns = select(_RUNS.c.id, _RUNS.c.owner, _RUNS.c.created).where(_RUNS.c.status == QUEUED)
        with self.reading() as connection:
            rows = connection.execute(columns.order_by(_RUNS.c.created, _RUNS.c.id)).all()
            if not rows:
                return []
            training = select(_RUNS.c.owner, func.count()).where(
                _RUNS.c.status.in_(TRAINING), _RUNS.c.worker == "backend"
            )
            owners = sorted({row.owner for row in rows})
            starts = select(_RUNS.c.owner, func.max(_RUNS.c.started)).where(
                _RUNS.c.owner.in_(owners), _RUNS.c.started.is_not(None)
            )
            return in_turns(
                [QueuedRun(*row) for row in rows],
                dict(connection.execute(training.group_by(_RUNS.c.owner)).all()),
                dict(connection.execute(starts.group_by(_RUNS.c.owner)).all()),
            )

    def queue_position(self, run_id: str) -> int:
        """1 for the run that starts next, 0 for a run that is not queued."""
        return next((number for number, run in enumerate(self.queued(), 1) if run.id == run_id), 0)
