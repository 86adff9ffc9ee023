"""How pages and the command line talk to the backend. Light to import, safe to use from many threads."""

import contextlib
import functools
import json
import os
import subprocess
import sys
import threading
import time
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from blockwright.backend.code_fingerprint import ROOT, code_stamp
from blockwright.backend.endpoint import Endpoint
from blockwright.backend.protocol import LARGEST_ANSWER, LARGEST_REQUEST, WireError, pack, receive, to_json
from blockwright.runs.home import home, logs_folder
from blockwright.schema.findings import DesignError, Finding

LONGEST_WAIT = 600.0
SPARE_SECONDS = 5.0
MOST_IDLE_CONNECTIONS = 8
RESTART_SECONDS = 1.0

_LOST = (EOFError, OSError, WireError)


class BackendError(RuntimeError):
    """The backend cannot do it; the message is a sentence for people."""


class BackendStarting(BackendError):
    """The backend is not up yet; ask again in a moment."""

    def __init__(self) -> None:
        super().__init__("The design service is starting. This takes a few seconds.")


class Client:
    """One home's backend, started when none is alive.

    Args:
        place: the home folder; without it, `home()`.
        arguments: further arguments of `python -m blockwright.backend`.
    """

    def __init__(self, place: Path | None = None, arguments: tuple[str, ...] = ()):
        self.home = place or home()
        self._arguments = arguments
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._launched = 0.0
        self._code = code_stamp()
        self._replaced = False

    def call(self, name: str, timeout: float | None = None, **arguments: Any) -> Any:
        """What the service answers to the call `name`: plain JSON.

        Args:
            timeout: seconds; without it, what the call usually may take.

        Raises:
            BackendStarting: it is not up yet; it was started if need be.
            DesignError: the design is wrong, with its findings.
            BackendError: a sentence why not.
        """
        try:
            body = to_json(arguments)
        except ValueError as error:
            raise BackendError(str(error)) from error
        message = pack({"call": name, "seconds": timeout}, body)
        if len(message) > LARGEST_REQUEST:
            limit = f"{LARGEST_REQUEST / 1e6:.0f} MB"
            raise BackendError(
                f"This is too large for the backend: {len(message):,} bytes, at most {limit} are taken."
            )
        header, answer = self._exchange(message, LONGEST_WAIT if timeout is None else timeout)
        status = header.get("status")
        if status == "ok":
            return json.loads(answer)
        if status == "design":
            raise DesignError([Finding.model_validate(one) for one in json.loads(answer)])
        if status == "starting":
            raise BackendStarting
        raise BackendError(str(header.get("message", "The backend gave an answer that cannot be read.")))

    def status(self) -> dict[str, Any]:
        """{"pid", "ready", "capacity", "running", "queued", "python", "home", "began", "problem", "children"}.

        `problem` is a sentence when the run store cannot be used. Raises like `call`.
        """
        return self.call("status", timeout=10.0)

    def wake(self) -> None:
        """Have the dispatcher look at the queue now, and start the backend if none is alive; never raises.

        Call it after a run was queued or a request made. Without an answer the run just starts a moment later.
        """
        with contextlib.suppress(BackendError):
            self.call("wake", timeout=2.0)

    def shutdown(self) -> None:
        """Ask a living backend to end; training workers go on."""
        with contextlib.suppress(*_LOST, AuthenticationError):
            endpoint = Endpoint.read(self.home)
            if endpoint is not None:
                with endpoint.connect() as connection:
                    _ask_to_end(connection)
        self.close()

    def ensure(self) -> bool:
        """Start the backend, detached, if none is alive; True when one answers already.

        Raises:
            BackendError: it was started and ended at once; the sentence names its log.
        """
        try:
            self._release(self._connect())
        except BackendStarting:
            return False
        return True

    def wait_ready(self, seconds: float = 120.0) -> dict[str, Any]:
        """The status, once the design service answers.

        Raises:
            BackendStarting: it does not within `seconds`.
        """
        deadline = time.monotonic() + seconds
        while True:
            with contextlib.suppress(BackendStarting):
                status = self.status()
                if status["ready"]:
                    return status
            if time.monotonic() > deadline:
                raise BackendStarting
            time.sleep(0.05)

    def close(self) -> None:
        """Close the connections; the backend goes on."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _exchange(self, message: bytes, seconds: float) -> tuple[dict[str, Any], bytes]:
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            reused = connection is not None
            if connection is None:
                connection = self._connect()
            try:
                connection.send_bytes(message)
                if not connection.poll(seconds + SPARE_SECONDS):
                    connection.close()
                    raise BackendError(f"The backend did not answer within {seconds:.0f} seconds. Try again.")
                reply = receive(connection, LARGEST_ANSWER)
            except _LOST as error:
                connection.close()
                if not reused:
                    raise BackendStarting from error
                # The backend was restarted meanwhile; every call may be made twice.
                self.close()
                continue
            self._release(connection)
            return reply

    def _release(self, connection: Connection) -> None:
        with self._lock:
            if len(self._idle) < MOST_IDLE_CONNECTIONS:
                self._idle.append(connection)
                return
        connection.close()

    def _connect(self) -> Connection:
        endpoint = Endpoint.read(self.home)
        if endpoint is not None:
            try:
                connection = endpoint.connect()
                if not self._outdated(endpoint):
                    return connection
                with connection:
                    _ask_to_end(connection)
            except TimeoutError as error:
                raise BackendError(f"{error} End that process, then reload the page.") from error
            except (*_LOST, AuthenticationError, AssertionError):
                endpoint = None
        self._launch()
        raise BackendStarting

    def _outdated(self, endpoint: Endpoint) -> bool:
        """Whether another start would give a backend with other code, such as this process began with."""
        if self._replaced or endpoint.code in (self._code, code_stamp()):
            return False
        # Once only: two servers with different code would otherwise end each other's backend for ever.
        self._replaced = True
        return True

    def _launch(self) -> None:
        with self._lock:
            if self._process is not None:
                ended = self._process.poll()
                if ended is None:
                    return
                if ended == 1:
                    self._process = None
                    raise BackendError(
                        f"The backend could not start. The reason is in {logs_folder() / 'backend-output.log'}."
                    )
            if time.monotonic() - self._launched < RESTART_SECONDS:
                return
            self._launched = time.monotonic()
            try:
                self._process = self._spawn()
            except OSError as error:
                raise BackendError(f"The backend could not be started: {error}.") from error

    def _spawn(self) -> subprocess.Popen[bytes]:
        paths = [str(ROOT), *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
        environment = {
            **os.environ,
            "BLOCKWRIGHT_HOME": str(self.home),
            "PYTHONPATH": os.pathsep.join(dict.fromkeys(paths)),
        }
        detached: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            detached = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS}
        log = logs_folder() / "backend-output.log"
        long = log.exists() and log.stat().st_size > 1_000_000
        with open(log, "wb" if long else "ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "blockwright.backend", *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=ROOT,
                env=environment,
                **detached,
            )


def backend() -> Client:
    """This process's client of its home's backend."""
    return _client(home())


@functools.cache
def _client(place: Path) -> Client:
    return Client(place)


def _ask_to_end(connection: Connection) -> None:
    connection.send_bytes(pack({"call": "shutdown"}, b"{}"))
    connection.poll(SPARE_SECONDS)
