"""The runs: their states, commands, and deletion.

Every change of state is one conditional UPDATE, so that of several processes exactly one wins: a run is claimed
once and ends once, and once more where it is resumed. Methods that take an `owner` do nothing for another's run.
"""

import secrets
import shutil
import socket
import time
from collections.abc import Iterable
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, update
from sqlalchemy.engine import Connection

from blockwright.recipe.settings import DATA_VERSION
from blockwright.runs.database import tables
from blockwright.runs.database.event_log import owned_by
from blockwright.runs.designs import DesignStore, check_document, clean_name, design_outline
from blockwright.runs.files.home import home, run_folder
from blockwright.runs.files.storage_problems import storage_problem
from blockwright.runs.owners import check_owner
from blockwright.runs.process_start import this_process
from blockwright.runs.records import (
    ACTIVE,
    COMMAND_LINE,
    ENDINGS,
    QUEUED,
    LimitReached,
    Run,
    StoreError,
)
from blockwright.runs.run_requests import RunRequests
from blockwright.runs.stored_runs import StoredRuns, run_of
from blockwright.runs.workspaces.run_queue import RunQueue

__all__ = ["RunStore", "StoreError"]

_RUNS, _EVENTS, _COMMANDS, _PERIODS = tables.runs, tables.events, tables.commands, tables.periods
_REQUESTS = {
    "stop": (QUEUED, *ACTIVE),
    "pause": ("starting", "running"),
    "resume": ("starting", "running", "paused"),
}
_OF_ONE_PROCESS = (
    "started",
    "ended",
    "heartbeat",
    "progressed",
    "pid",
    "process_start",
    "host",
    "worker",
    "message",
    "expires",
)


class RunStore(DesignStore, StoredRuns, RunRequests, RunQueue):
    """The run store; safe to share between threads, and to use after a fork.

    Raises (every method):
        StoreError: the database is locked, damaged or out of reach.
    """

    def create_run(
        self,
        owner: str,
        name: str,
        design: dict[str, Any],
        settings: dict[str, Any],
        here: bool = False,
        most_queued: int = 0,
    ) -> Run:
        """A new run in the queue, with its folder.

        Args:
            here: claim it for this very process at once, so that no backend takes it (command line, notebook).
            most_queued: how many queued runs the owner may have; 0 for any number.

        Raises:
            ValueError: the name is empty, or design or settings are no JSON objects.
            LimitReached: the owner has that many queued runs.
        """
        values: dict[str, Any] = {
            "id": secrets.token_hex(16),
            "owner": check_owner(owner),
            "name": clean_name(name, "run"),
            "design": check_document(design, "design"),
            **design_outline(design),
            "settings": {"data_version": DATA_VERSION, **check_document(settings, "run's settings")},
            "status": QUEUED,
            "created": time.time(),
        }
        if most_queued:
            # Before anything is created; and once more, as another request of the owner may come in between.
            with self.reading() as connection:
                _check_queue(connection, owner, most_queued)
        folder = run_folder(values["id"])
        try:
            folder.mkdir(mode=0o700, parents=True)
        except OSError as error:
            reason = storage_problem(error, home()) or f"{error.strerror}: {folder}."
            raise StoreError(f"The run cannot be created. {reason}") from error
        with self.writing() as connection:
            if most_queued:
                _check_queue(connection, owner, most_queued)
            connection.execute(insert(_RUNS).values(values))
            if here:
                self._claim(connection, values["id"], *this_process(), "here")
            row = connection.execute(select(_RUNS).where(_RUNS.c.id == values["id"])).one()
        return run_of(row)

    def requeue(
        self,
        run_id: str,
        owner: str,
        epochs: int | None = None,
        here: bool = False,
        most_queued: int = 0,
    ) -> bool:
        """Put the owner's ended run into the queue again; of several that do so at once exactly one wins.

        False if it is not the owner's, or has not ended.

        Args:
            epochs: the number of epochs that it trains in all from now on; None leaves it.
            here, most_queued: as for `create_run`.

        Raises:
            LimitReached: the owner has that many queued runs.
        """
        with self.writing() as connection:
            if most_queued:
                _check_queue(connection, owner, most_queued)
            mine = and_(_RUNS.c.id == run_id, _RUNS.c.owner == owner)
            columns = (_RUNS.c.started, _RUNS.c.ended, _RUNS.c.settings)
            row = connection.execute(select(*columns).where(mine).with_for_update()).one_or_none()
            if row is None:
                return False
            values: dict[str, Any] = dict.fromkeys(_OF_ONE_PROCESS) | {"status": QUEUED}
            if epochs is not None:
                values["settings"] = {**row.settings, "epochs": epochs}
            if not self._move(connection, run_id, ENDINGS, values):
                return False
            # What it was asked before is over: it is neither stopping nor paused.
            connection.execute(delete(_COMMANDS).where(_COMMANDS.c.run_id == run_id))
            if row.started is not None and row.ended is not None:
                period = {"run_id": run_id, "owner": owner, "started": row.started, "ended": row.ended}
                connection.execute(insert(_PERIODS).values(period))
            if here:
                self._claim(connection, run_id, *this_process(), "here")
        return True

    def rename(self, run_id: str, owner: str, name: str) -> bool:
        """Rename the owner's run; False if it is not the owner's.

        Raises:
            ValueError: the name is empty.
        """
        return self._change(run_id, owned_by(_RUNS, owner), {"name": clean_name(name, "run")})

    def delete(self, run_id: str, owner: str) -> bool:
        """Delete the owner's run, its rows and its folder; False if it is not the owner's, or is active."""
        folder = run_folder(run_id)
        idle = _RUNS.c.status.in_((QUEUED, *ENDINGS))
        with self.writing() as connection:
            gone = connection.execute(delete(_RUNS).where(_RUNS.c.id == run_id, _RUNS.c.owner == owner, idle))
            if gone.rowcount == 0:
                return False
        try:
            shutil.rmtree(folder)
        except FileNotFoundError:
            return True
        except OSError as error:
            raise StoreError(
                f"The run is deleted, but its folder {folder} could not be removed: {error}."
            ) from error
        return True

    def set_expiry(self, run_id: str, expires: float | None) -> bool:
        """Record when an ended run will be deleted, or that it will not; False if it has not ended."""
        return self._change(run_id, [_RUNS.c.status.in_(ENDINGS)], {"expires": expires})

    def adopt(self, run_id: str, owner: str) -> bool:
        """Move a run of the command line to this workspace, by its id; False if there is no such run."""
        check_owner(owner)
        with self.writing() as connection:
            free = _RUNS.c.owner == COMMAND_LINE
            taken = connection.execute(update(_RUNS).where(_RUNS.c.id == run_id, free).values(owner=owner))
            if taken.rowcount == 0:
                return False
            for table in (_EVENTS, _COMMANDS, _PERIODS):
                connection.execute(update(table).where(table.c.run_id == run_id).values(owner=owner))
        return True

    def claim(
        self, run_id: str, pid: int | None = None, process_start: str | None = None, worker: str = "backend"
    ) -> bool:
        """Take a queued run for a process, this one by default; of several processes exactly one wins.

        True as well when that process has it already. `worker` is "backend" when the backend may kill the process.
        """
        if pid is None or process_start is None:
            pid, process_start = this_process()
        with self.writing() as connection:
            return self._claim(connection, run_id, pid, process_start, worker)

    def transition(
        self, run_id: str, from_states: Iterable[str] | str, to: str, message: str | None = None
    ) -> bool:
        """Move an active run to another active state; False when it is in none of `from_states`.

        Writes the "state" event in the same transaction.
        """
        states = (from_states,) if isinstance(from_states, str) else tuple(from_states)
        if to not in ACTIVE or not set(states) <= set(ACTIVE):
            raise ValueError(f"A run moves between {', '.join(ACTIVE)}; claim() starts it and end() ends it.")
        with self.writing() as connection:
            changes = {"status": to} if message is None else {"status": to, "message": message}
            return self._move(connection, run_id, states, changes)

    def heartbeat(self, run_id: str, progress: bool = False) -> bool:
        """Record that the run's process is alive, and with `progress` that training has progressed.

        False if the run has ended or was deleted: the process then has nothing left to do.
        """
        now = time.time()
        values = {"heartbeat": now, "progressed": now} if progress else {"heartbeat": now}
        return self._change(run_id, [_RUNS.c.status.in_(ACTIVE)], values)

    def end(
        self,
        run_id: str,
        status: str,
        message: str | None = None,
        from_states: Iterable[str] = (QUEUED, *ACTIVE),
    ) -> bool:
        """End the run, with exactly one "ended" event; False when it has ended already or is in no such state."""
        if status not in ENDINGS:
            raise ValueError(f"A run ends as one of {', '.join(ENDINGS)}. Received: {status!r:.40}.")
        with self.writing() as connection:
            return self._end(connection, run_id, status, message, tuple(from_states))

    def request(self, run_id: str, owner: str, kind: str, reason: str | None = None) -> bool:
        """Ask the owner's run to "stop", "pause" or "resume"; False when it is not in a state for that.

        A queued run that is stopped ends at once. Asking twice leaves one request.

        Args:
            reason: a sentence, where it is not the visitor who asks; the run's last message begins with it.
        """
        if kind not in _REQUESTS:
            raise ValueError(f"A run can be asked to {', '.join(_REQUESTS)}. Received: {kind!r:.40}.")
        with self.writing() as connection:
            row = connection.execute(
                select(_RUNS.c.status).where(_RUNS.c.id == run_id, _RUNS.c.owner == owner).with_for_update()
            ).one_or_none()
            if row is None or row.status not in _REQUESTS[kind]:
                return False
            if row.status == QUEUED:
                return self._end(connection, run_id, "stopped", "Stopped before it started.", (QUEUED,))
            pending = select(_COMMANDS.c.kind).where(
                _COMMANDS.c.run_id == run_id, _COMMANDS.c.honoured.is_(None)
            )
            kinds = connection.execute(pending.order_by(_COMMANDS.c.id)).scalars().all()
            if kind not in (kinds if kind == "stop" else kinds[-1:]):
                values = {"run_id": run_id, "owner": owner, "kind": kind, "at": time.time()}
                connection.execute(insert(_COMMANDS).values(values))
                if reason is not None:
                    connection.execute(update(_RUNS).where(_RUNS.c.id == run_id).values(message=reason))
        return True

    def _change(self, run_id: str, conditions: list[Any], values: dict[str, Any]) -> bool:
        with self.writing() as connection:
            changed = connection.execute(
                update(_RUNS).where(_RUNS.c.id == run_id, *conditions).values(values)
            )
            return changed.rowcount == 1

    def _claim(self, connection: Connection, run_id: str, pid: int, process_start: str, worker: str) -> bool:
        now = time.time()
        values = {
            "status": "starting",
            "pid": pid,
            "process_start": process_start,
            "host": socket.gethostname(),
            "worker": worker,
            "started": now,
            "heartbeat": now,
            "progressed": now,
        }
        if self._move(connection, run_id, (QUEUED,), values):
            return True
        mine = [_RUNS.c[key] == values[key] for key in ("status", "pid", "process_start", "host")]
        claimed = select(_RUNS.c.id).where(_RUNS.c.id == run_id, *mine)
        return connection.execute(claimed).one_or_none() is not None

    def _move(
        self, connection: Connection, run_id: str, states: tuple[str, ...], values: dict[str, Any]
    ) -> bool:
        in_states = and_(_RUNS.c.id == run_id, _RUNS.c.status.in_(states))
        if connection.execute(update(_RUNS).where(in_states).values(values)).rowcount == 0:
            return False
        kind = "ended" if values["status"] in ENDINGS else "state"
        change = {"status": values["status"], "message": values.get("message")}
        self.append(connection, run_id, [(kind, change)])
        return True

    def _end(
        self, connection: Connection, run_id: str, status: str, message: str | None, states: tuple[str, ...]
    ) -> bool:
        now = time.time()
        states = tuple(state for state in states if state not in ENDINGS)
        reason = connection.execute(select(_RUNS.c.message).where(_RUNS.c.id == run_id)).scalar_one_or_none()
        message = " ".join(filter(None, (reason, message))) or None
        if not self._move(connection, run_id, states, {"status": status, "message": message, "ended": now}):
            return False
        left = and_(_COMMANDS.c.run_id == run_id, _COMMANDS.c.honoured.is_(None))
        connection.execute(update(_COMMANDS).where(left).values(honoured=now))
        return True


def _check_queue(connection: Connection, owner: str, most_queued: int) -> None:
    mine = select(func.count()).select_from(_RUNS).where(_RUNS.c.owner == owner, _RUNS.c.status == QUEUED)
    number = connection.execute(mine).scalar_one()
    if number >= most_queued:
        raise LimitReached(
            f"{number} of your runs are queued already, which is what this server allows. Cancel some of them on the "
            "page Runs, or wait until they have started."
        )
