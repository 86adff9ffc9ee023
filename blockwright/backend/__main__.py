"""`python -m blockwright.backend` runs the backend of the current home; a lock allows one per home."""

import argparse
import logging
import logging.handlers
import os
import sys

import filelock

from blockwright.backend.code_fingerprint import ROOT
from blockwright.backend.processes import ProcessFactory
from blockwright.runs.files.home import home, logs_folder

log = logging.getLogger(__name__)


def main(preload: list[str], calls: str, worker: str) -> int:
    """Run this home's backend unless one is running already; returns the exit status."""
    os.umask(0o077)
    _log_to_file()
    lock = filelock.FileLock(home() / "backend.lock", timeout=0)
    try:
        lock.acquire()
    except filelock.Timeout:
        log.info("Another backend is already serving %s.", home())
        return 0
    # So that the fork server finds the modules, whatever folder the backend was started in.
    paths = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))
    try:
        processes = ProcessFactory(preload)
        processes.prepare()
        # Imported while the fork server imports TensorFlow, which takes longer.
        from blockwright.backend.app import Backend

        Backend(processes, calls, worker).run()
    except (ValueError, OSError) as error:
        log.exception("The backend could not start.")
        print(f"The backend could not start: {error}", file=sys.stderr)
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


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m blockwright.backend", description=__doc__)
    # For tests: what child processes import, answer and execute.
    parser.add_argument("--preload", default="blockwright.backend.preload", help=argparse.SUPPRESS)
    parser.add_argument("--calls", default="blockwright.backend.service.calls:CALLS", help=argparse.SUPPRESS)
    parser.add_argument("--worker", default="blockwright.training.worker:execute", help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    arguments = _arguments()
    status = main([name for name in arguments.preload.split(",") if name], arguments.calls, arguments.worker)
    logging.shutdown()
    # A normal exit would wait for the training workers, which must keep running.
    os._exit(status)
