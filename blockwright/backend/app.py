"""One running backend: services, dispatcher and listener under one roof."""

import contextlib
import json
import logging
import os
import platform
import signal
import threading
import time
from typing import Any

from blockwright.backend.dispatcher import Dispatcher
from blockwright.backend.endpoint import listen
from blockwright.backend.limits import Limits, capacity
from blockwright.backend.processes import Nursery
from blockwright.backend.protocol import pack
from blockwright.backend.response_cache import Answers
from blockwright.backend.server import Server
from blockwright.runs.home import home, logs_folder
from blockwright.runs.store import RunStore, StoreError

POLL_SECONDS = 0.5

log = logging.getLogger(__name__)


class Backend:
    """One running backend.

    Args:
        nursery: where its children come from.
        calls: `module:attribute` of the service's table.
        worker: `module:function` that executes a run.
    """

    def __init__(self, nursery: Nursery, calls: str, worker: str):
        self._home = home()
        self._over = threading.Event()
        self._wake = threading.Event()
        self._began = time.time()
        self._problem: str | None = None
        self._limits = Limits.from_environment()
        self._answers = Answers(nursery, calls, logs_folder())
        self._dispatcher = Dispatcher(RunStore(), nursery, self._limits, capacity(), worker)

    def run(self) -> None:
        """Serve until asked to end, or idle for long. Workers go on; the next backend takes them over."""
        listener, endpoint = listen(self._home)
        server = Server(listener, endpoint.key, self._handle)
        server.start()
        endpoint.write(self._home)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._stop())
        self._answers.start()
        log.info("The backend serves %s as process %s.", self._home, os.getpid())
        try:
            while not self._over.is_set():
                self._tick()
                self._wake.wait(POLL_SECONDS)
                self._wake.clear()
                if not endpoint.stands_in(self._home):
                    log.warning("The home folder or its backend.json is gone: nobody can reach this backend.")
                    break
                silent = time.monotonic() - server.last_heard
                if self._limits.idle_exit and silent > self._limits.idle_exit and self._dispatcher.idle:
                    log.info("Nobody has asked for anything in %.0f seconds.", silent)
                    break
        finally:
            with contextlib.suppress(FileNotFoundError):
                listener.close()
            endpoint.withdraw(self._home)
            self._answers.close()
            log.info("The backend ends.")

    def _stop(self) -> None:
        self._over.set()
        self._wake.set()

    def _tick(self) -> None:
        try:
            self._dispatcher.tick()
            self._problem = None
        except StoreError as error:
            if str(error) != self._problem:
                log.error("%s", error)
            self._problem = str(error)
        except Exception:
            # A passing shortage (no process can be forked, no file opened): the next tick tries again.
            log.exception("The dispatcher could not do its round.")
            self._problem = (
                f"Runs cannot be started or watched now. The details are in {logs_folder() / 'backend.log'}."
            )

    def _handle(self, call: str, body: bytes, seconds: float | None) -> bytes:
        if call == "status":
            return pack({"status": "ok"}, json.dumps(self._status()).encode())
        if call == "wake":
            self._wake.set()
            return pack({"status": "ok"}, b"null")
        if call == "shutdown":
            self._stop()
            return pack({"status": "ok"}, b"null")
        return self._answers.answer(call, body, seconds)

    def _status(self) -> dict[str, Any]:
        return {
            "pid": os.getpid(),
            "ready": self._answers.ready,
            "capacity": self._dispatcher.capacity.at_once,
            "running": self._dispatcher.running,
            "queued": self._dispatcher.queued,
            "python": platform.python_version(),
            "home": str(self._home),
            "began": self._began,
            "problem": self._problem,
            "children": self._answers.pids(),
        }
