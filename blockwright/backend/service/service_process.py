"""One process of a pool: a request to it, and the limits of time and memory that end both."""

import contextlib
import time
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import psutil

from blockwright.backend.protocol import MAX_RESPONSE_BYTES, ProtocolError, pack, unpack
from blockwright.backend.service.calls import Limits
from blockwright.backend.service.turns import Request

MAX_CALLS = 2_000
MAX_GROWTH_BYTES = 400_000_000


class ServiceError(Exception):
    """A request that cannot be answered; the message is shown to people."""


class LimitExceeded(ServiceError):
    """A request that took more than its limits allow; its process has to be killed."""


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

    def request(self, request: Request, limits: Limits, seconds: float) -> bytes:
        """Send a request and return the response, which may take `seconds` at most.

        Raises:
            ProcessLost: the process ended without a response.
            LimitExceeded: the request took too long, too much computing time or memory.
        """
        deadline = time.monotonic() + seconds
        use = _Use(self.process.pid)
        try:
            self.connection.send_bytes(pack({"call": request.name}, request.body))
            while not self.connection.poll(max(0.0, min(0.25, deadline - time.monotonic()))):
                if time.monotonic() >= deadline:
                    raise _exceeded(f"took longer than {seconds:.0f} seconds", request)
                use.check(limits, request)
            header, response = unpack(self.connection.recv_bytes(MAX_RESPONSE_BYTES + 10_000))
        except (EOFError, OSError, ProtocolError) as error:
            raise ProcessLost(str(error)) from error
        self.calls += 1
        self.growth = int(header.get("growth", 0))
        return response

    @property
    def worn_out(self) -> bool:
        """Whether it should be replaced: Keras keeps some memory of every model that it builds."""
        return self.calls >= MAX_CALLS or self.growth >= MAX_GROWTH_BYTES


class _Use:
    """What a process uses from now on."""

    def __init__(self, pid: int | None):
        self._process: psutil.Process | None = None
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(pid)
            self._before = _used(process)
            self._process = process

    def check(self, limits: Limits, request: Request) -> None:
        """Raise LimitExceeded when it is more than a request may use."""
        if self._process is None:
            return
        with contextlib.suppress(psutil.Error):
            seconds, memory = (
                now - before for now, before in zip(_used(self._process), self._before, strict=True)
            )
            if seconds > limits.cpu_seconds:
                raise _exceeded(f"took more than {limits.cpu_seconds:.0f} seconds of computing time", request)
            if memory > limits.memory:
                raise _exceeded(f"took more than {limits.memory / 1e6:,.0f} MB of memory", request)


def _used(process: psutil.Process) -> tuple[float, float]:
    """The seconds of computing time and the bytes of memory of a process."""
    times = process.cpu_times()
    return times.user + times.system, process.memory_info().rss


def _exceeded(what: str, request: Request) -> LimitExceeded:
    return LimitExceeded(
        f"It {what} to {request.action}, so the request was cancelled. Try something smaller."
    )
