"""The client of the backend, for pages and the command line. Imports nothing heavy, and is thread-safe."""

import contextlib
import functools
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from blockwright.backend.code_fingerprint import ROOT, code_fingerprint
from blockwright.backend.endpoint import Endpoint
from blockwright.backend.protocol import (
    MAX_REQUEST_BYTES,
    MAX_RESPONSE_BYTES,
    BackendStatus,
    Header,
    ProtocolError,
    pack,
    receive,
    to_json,
)
from blockwright.runs.files.home import home, logs_folder
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.service_calls import Answer, Arguments, ServiceCall

MAX_WAIT_SECONDS = 3700.0
GRACE_SECONDS = 5.0
MAX_IDLE_CONNECTIONS = 8
RESTART_SECONDS = 1.0

_CONNECTION_ERRORS = (EOFError, OSError, ProtocolError)


class BackendError(RuntimeError):
    """A request that the backend refused or could not answer; the message is shown to people."""


class BackendStarting(BackendError):
    """The backend is still starting; try again in a moment."""

    def __init__(self) -> None:
        super().__init__("The design service is starting. This takes a few seconds.")


class Client:
    """The client of one home's backend, which it starts when none is running.

    Args:
        folder: the home folder; `home()` by default.
        arguments: additional arguments of `python -m blockwright.backend`.
    """

    def __init__(self, folder: Path | None = None, arguments: tuple[str, ...] = ()):
        self.home = folder or home()
        self._arguments = arguments
        self._lock = threading.Lock()
        self._idle: list[Connection] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._launched_at = 0.0
        self._code = code_fingerprint()
        self._replaced: int | None = None

    def call(
        self, name: ServiceCall[Arguments, Answer], *args: Arguments.args, **arguments: Arguments.kwargs
    ) -> Answer:
        """Call `name` on the design service and return its result, plain JSON. The arguments are named.

        Raises:
            BackendStarting: the backend is not ready yet; it was started if necessary.
            DesignError: the design has errors; it holds the findings.
            BackendError: the request failed; the message says why.
        """
        return self._call(name, arguments)

    def of_workspace(self, workspace: str) -> "WorkspaceClient":
        """The client for the requests of a workspace, by its owner: workspaces take turns."""
        return WorkspaceClient(self, workspace)

    def _call(
        self, name: str, arguments: Mapping[str, Any], timeout: float | None = None, workspace: str = ""
    ) -> Any:
        """Make a call. It takes `timeout` seconds at most, by default the call's own limit."""
        try:
            body = to_json(arguments)
        except ValueError as error:
            raise BackendError(str(error)) from error
        message = pack({"call": name, "seconds": timeout, "workspace": workspace}, body)
        if len(message) > MAX_REQUEST_BYTES:
            limit = f"{MAX_REQUEST_BYTES / 1e6:.0f} MB"
            raise BackendError(
                f"This request is too large for the backend: {len(message):,} bytes. The limit is {limit}."
            )
        header, result = self._exchange(message, MAX_WAIT_SECONDS if timeout is None else timeout)
        status = header.get("status")
        if status == "ok":
            return json.loads(result)
        if status == "design":
            raise DesignError([Finding.model_validate(finding) for finding in json.loads(result)])
        if status == "starting":
            raise BackendStarting
        raise BackendError(str(header.get("message", "The backend sent a response that cannot be read.")))

    def status(self) -> BackendStatus:
        """The state of the backend.

        Raises the errors of `call`.
        """
        return self._call("status", {}, timeout=10.0)

    def wake(self) -> None:
        """Ask the dispatcher to check the queue now, and start the backend if none is running. Never raises.

        Call it after queueing a run or a command. If it fails, the run only starts a moment later.
        """
        with contextlib.suppress(BackendError):
            self._call("wake", {}, timeout=2.0)

    def shutdown(self) -> None:
        """Stop the backend if it is running; training workers keep running."""
        with contextlib.suppress(*_CONNECTION_ERRORS, AuthenticationError):
            endpoint = Endpoint.read(self.home)
            if endpoint is not None:
                with endpoint.connect() as connection:
                    _send_shutdown(connection)
        self.close()

    def ensure(self) -> bool:
        """Start the backend as a detached process if none is running; True if one was running already.

        Raises:
            BackendError: it stopped right after it was started; the message names its log.
        """
        try:
            self._release(self._connect())
        except BackendStarting:
            return False
        return True

    def wait_ready(self, seconds: float = 120.0) -> BackendStatus:
        """Wait until the design service answers, and return the status.

        Raises:
            BackendStarting: it did not answer within `seconds`.
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
        """Close the connections; the backend keeps running."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    def _exchange(self, message: bytes, seconds: float) -> tuple[Header, bytes]:
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            reused = connection is not None
            if connection is None:
                connection = self._connect()
            try:
                connection.send_bytes(message)
                if not connection.poll(seconds + GRACE_SECONDS):
                    connection.close()
                    raise BackendError(f"The backend did not answer within {seconds:.0f} seconds. Try again.")
                response = receive(connection, MAX_RESPONSE_BYTES)
            except _CONNECTION_ERRORS as error:
                connection.close()
                if not reused:
                    raise BackendStarting from error
                # The backend was restarted meanwhile; every call can safely be repeated.
                self.close()
                continue
            self._release(connection)
            return response

    def _release(self, connection: Connection) -> None:
        with self._lock:
            if len(self._idle) < MAX_IDLE_CONNECTIONS:
                self._idle.append(connection)
                return
        connection.close()

    def _connect(self) -> Connection:
        endpoint = Endpoint.read(self.home)
        # A backend that was asked to stop may still answer for a moment.
        if endpoint is not None and endpoint.pid != self._replaced:
            try:
                connection = endpoint.connect()
                if not self._outdated(endpoint):
                    return connection
                with connection:
                    _send_shutdown(connection)
            except TimeoutError as error:
                raise BackendError(f"{error} Stop that process, then reload the page.") from error
            except (*_CONNECTION_ERRORS, AuthenticationError, AssertionError):
                endpoint = None
        self._launch()
        raise BackendStarting

    def _outdated(self, endpoint: Endpoint) -> bool:
        """Whether the running backend was started from other code than there is now."""
        if self._replaced is not None or endpoint.code in (self._code, code_fingerprint()):
            return False
        # Once only: two servers with different code would otherwise keep stopping each other's backend.
        self._replaced = endpoint.pid
        return True

    def _launch(self) -> None:
        with self._lock:
            if self._process is not None:
                exit_code = self._process.poll()
                if exit_code is None:
                    return
                if exit_code == 1:
                    self._process = None
                    raise BackendError(
                        f"The backend could not start. See the reason in {logs_folder() / 'backend-output.log'}."
                    )
            if time.monotonic() - self._launched_at < RESTART_SECONDS:
                return
            self._launched_at = time.monotonic()
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
        too_long = log.exists() and log.stat().st_size > 1_000_000
        with open(log, "wb" if too_long else "ab") as output:
            return subprocess.Popen(
                [sys.executable, "-m", "blockwright.backend", *self._arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=ROOT,
                env=environment,
                **detached,
            )


@dataclass(frozen=True)
class WorkspaceClient:
    """A client whose calls are made for a workspace."""

    client: Client
    workspace: str

    def call(
        self, name: ServiceCall[Arguments, Answer], *args: Arguments.args, **arguments: Arguments.kwargs
    ) -> Answer:
        """As `Client.call`."""
        return self.client._call(name, arguments, workspace=self.workspace)

    def cancel(self, name: ServiceCall[..., Any]) -> None:
        """Cancel the call `name` of this workspace, where only its latest is needed (see `Call`). Never raises."""
        with contextlib.suppress(BackendError):
            self.client._call("cancel", {"name": name}, timeout=2.0, workspace=self.workspace)

    def status(self) -> BackendStatus:
        """As `Client.status`."""
        return self.client.status()

    def wake(self) -> None:
        """As `Client.wake`."""
        self.client.wake()

    def ensure(self) -> bool:
        """As `Client.ensure`."""
        return self.client.ensure()


def backend() -> Client:
    """The client of the current home's backend, shared by this process."""
    return _client(home())


@functools.cache
def _client(folder: Path) -> Client:
    return Client(folder)


def _send_shutdown(connection: Connection) -> None:
    connection.send_bytes(pack({"call": "shutdown"}, b"{}"))
    connection.poll(GRACE_SECONDS)
