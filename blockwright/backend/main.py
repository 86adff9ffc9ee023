"""The backend's program: one a home, by a lock."""

import logging
import logging.handlers
import os
import sys

import filelock

from blockwright.backend.code_fingerprint import ROOT
from blockwright.backend.processes import Nursery
from blockwright.runs.home import home, logs_folder

log = logging.getLogger(__name__)


def main(preload: list[str], calls: str, worker: str) -> int:
    """Run this home's backend, unless one is running; gives the exit status."""
    _log_to_file()
    lock = filelock.FileLock(home() / "backend.lock", timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        log.info("Another backend serves %s already.", home())
        return 0
    # The forking process finds its modules by this, whatever folder the backend was started in.
    known = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(known))
    try:
        nursery = Nursery(preload)
        nursery.prepare()
        # Imported while the forking process imports TensorFlow, which takes longer.
        from blockwright.backend.app import Backend

        Backend(nursery, calls, worker).run()
    except (ValueError, OSError) as error:
        log.exception("The backend cannot run.")
        print(f"The backend cannot run: {error}", file=sys.stderr)
        return 1
    finally:
        lock.release()
    return 0


def _log_to_file() -> None:
    handler = logging.handlers.RotatingFileHandler(
        logs_folder() / "backend.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.INFO, handlers=[handler])
