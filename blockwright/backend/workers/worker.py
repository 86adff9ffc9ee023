"""The process of a training worker, from the fork to its exit."""

import contextlib
import logging
import os
import sys
from pathlib import Path

from blockwright.backend.processes import import_attribute, lower_priority
from blockwright.runs.database.database import until_written
from blockwright.runs.files.home import run_folder
from blockwright.runs.store import RunStore

NICENESS = 15
"""Pages and their edits have the processor first: people wait for these."""

log = logging.getLogger(__name__)


def run_worker(run_id: str, entry: str, store_url: str | None) -> None:
    """Claim a run, call `entry(run_id, store_url)`, and exit the process.

    The process leads its own process group, has a lower priority than pages and services, and is killed first when
    memory runs out. Its output goes to worker.log in the run's folder. It exits without Python's and TensorFlow's
    clean-up, which could wait for threads that do not exist after a fork. `entry` records how the run ended; where it
    could not, the dispatcher does so from the exit status.
    """
    status = 1
    try:
        _set_up_process(run_folder(run_id))
        store = RunStore(store_url)
        if until_written(lambda: store.claim(run_id)):
            import_attribute(entry)(run_id, store_url)
        status = 0
    except Exception:
        log.exception("The worker of run %s failed.", run_id)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _set_up_process(folder: Path) -> None:
    if hasattr(os, "setsid"):
        os.setsid()
    lower_priority(NICENESS)
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Without it, on a full or read-only disk, the output goes to the backend's log.
    with contextlib.suppress(OSError):
        output = os.open(folder / "worker.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        for stream in (1, 2):
            os.dup2(output, stream)
        os.close(output)
