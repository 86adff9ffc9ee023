"""The dispatcher: starts queued runs as capacity allows, and ends workers that hang.

It keeps no state that matters: everything is read from the run store and from the processes, so a new dispatcher
continues where a killed one stopped. Timeouts are measured on the monotonic clock of this process, from the last change
that it noticed: neither a changed clock nor a suspended laptop ends a run. While this process itself cannot write to
the store, no run is judged by what it did not write.
"""

import logging
import signal
import socket
import time
from collections import Counter
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from blockwright.backend.processes import ProcessFactory, kill_process_group
from blockwright.backend.workers.limits import Capacity, Limits
from blockwright.backend.workers.minute_limit import MinuteLimit
from blockwright.backend.workers.retention import Retention
from blockwright.backend.workers.worker import run_worker
from blockwright.runs.abandoned_runs import GONE, KEPT, end_abandoned, is_abandoned
from blockwright.runs.files.home import home
from blockwright.runs.files.storage_problems import folder_problem
from blockwright.runs.process_start import is_running, is_suspended
from blockwright.runs.records import RunEntry, StoreError, StoreUnavailable
from blockwright.runs.store import RunStore
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits
from blockwright.runs.workspaces.workspace_use import reason_to_wait

MAX_START_ATTEMPTS = 3
CHECK_SECONDS = 1.0

log = logging.getLogger(__name__)


@dataclass
class WorkerProcess:
    """A worker process that this dispatcher started."""

    process: BaseProcess
    since: float
    claimed: bool = False


@dataclass
class RunActivity:
    """The last heartbeat and progress of an active run, with the times of the last changes."""

    heartbeat: float | None
    heartbeat_seen: float
    progressed: float | None
    progressed_seen: float
    stop_seen: float | None = None


class Dispatcher:
    """The dispatcher of one home; call `tick` regularly.

    Args:
        entry: `module:function` that executes a run, called in the worker with the run's id and the store's URL.
    """

    def __init__(
        self,
        store: RunStore,
        processes: ProcessFactory,
        limits: Limits,
        capacity: Capacity,
        entry: str,
        store_url: str | None = None,
        workspace_limits: WorkspaceLimits | None = None,
    ):
        self.capacity = capacity
        self.running = 0
        self.queued = 0
        self._store = store
        self._processes = processes
        self._limits = limits
        self._entry = entry
        self._store_url = store_url
        self._workspace_limits = workspace_limits or WorkspaceLimits()
        self._minute_limit = MinuteLimit(store, self._workspace_limits)
        self._retention = Retention(store, self._workspace_limits)
        self._host = socket.gethostname()
        self._workers: dict[str, WorkerProcess] = {}
        self._activities: dict[str, RunActivity] = {}
        self._attempts: dict[str, int] = {}
        self._check_due = 0.0
        self._unwritable_until = 0.0

    @property
    def idle(self) -> bool:
        """Whether no run is queued or active."""
        return not (self.running or self.queued or self._workers)

    def tick(self) -> None:
        """Collect workers that exited, kill those that hang, and start queued runs.

        Raises:
            StoreError: the store is unavailable, or its disk is full or read-only; the next tick tries again.
        """
        if not self.idle:
            self._check_store()
        self._collect()
        active = self._store.active()
        self._activities = {run.id: self._activities.get(run.id) or _activity(run) for run in active}
        for run in active:
            self._supervise(run)
        self._minute_limit.check(active)
        self._retention.check()
        self._launch()

    def _check_store(self) -> None:
        now = time.monotonic()
        if now < self._check_due:
            return
        try:
            self._store.check_writable()
        except StoreError:
            self._unwritable_until = time.monotonic()
            self._end_suspended()
            raise
        after = time.monotonic()
        if after - now > CHECK_SECONDS:
            # It had to wait, and so had the workers.
            self._unwritable_until = after
        self._check_due = after + CHECK_SECONDS

    def _end_suspended(self) -> None:
        """End the workers that were suspended: one that is in the middle of a write keeps the store locked for all."""
        suspended = []
        for run in self._store.active():
            # A run that was claimed since the store was last written is seen here for the first time.
            activity = self._activities.setdefault(run.id, _activity(run))
            silent = time.monotonic() - activity.heartbeat_seen > self._limits.heartbeat_grace
            if silent and run.host == self._host and is_suspended(run.pid, run.process_start):
                suspended.append(run)
        for run in suspended:
            # All of them before anything is written: each may be the one that keeps the store locked.
            if run.worker == "backend":
                kill_process_group(run.pid, run.process_start)
        for run in suspended:
            self._terminate(run, "interrupted", self._no_heartbeat())

    def _no_heartbeat(self) -> str:
        seconds = f"{self._limits.heartbeat_grace:.0f} seconds"
        return f"The training process sent no heartbeat for {seconds} and was killed. {KEPT}"

    def _silence(self, since: float) -> float:
        """Seconds since then, or since the store could be written."""
        return time.monotonic() - max(since, self._unwritable_until)

    def _collect(self) -> None:
        for run_id, worker in list(self._workers.items()):
            run = self._store.get(run_id)
            worker.claimed = worker.claimed or (run is not None and run.status != "queued")
            code = self._processes.exit_code(worker.process)
            if code is None:
                overdue = not worker.claimed and self._silence(worker.since) > self._limits.start_grace
                if overdue:
                    log.warning("The worker for run %s did not claim it; killing it.", run_id)
                    self._processes.kill(worker.process)
                continue
            owned = run is not None and run.pid == worker.process.pid
            if owned and run is not None and is_running(run.pid, run.process_start):
                # The fork server is gone but the worker is running: from now on it is supervised like an adopted one.
                code = None
            self._processes.release(worker.process)
            del self._workers[run_id]
            if run is None or run.over or code is None:
                self._attempts.pop(run_id, None)
            elif run.status == "queued":
                self._retry(run_id)
            elif owned:
                end_abandoned(self._store, run, *_exit_reason(code))

    def _retry(self, run_id: str) -> None:
        self._attempts[run_id] = self._attempts.get(run_id, 0) + 1
        if self._attempts[run_id] >= MAX_START_ATTEMPTS:
            del self._attempts[run_id]
            sentence = "The training process could not be started. See the details in logs/backend.log."
            self._store.end(run_id, "failed", sentence, from_states=["queued"])

    def _supervise(self, run: RunEntry) -> None:
        if run.id not in self._workers and is_abandoned(run):
            end_abandoned(self._store, run, "interrupted", GONE)
            return
        now = time.monotonic()
        activity = self._activities[run.id]
        if run.heartbeat != activity.heartbeat:
            activity.heartbeat, activity.heartbeat_seen = run.heartbeat, now
        if run.progressed != activity.progressed or run.status == "paused":
            activity.progressed, activity.progressed_seen = run.progressed, now
        stops = [command for command in self._store.pending_commands(run.id) if command.kind == "stop"]
        activity.stop_seen = (activity.stop_seen or now) if stops else None

        limits = self._limits
        if activity.stop_seen is not None and self._silence(activity.stop_seen) > limits.stop_grace:
            sentence = f"Killed, because the run did not stop within {limits.stop_grace:.0f} seconds. {KEPT}"
            self._terminate(run, "stopped", sentence)
        elif self._silence(activity.heartbeat_seen) > limits.heartbeat_grace:
            self._terminate(run, "interrupted", self._no_heartbeat())
        elif self._silence(activity.progressed_seen) > limits.progress_grace:
            minutes = limits.progress_grace / 60
            self._terminate(
                run,
                "failed",
                f"Training completed no step for {minutes:.0f} minutes and was stopped. {KEPT}",
            )

    def _terminate(self, run: RunEntry, status: str, sentence: str) -> None:
        if run.host != self._host:
            self._store.end(run.id, status, sentence)
        elif run.worker == "backend":
            # The end of the run is recorded only once nothing can be added to it.
            if kill_process_group(run.pid, run.process_start):
                end_abandoned(self._store, run, status, sentence)
            else:
                log.error("The worker of run %s (process %s) could not be killed.", run.id, run.pid)

    def _launch(self) -> None:
        active = [run for run in self._store.active() if run.worker == "backend" and run.host == self._host]
        queued = self._store.queued()
        training = sum(run.status != "paused" for run in active)
        claimed = {run.id for run in active}
        starting = sum(run_id not in claimed for run_id in self._workers)
        free = min(self.capacity.concurrent - training, self.capacity.resident - len(active)) - starting
        self.running, self.queued = len(active), len(queued)
        if queued:
            self._check_store()
            problem = folder_problem(home())
            if problem is not None:
                raise StoreUnavailable(f"No run can be started. {problem}")
        active_of = Counter(run.owner for run in active)
        active_of.update(run.owner for run in queued if run.id in self._workers)
        for queued_run in queued:
            owner = queued_run.owner
            if free <= 0:
                break
            if queued_run.id in self._workers:
                continue
            if reason_to_wait(self._store, self._workspace_limits, owner, active_of[owner]):
                continue
            free -= 1
            active_of[owner] += 1
            arguments = (queued_run.id, self._entry, self._store_url)
            process = self._processes.start(run_worker, arguments, daemon=False)
            self._workers[queued_run.id] = WorkerProcess(process, time.monotonic())
            log.info("Started process %s for run %s.", process.pid, queued_run.id)


def _activity(run: RunEntry) -> RunActivity:
    now = time.monotonic()
    return RunActivity(run.heartbeat, now, run.progressed, now)


def _exit_reason(code: int) -> tuple[str, str]:
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        hint = " This happens when memory runs out." if name == "SIGKILL" else ""
        return "interrupted", f"The training process was killed ({name}).{hint} {KEPT}"
    sentence = f"The training process exited (status {code}). See the details in worker.log. {KEPT}"
    return "failed", sentence
