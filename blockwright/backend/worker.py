"""A training worker's process, from the fork to its end. Runs in a forked child."""

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from blockwright.backend.limits import Limits
from blockwright.backend.processes import load
from blockwright.runs.home import run_folder
from blockwright.runs.store import RunStore, StoreError

NICENESS = 5

log = logging.getLogger(__name__)


def work(run_id: str, entry: str, store_url: str | None) -> None:
    """Take the run, execute it by `entry(run_id, store_url)`, and leave by the short way out.

    The process leads a group of its own, yields to the pages and the services, and is the first to go when memory
    runs out. What it prints is in the run's folder, worker.log. It ends without Python's and TensorFlow's clean-up,
    which could wait for threads that a fork left behind.
    """
    status = 1
    try:
        _settle(run_folder(run_id))
        status = _execute(run_id, entry, store_url)
    except Exception:
        log.exception("The worker of run %s could not do its work.", run_id)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _execute(run_id: str, entry: str, store_url: str | None) -> int:
    store = RunStore(store_url)
    if not store.claim(run_id):
        return 0
    try:
        with beating(store, run_id):
            load(entry)(run_id, store_url)
    except Exception as error:
        log.exception("The run %s failed.", run_id)
        what = str(error).strip().splitlines()[:1] or [type(error).__name__]
        store.end(
            run_id,
            "failed",
            f"Training failed: {what[0]:.400} The details are in worker.log in the folder of the run.",
        )
        return 1
    store.end(run_id, "failed", "The worker came to its end without saying how the run ended.")
    return 0


@contextlib.contextmanager
def beating(store: RunStore, run_id: str) -> Iterator[None]:
    """Say at least every two seconds that this process lives, while the block runs."""
    over = threading.Event()
    seconds = min(2.0, Limits.from_environment().heartbeat_grace / 6)

    def beat() -> None:
        while not over.wait(seconds):
            try:
                if not store.heartbeat(run_id):
                    return
            except StoreError as error:
                log.warning("No heartbeat: %s", error)

    thread = threading.Thread(target=beat, daemon=True, name="heartbeat")
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join(2)


def _settle(folder: Path) -> None:
    if hasattr(os, "setsid"):
        os.setsid()
    if hasattr(os, "nice"):
        os.nice(NICENESS)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    output = os.open(folder / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for stream in (1, 2):
        os.dup2(output, stream)
    os.close(output)
