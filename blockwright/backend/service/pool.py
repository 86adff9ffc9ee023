"""A pool of processes that answer requests: kept ready, killed at a limit of time or memory, replaced when used up."""

import contextlib
import logging
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import psutil

from blockwright.backend.processes import ProcessFactory
from blockwright.backend.protocol import MAX_RESPONSE_BYTES, ProtocolError, pack, unpack
from blockwright.backend.service.answering import serve

MAX_CALLS = 2_000
MAX_GROWTH_BYTES = 400_000_000
MAX_MEMORY_BYTES = 2_000_000_000
START_TIMEOUT = 180.0

log = logging.getLogger(__name__)


class ServiceError(Exception):
    """A request that cannot be answered; the message is shown to people."""


class ProcessLost(Exception):
    """The process ended during a request."""


@dataclass(eq=False)
class ServiceProcess:
    """A service process and this side's end of its pipe."""

    process: BaseProcess
    connection: Connection
    calls: int = 0
    growth: int = 0
    retired: bool = False
    replacing: bool = False
    memory: psutil.Process | None = field(default=None, repr=False)

    def request(self, name: str, action: str, body: bytes, seconds: float) -> bytes:
        """Send a request and return the response.

        Raises:
            ProcessLost: the process ended without a response.
            ServiceError: the request took too long or too much memory; the process has to be killed.
        """
        deadline = time.monotonic() + seconds
        try:
            self.connection.send_bytes(pack({"call": name}, body))
            while not self.connection.poll(max(0.0, min(0.25, deadline - time.monotonic()))):
                if time.monotonic() >= deadline:
                    raise ServiceError(
                        f"It took longer than {seconds:.0f} seconds to {action}, so the request was cancelled. "
                        "Try something smaller."
                    )
                self._check_memory(action)
            header, response = unpack(self.connection.recv_bytes(MAX_RESPONSE_BYTES + 10_000))
        except (EOFError, OSError, ProtocolError) as error:
            raise ProcessLost(str(error)) from error
        self.calls += 1
        self.growth = int(header.get("growth", 0))
        return response

    def _check_memory(self, action: str) -> None:
        with contextlib.suppress(psutil.Error):
            self.memory = self.memory or psutil.Process(self.process.pid)
            if self.memory.memory_info().rss > MAX_MEMORY_BYTES:
                raise ServiceError(
                    f"It took more than {MAX_MEMORY_BYTES / 1e9:.0f} GB of memory to {action}, so the request was "
                    "cancelled. Try something smaller."
                )

    @property
    def worn_out(self) -> bool:
        """Whether it should be replaced: Keras keeps some memory of every model that it builds."""
        return self.calls >= MAX_CALLS or self.growth >= MAX_GROWTH_BYTES


class ServicePool:
    """Processes that share requests: `warm` once one was ready; `failures` counts failed starts since then.

    Args:
        size: the number of processes.
        table: `module:attribute` of the table of calls, see service.py.
    """

    def __init__(self, name: str, size: int, processes: ProcessFactory, table: str):
        self.name = name
        self.warm = False
        self.failures = 0
        self._processes = processes
        self._table = table
        self._size = size
        self._free = threading.Condition()
        self._idle: list[ServiceProcess] = []
        self._all: set[ServiceProcess] = set()
        self._started = False
        self._closed = False

    def start(self) -> None:
        """Start the processes in the background, unless that was done already."""
        with self._free:
            if self._started or self._closed:
                return
            self._started = True
        for _ in range(self._size):
            self._start_process(None)

    def ask(self, name: str, action: str, body: bytes, seconds: float) -> bytes:
        """Have a free process answer a request.

        Raises:
            ServiceError: no process was free in time, or the request took too long, too much memory, or ended every
                process.
        """
        self.start()
        deadline = time.monotonic() + seconds
        # One attempt more than there are processes: all of them may have been killed while idle.
        for _ in range(self._size + 1):
            service = self._take(deadline, action)
            try:
                return service.request(name, action, body, max(0.0, deadline - time.monotonic()))
            except ProcessLost as error:
                log.warning("A process of the %s pool ended while trying to %s: %s", self.name, action, error)
                self._discard(service)
            except ServiceError as error:
                log.warning("Killed a process of the %s pool. %s", self.name, error)
                self._discard(service)
                raise
            finally:
                self._return(service)
        raise ServiceError(
            f"The process ended while trying to {action}, and so did its replacement. Try something smaller."
        )

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

    def _take(self, deadline: float, action: str) -> ServiceProcess:
        with self._free:
            while not self._idle:
                left = deadline - time.monotonic()
                if self._closed or left <= 0:
                    raise ServiceError(
                        f"The design service is too busy to {action} right now. Try again in a moment."
                    )
                self._free.wait(left)
            return self._idle.pop()

    def _return(self, service: ServiceProcess) -> None:
        with self._free:
            if service not in self._all:
                return
            if not service.retired:
                self._idle.append(service)
                self._free.notify()
            replace = service.worn_out and not service.replacing
            service.replacing = service.replacing or replace
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
        self._processes.kill(service.process)
        service.connection.close()
        self._processes.release(service.process)
        if replace and not service.replacing:
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
                    if old is not None:
                        old.retired = True
                        if idle:
                            self._idle.remove(old)
                    self._free.notify()
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
