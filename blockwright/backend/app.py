"""The running backend: design service, dispatcher and server in one process."""

import contextlib
import json
import logging
import os
import platform
import signal
import threading
import time

from blockwright.backend.endpoint import listen
from blockwright.backend.processes import ProcessFactory
from blockwright.backend.protocol import BackendStatus, Header, pack
from blockwright.backend.server import Server
from blockwright.backend.service.design_service import DesignService, error_response
from blockwright.backend.tensorboards.tensorboards import TensorBoardError, TensorBoards
from blockwright.backend.workers.dispatcher import Dispatcher
from blockwright.backend.workers.limits import Limits, capacity
from blockwright.runs.files.atomic_files import remove_abandoned_files
from blockwright.runs.files.home import home, logs_folder
from blockwright.runs.store import RunStore, StoreError
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits
from blockwright.schema.service_calls import TENSORBOARD

POLL_SECONDS = 0.5
CLEANING_SECONDS = 3600.0

log = logging.getLogger(__name__)


class Backend:
    """One running backend.

    Args:
        processes: starts its child processes.
        calls: `module:attribute` of the table of calls that the design service answers.
        worker: `module:function` that executes a run.
    """

    def __init__(self, processes: ProcessFactory, calls: str, worker: str):
        self._home = home()
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._started = time.time()
        self._problem: str | None = None
        self._limits = Limits.from_environment()
        self._service = DesignService(processes, calls, logs_folder())
        self._tensorboards = TensorBoards(RunStore(), self._limits.tensorboard_idle)
        workspace_limits = WorkspaceLimits.from_environment()
        self._dispatcher = Dispatcher(
            RunStore(), processes, self._limits, capacity(), worker, workspace_limits=workspace_limits
        )

    def run(self) -> None:
        """Serve until asked to stop, or until idle for `idle_exit` seconds. Training workers keep running."""
        listener, endpoint = listen(self._home)
        server = Server(listener, endpoint.key, self._handle)
        server.start()
        endpoint.write(self._home)
        for signal_number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signal_number, lambda *_: self._stop())
        self._service.start()
        log.info("Serving %s as process %s.", self._home, os.getpid())
        cleaning_due = 0.0
        try:
            while not self._stopping.is_set():
                self._tick()
                if time.monotonic() >= cleaning_due:
                    remove_abandoned_files(self._home)
                    cleaning_due = time.monotonic() + CLEANING_SECONDS
                self._wake.wait(POLL_SECONDS)
                self._wake.clear()
                if not endpoint.is_current(self._home):
                    log.warning(
                        "The home folder or its backend.json is gone: this backend can no longer be reached."
                    )
                    break
                idle_seconds = time.monotonic() - server.last_request
                if self._limits.idle_exit and idle_seconds > self._limits.idle_exit and self._dispatcher.idle:
                    log.info("No request in %.0f seconds.", idle_seconds)
                    break
        finally:
            with contextlib.suppress(FileNotFoundError):
                listener.close()
            endpoint.remove(self._home)
            self._tensorboards.close()
            self._service.close()
            log.info("The backend stops.")

    def _stop(self) -> None:
        self._stopping.set()
        self._wake.set()

    def _tick(self) -> None:
        try:
            self._tensorboards.check()
            self._dispatcher.tick()
            self._problem = None
        except StoreError as error:
            if str(error) != self._problem:
                log.error("%s", error)
            self._problem = str(error)
        except Exception:
            # A temporary shortage (no process can be forked, no file opened): the next tick tries again.
            log.exception("The dispatcher failed.")
            details = logs_folder() / "backend.log"
            self._problem = f"Runs cannot be started or monitored right now. See the details in {details}."

    def _handle(self, header: Header, body: bytes) -> bytes:
        call, seconds = str(header.get("call")), header.get("seconds")
        workspace = str(header.get("workspace", ""))[:64]
        if call == "status":
            return pack({"status": "ok"}, json.dumps(self._status()).encode())
        if call == "wake":
            self._wake.set()
            return pack({"status": "ok"}, b"null")
        if call == "shutdown":
            self._stop()
            return pack({"status": "ok"}, b"null")
        if call == TENSORBOARD:
            return self._tensorboard(body)
        if call == "cancel":
            self._service.cancel(str(json.loads(body).get("name")), workspace)
            return pack({"status": "ok"}, b"null")
        timeout = float(seconds) if isinstance(seconds, int | float) else None
        return self._service.respond(call, body, workspace, timeout)

    def _tensorboard(self, body: bytes) -> bytes:
        try:
            answer = self._tensorboards.respond(**json.loads(body))
        except (TensorBoardError, StoreError) as error:
            return error_response(str(error))
        except OSError as error:
            return error_response(f"TensorBoard could not be started: {error.strerror or error}.")
        return pack({"status": "ok"}, json.dumps(answer).encode())

    def _status(self) -> BackendStatus:
        return {
            "pid": os.getpid(),
            "ready": self._service.ready,
            "capacity": self._dispatcher.capacity.concurrent,
            "running": self._dispatcher.running,
            "queued": self._dispatcher.queued,
            "python": platform.python_version(),
            "home": str(self._home),
            "started": self._started,
            "problem": self._problem,
            "children": self._service.pids(),
        }
