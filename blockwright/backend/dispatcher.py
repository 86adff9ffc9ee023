"""The dispatcher: starts waiting runs as far as the machine carries them, and ends what does not end itself.

It keeps nothing that matters: all it knows is read from the run store and from the processes, so that the next
dispatcher goes on where a killed one stopped. Silence is measured on this process's own monotonic clock, from when it
saw the last sign of life: neither a changed clock nor a laptop that slept ends a run.
"""

import logging
import signal
import socket
import time
from dataclasses import dataclass
from multiprocessing.process import BaseProcess

from blockwright.backend.limits import Capacity, Limits
from blockwright.backend.processes import Nursery, end, lives
from blockwright.backend.worker import work
from blockwright.runs.records import Run
from blockwright.runs.store import RunStore

TRIES = 3
KEPT = "What was kept after its last finished epoch is still there."

log = logging.getLogger(__name__)


@dataclass
class Fork:
    """A worker of this dispatcher's own."""

    process: BaseProcess
    since: float
    claimed: bool = False


@dataclass
class Watch:
    """What was last seen of an active run, and when, by this process's clock."""

    heartbeat: float | None
    heartbeat_seen: float
    progressed: float | None
    progressed_seen: float
    stop_seen: float | None = None


class Dispatcher:
    """One home's dispatcher; `tick` does what is due.

    Args:
        entry: `module:function` that executes a run, called in the worker with the run's id and the store's address.
    """

    def __init__(
        self,
        store: RunStore,
        nursery: Nursery,
        limits: Limits,
        capacity: Capacity,
        entry: str,
        store_url: str | None = None,
    ):
        self.capacity = capacity
        self.running = 0
        self.queued = 0
        self._store = store
        self._nursery = nursery
        self._limits = limits
        self._entry = entry
        self._store_url = store_url
        self._host = socket.gethostname()
        self._forks: dict[str, Fork] = {}
        self._watches: dict[str, Watch] = {}
        self._tries: dict[str, int] = {}

    @property
    def idle(self) -> bool:
        """Whether no run is waiting or active."""
        return not (self.running or self.queued or self._forks)

    def tick(self) -> None:
        """Collect ended workers, end hanging ones, start waiting runs.

        Raises:
            StoreError: the store cannot be used now; nothing is lost, the next tick goes on.
        """
        self._collect()
        active = self._store.active()
        self._watches = {run.id: self._watches.get(run.id) or _watch(run) for run in active}
        for run in active:
            self._supervise(run)
        self._launch()

    def _collect(self) -> None:
        for run_id, fork in list(self._forks.items()):
            run = self._store.get(run_id)
            fork.claimed = fork.claimed or (run is not None and run.status != "queued")
            code = self._nursery.exit_code(fork.process)
            if code is None:
                late = not fork.claimed and time.monotonic() - fork.since > self._limits.start_grace
                if late:
                    log.warning("The worker for run %s did not take it; ending it.", run_id)
                    self._nursery.kill(fork.process)
                continue
            mine = run is not None and run.pid == fork.process.pid
            if mine and run is not None and lives(run.pid, run.pid_started):
                # The forking process is gone, the worker is not: from here on it is watched like an adopted one.
                code = None
            self._nursery.forget(fork.process)
            del self._forks[run_id]
            if run is None or run.over or code is None:
                self._tries.pop(run_id, None)
            elif run.status == "queued":
                self._retry(run_id)
            elif mine:
                self._store.end(run_id, *_death(code))

    def _retry(self, run_id: str) -> None:
        self._tries[run_id] = self._tries.get(run_id, 0) + 1
        if self._tries[run_id] >= TRIES:
            del self._tries[run_id]
            sentence = "The training process could not be started. The details are in logs/backend.log."
            self._store.end(run_id, "failed", sentence, from_states=["queued"])

    def _supervise(self, run: Run) -> None:
        here = run.host == self._host
        if here and run.id not in self._forks and not lives(run.pid, run.pid_started):
            self._store.end(run.id, "interrupted", f"The process that trained this run is gone. {KEPT}")
            return
        now = time.monotonic()
        watch = self._watches[run.id]
        if run.heartbeat != watch.heartbeat:
            watch.heartbeat, watch.heartbeat_seen = run.heartbeat, now
        if run.progressed != watch.progressed or run.status == "paused":
            watch.progressed, watch.progressed_seen = run.progressed, now
        stops = [one for one in self._store.pending_commands(run.id) if one.kind == "stop"]
        watch.stop_seen = (watch.stop_seen or now) if stops else None

        limits = self._limits
        if watch.stop_seen is not None and now - watch.stop_seen > limits.stop_grace:
            sentence = (
                f"Stopped by force, since the run did not stop within {limits.stop_grace:.0f} seconds. {KEPT}"
            )
            self._put_down(run, "stopped", sentence)
        elif now - watch.heartbeat_seen > limits.heartbeat_grace:
            sentence = f"The training process was silent for {limits.heartbeat_grace:.0f} seconds and was ended. {KEPT}"
            self._put_down(run, "interrupted", sentence)
        elif now - watch.progressed_seen > limits.progress_grace:
            minutes = limits.progress_grace / 60
            self._put_down(
                run, "failed", f"Training made no step for {minutes:.0f} minutes and was ended. {KEPT}"
            )

    def _put_down(self, run: Run, status: str, sentence: str) -> None:
        if run.host != self._host:
            self._store.end(run.id, status, sentence)
        elif run.worker == "backend":
            # The run's ending is written only when nothing can be added to it any more.
            if end(run.pid, run.pid_started):
                self._store.end(run.id, status, sentence)
            else:
                log.error("The worker of run %s (process %s) could not be ended.", run.id, run.pid)

    def _launch(self) -> None:
        active = [run for run in self._store.active() if run.worker == "backend" and run.host == self._host]
        queued = self._store.queued()
        training = sum(run.status != "paused" for run in active)
        claimed = {run.id for run in active}
        on_the_way = sum(run_id not in claimed for run_id in self._forks)
        free = min(self.capacity.at_once - training, self.capacity.held - len(active)) - on_the_way
        for run in queued:
            if free <= 0:
                break
            if run.id in self._forks:
                continue
            free -= 1
            process = self._nursery.start(work, (run.id, self._entry, self._store_url), daemon=False)
            self._forks[run.id] = Fork(process, time.monotonic())
            log.info("Forked process %s for run %s.", process.pid, run.id)
        self.running, self.queued = len(active), len(queued)


def _watch(run: Run) -> Watch:
    now = time.monotonic()
    return Watch(run.heartbeat, now, run.progressed, now)


def _death(code: int) -> tuple[str, str]:
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = f"signal {-code}"
        hint = " This happens when memory runs out." if name == "SIGKILL" else ""
        return "interrupted", f"The training process was killed ({name}).{hint} {KEPT}"
    sentence = f"The training process ended by itself (status {code}). The details are in worker.log. {KEPT}"
    return "failed", sentence
