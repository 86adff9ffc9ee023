"""The process of a training worker, from the fork to its exit."""

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

from blockwright.backend.limits import Limits
from blockwright.backend.processes import import_attribute
from blockwright.runs.home import run_folder
from blockwright.runs.store import RunStore, StoreError

NICENESS = 5

log = logging.getLogger(__name__)


def run_worker(run_id: str, entry: str, store_url: str | None) -> None:
    """Claim a run, execute `entry(run_id, store_url)`, and exit the process.

    The process leads its own process group, has a lower priority than pages and services, and is killed first when
    memory runs out. Its output goes to worker.log in the run's folder. It exits without Python's and TensorFlow's
    clean-up, which could wait for threads that do not exist after a fork.
    """
    status = 1
    try:
        _set_up_process(run_folder(run_id))
        status = _execute(run_id, entry, store_url)
    except Exception:
        log.exception("The worker of run %s failed.", run_id)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _execute(run_id: str, entry: str, store_url: str | None) -> int:
    store = RunStore(store_url)
    if not store.claim(run_id):
        return 0
    try:
        with heartbeats(store, run_id):
            import_attribute(entry)(run_id, store_url)
    except Exception as error:
        log.exception("The run %s failed.", run_id)
        reason = str(error).strip().splitlines()[:1] or [type(error).__name__]
        store.end(
            run_id,
            "failed",
            f"Training failed: {reason[0]:.400} See the details in worker.log in the folder of the run.",
        )
        return 1
    store.end(run_id, "failed", "The worker exited without reporting how the run ended.")
    return 0


@contextlib.contextmanager
def heartbeats(store: RunStore, run_id: str) -> Iterator[None]:
    """Send a heartbeat at least every two seconds within this context."""
    stopped = threading.Event()
    seconds = min(2.0, Limits.from_environment().heartbeat_grace / 6)

    def beat() -> None:
        while not stopped.wait(seconds):
            try:
                if not store.heartbeat(run_id):
                    return
            except StoreError as error:
                log.warning("Could not send a heartbeat: %s", error)

    thread = threading.Thread(target=beat, daemon=True, name="heartbeat")
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(2)


def _set_up_process(folder: Path) -> None:
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
