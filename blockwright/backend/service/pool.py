"""A pool of processes that answer requests: kept ready, killed at a limit of time or memory, replaced when used up.

Workspaces take turns, see turns.py.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from blockwright.backend.processes import ProcessFactory
from blockwright.backend.protocol import MAX_RESPONSE_BYTES, ProtocolError, unpack
from blockwright.backend.service.answering import serve
from blockwright.backend.service.calls import Limits
from blockwright.backend.service.service_process import (
    LimitExceeded,
    ProcessLost,
    ServiceError,
    ServiceProcess,
)
from blockwright.backend.service.turns import Request, Turns

START_TIMEOUT = 180.0
WAIT_SECONDS = 60.0
"""How long a request waits for its turn."""

log = logging.getLogger(__name__)


class ServicePool:
    """Processes that share requests: `warm` once one was ready; `failures` counts failed starts since then.

    One workspace has half of the processes at most, so that another one does not wait for its requests.

    Args:
        size: the largest number of processes; those beyond the first are started when they are needed.
        table: `module:attribute` of the table of calls, see calls.py.
    """

    def __init__(self, name: str, size: int, processes: ProcessFactory, table: str):
        self.name = name
        self.warm = False
        self.failures = 0
        self._processes = processes
        self._table = table
        self._size = size
        self._turns = Turns(share=max(1, size // 2))
        self._assigned: dict[Request, ServiceProcess] = {}
        self._working: dict[Request, ServiceProcess] = {}
        self._starting = 0
        self._free = threading.Condition()
        self._idle: list[ServiceProcess] = []
        self._all: set[ServiceProcess] = set()
        self._started = False
        self._closed = False

    def start(self) -> None:
        """Start all processes in the background, before they are needed."""
        with self._free:
            missing = self._missing(self._size)
        for _ in range(missing):
            self._start_process(None)

    def ask(
        self, request: Request, limits: Limits, timeout: float | None = None, own_process: bool = False
    ) -> bytes:
        """Have a free process answer a request, when it is its turn.

        Args:
            timeout: how many seconds it may take, waiting included.
            own_process: whether the process ends with the request.

        Raises:
            LimitExceeded: the request took more than its limits allow.
            ServiceError: its turn did not come in time, it was cancelled, or it ended every process.
        """
        deadline = time.monotonic() + (WAIT_SECONDS if timeout is None else timeout)
        # One attempt more than there are processes: all of them may have been killed while idle.
        for _ in range(self._size + 1):
            service = self._take(request, deadline)
            left = limits.seconds if timeout is None else min(limits.seconds, deadline - time.monotonic())
            try:
                with self._at_work(request, service):
                    return service.request(request, limits, max(0.0, left))
            except ProcessLost as error:
                if request.cancelled:
                    self._discard(service, replace=False)
                    raise _cancelled(request) from error
                log.warning(
                    "A process of the %s pool ended while trying to %s: %s", self.name, request.action, error
                )
                self._discard(service)
            except LimitExceeded as error:
                log.warning("Killed a process of the %s pool. %s", self.name, error)
                self._discard(service)
                raise
            finally:
                if own_process:
                    self._discard(service, replace=False)
                self._return(service, request)
        raise ServiceError(
            f"The process ended while trying to {request.action}, and so did its replacement. Try something smaller."
        )

    def share(self, request: Request, workspace: str) -> None:
        """Let another workspace wait for a request, too."""
        with self._free:
            self._turns.share(request, workspace)
            self._assign()
        self._start_needed()

    def cancel(self, request: Request) -> None:
        """Give up a request: one that waits does so no longer, and the process of one in progress is ended.

        Only for requests with a process of their own.
        """
        with self._free:
            request.cancelled = True
            self._turns.remove(request)
            service = self._working.get(request)
            if service is not None:
                self._processes.kill(service.process)
            self._free.notify_all()

    def pids(self) -> list[int]:
        """The ids of the processes."""
        with self._free:
            return [service.process.pid for service in self._all if service.process.pid]

    def close(self) -> None:
        """Stop the processes."""
        with self._free:
            self._closed = True
            services = list(self._all)
            self._free.notify_all()
        for service in services:
            self._discard(service, replace=False)

    def _take(self, request: Request, deadline: float) -> ServiceProcess:
        with self._free:
            self._turns.add(request)
            self._assign()
        self._start_needed()
        with self._free:
            while request not in self._assigned:
                left = deadline - time.monotonic()
                if request.cancelled:
                    raise _cancelled(request)
                if self._closed or left <= 0:
                    self._turns.remove(request)
                    raise ServiceError(
                        f"The design service is too busy to {request.action} right now: other requests come first. "
                        "Try again in a moment."
                    )
                self._free.wait(left)
            return self._assigned.pop(request)

    @contextmanager
    def _at_work(self, request: Request, service: ServiceProcess) -> Iterator[None]:
        """The process works on the request, unless that was cancelled meanwhile."""
        with self._free:
            if request.cancelled:
                raise _cancelled(request)
            self._working[request] = service
        try:
            yield
        finally:
            with self._free:
                del self._working[request]

    def _assign(self) -> None:
        """Give free processes to the requests whose turn it is; the lock is held."""
        while self._idle:
            request = self._turns.next()
            if request is None:
                return
            self._assigned[request] = self._idle.pop()
            self._free.notify_all()

    def _start_needed(self) -> None:
        """Start the processes that waiting requests need."""
        with self._free:
            missing = self._missing(len(self._all) - len(self._idle) + self._turns.startable())
        for _ in range(missing):
            self._start_process(None)

    def _missing(self, wanted: int) -> int:
        """Count as starting, and return, how many processes fewer there are than wanted; the lock is held."""
        missing = 0 if self._closed else min(wanted, self._size) - len(self._all) - self._starting
        self._starting += max(0, missing)
        return max(0, missing)

    def _return(self, service: ServiceProcess, request: Request) -> None:
        with self._free:
            self._turns.done(request)
            replace = False
            if service in self._all:
                if not service.retired:
                    self._idle.append(service)
                replace = service.worn_out and not service.replacing
                service.replacing = service.replacing or replace
            self._assign()
        if service.retired:
            self._discard(service, replace=False)
        elif replace:
            self._start_process(service)

    def _discard(self, service: ServiceProcess, replace: bool = True) -> None:
        with self._free:
            if service not in self._all:
                return
            self._all.remove(service)
            if service in self._idle:
                self._idle.remove(service)
            replace = replace and not service.replacing and not self._closed
            self._starting += replace
        self._processes.kill(service.process)
        service.connection.close()
        self._processes.release(service.process)
        if replace:
            self._start_process(None)

    def _start_process(self, predecessor: ServiceProcess | None) -> None:
        threading.Thread(target=self._add, args=(predecessor,), daemon=True, name=f"{self.name} pool").start()

    def _add(self, old: ServiceProcess | None) -> None:
        pause = 1.0
        while not self._closed:
            service = self._start()
            if service is not None:
                with self._free:
                    if self._closed:
                        break
                    self._all.add(service)
                    self._idle.append(service)
                    self.warm = True
                    self.failures = 0
                    idle = old is not None and old in self._idle
                    if old is None:
                        self._starting -= 1
                    else:
                        old.retired = True
                        if idle:
                            self._idle.remove(old)
                    self._assign()
                if idle and old is not None:
                    self._discard(old, replace=False)
                return
            self.failures += 1
            time.sleep(pause)
            pause = min(30.0, pause * 2)

    def _start(self) -> ServiceProcess | None:
        ours, theirs = self._processes.context.Pipe()
        process = None
        try:
            process = self._processes.start(serve, (theirs, self._table, self.name), daemon=True)
            theirs.close()
            if not ours.poll(START_TIMEOUT):
                raise TimeoutError(f"no response within {START_TIMEOUT:.0f} seconds")
            header, _ = unpack(ours.recv_bytes(MAX_RESPONSE_BYTES))
        except (EOFError, OSError, ProtocolError) as error:
            log.error("A process of the %s pool did not start: %r", self.name, error)
            theirs.close()
            ours.close()
            if process is not None:
                self._processes.kill(process)
                self._processes.release(process)
            return None
        if header.get("trace"):
            log.error("A process of the %s pool could not warm up:\n%s", self.name, header["trace"])
        return ServiceProcess(process, ours)


def _cancelled(request: Request) -> ServiceError:
    return ServiceError(
        f"The request to {request.action} was cancelled: a later one replaces it, or it is no longer needed."
    )
