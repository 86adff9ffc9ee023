"""Runs whose process is gone: what it left in the run's folder goes into the store before the run is ended."""

import dataclasses
import json
import logging
import socket
import time
from typing import TypeVar

from blockwright.recipe.callbacks.callback import BEST, CHECKPOINTS
from blockwright.runs.best_epoch import best_epoch
from blockwright.runs.files.atomic_files import remove_partial_files
from blockwright.runs.files.home import run_folder
from blockwright.runs.files.saved_states import STATES
from blockwright.runs.history import fold
from blockwright.runs.process_start import is_running
from blockwright.runs.records import Event, Run, RunEntry, StoreUnavailable
from blockwright.runs.store import RunStore
from blockwright.runs.upgrade import upgraded

HISTORY = "history.json"
KEPT = "What was saved after its last finished epoch is still there."
GONE = f"The process that trained this run no longer exists. {KEPT}"

BACKEND_SECONDS = 30.0
"""The time after its last heartbeat that a backend has to end a run whose worker is gone."""

AnyRun = TypeVar("AnyRun", Run, RunEntry)

log = logging.getLogger(__name__)


def end_abandoned_runs(store: RunStore) -> None:
    """End the runs whose process on this machine is gone."""
    for run in store.active():
        if is_abandoned(run):
            end_abandoned(store, run, "interrupted", GONE)


def as_it_is(store: RunStore, run: AnyRun) -> AnyRun:
    """A run for its readers: where its process is gone, they need no backend to see that it has ended.

    A backend says more exactly what ended its workers, so it comes first with them. Where the store cannot be written
    now, the run is only shown as ended.
    """
    if not is_abandoned(run):
        return run
    if run.worker == "backend" and time.time() - (run.heartbeat or 0.0) < BACKEND_SECONDS:
        return run
    try:
        end_abandoned(store, run, "interrupted", GONE)
        return store.get(run.id) or run
    except StoreUnavailable:
        return dataclasses.replace(run, status="interrupted", message=GONE)


def is_abandoned(run: RunEntry) -> bool:
    """Whether the run is active and its process, on this machine, is gone."""
    return run.active and run.host == socket.gethostname() and not is_running(run.pid, run.process_start)


def end_abandoned(store: RunStore, run: RunEntry, status: str, message: str) -> bool:
    """End a run whose process can no longer do so; False if it has ended already."""
    recover_epochs(store, run)
    folder = run_folder(run.id)
    for part in (folder, folder / STATES, folder / CHECKPOINTS):
        remove_partial_files(part)
    return store.end(run.id, status, " ".join(filter(None, (message, _best_kept(store, run)))))


def _best_kept(store: RunStore, run: RunEntry) -> str:
    """That the weights of the best epoch are on the disk, which its process can no longer test; empty without them."""
    if not (run_folder(run.id) / CHECKPOINTS / BEST).is_file():
        return ""
    best = best_epoch(fold(store.events(run.id)), run.settings)
    of = f" (epoch {best.epoch})" if best else ""
    return f"The weights of its best epoch{of} are there too: choose them on the page Evaluate."


def recover_epochs(store: RunStore, run: RunEntry) -> int:
    """Add the epochs that the run's process wrote to the folder but not to the store; returns how many."""
    try:
        rows = json.loads((run_folder(run.id) / HISTORY).read_text(encoding="utf-8"))["epochs"]
        events = store.events(run.id)
        last = max((epoch["epoch"] for epoch in fold(events).epochs), default=0)
        complete = store.get(run.id)
        design = {} if complete is None else complete.design
        started = next((event.data for event in events if event.kind == "started"), {})
        # The rows of the file have the form that epochs had in events of earlier versions.
        epochs = [
            upgraded(Event(0, "epoch", 0.0, row), design, started).data for row in rows if row["epoch"] > last
        ]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # No epoch was finished, or the file is damaged: the store's epochs stand.
        return 0
    if epochs:
        store.add_events(run.id, [("epoch", epoch) for epoch in epochs])
        log.info("Recovered %d epochs of run %s.", len(epochs), run.id)
    return len(epochs)
