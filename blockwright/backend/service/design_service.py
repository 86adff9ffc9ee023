"""The design service as the backend sees it: pools of processes, and a cache of their responses."""

import hashlib
import logging
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cachetools import LRUCache, TTLCache

from blockwright.backend.processes import ProcessFactory, import_attribute
from blockwright.backend.protocol import pack, unpack
from blockwright.backend.service.calls import (
    DATA,
    EXPORTS,
    LARGE_BODY,
    LARGE_DESIGN,
    PROBES,
    QUICK,
    SLOW,
    VERIFICATIONS,
    Call,
)
from blockwright.backend.service.pool import ServicePool
from blockwright.backend.service.service_process import LimitExceeded, ServiceError
from blockwright.backend.service.turns import Request

POOL_SIZES = {QUICK: 2, SLOW: 2, DATA: 2, EXPORTS: 2, VERIFICATIONS: 2, PROBES: 2}
"""A verification can take an hour: nothing else waits for their processes."""
CACHE_BYTES = 48_000_000
MAX_START_FAILURES = 4
MOST_OF_WORKSPACE = 32
"""Requests of one workspace at the same time."""
MOST_AT_ONCE = 200
"""Requests at the same time, after which only workspaces without one are admitted; below the server's connections."""
LARGE_SECONDS = 600.0
"""How long it is remembered which requests of a workspace were too large for the quick pool."""

log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Pending:
    """A request in progress, for which equal ones wait."""

    request: Request
    done: threading.Event = field(default_factory=threading.Event)


class DesignService:
    """Answers requests from the cache or by a process of a pool; equal requests at the same time are computed once.

    Workspaces take turns. What is asked after every edit has processes of its own; a design that takes them too long
    goes to the slow pool.
    """

    def __init__(self, processes: ProcessFactory, table: str, logs: Path):
        self._calls: Mapping[str, Call] = import_attribute(table)
        self._pools = {name: ServicePool(name, size, processes, table) for name, size in POOL_SIZES.items()}
        self._logs = logs
        self._lock = threading.Lock()
        self._cache: LRUCache[tuple[str, bytes], bytes] = LRUCache(CACHE_BYTES, getsizeof=len)
        self._in_progress: dict[tuple[str, bytes], _Pending] = {}
        self._open: Counter[str] = Counter()
        self._large: TTLCache[tuple[str, str], int] = TTLCache(1_000, LARGE_SECONDS)
        self._latest: dict[tuple[str, str], Request] = {}

    def start(self) -> None:
        """Start the processes of the quick pool; those of the others start when they are needed."""
        self._pools[QUICK].start()

    @property
    def ready(self) -> bool:
        """Whether a process of the quick pool is ready."""
        return self._pools[QUICK].warm

    def pids(self) -> dict[str, list[int]]:
        """The process ids by pool."""
        return {name: pool.pids() for name, pool in self._pools.items()}

    def close(self) -> None:
        """Stop all processes."""
        for pool in self._pools.values():
            pool.close()

    def respond(self, name: str, body: bytes, workspace: str, timeout: float | None) -> bytes:
        """The response to a request of a workspace ("" for none), as a message for the client."""
        call = self._calls.get(name)
        if call is None:
            return error_response(
                f'The backend has no call "{name:.40}". If the app was updated, restart it.'
            )
        if not self.ready:
            if self._pools[QUICK].failures >= MAX_START_FAILURES:
                return error_response(
                    f"The design service could not start. See the reason in {self._logs / 'backend-output.log'}."
                )
            return pack({"status": "starting"})
        timeout = None if timeout is None else max(timeout, 0.05)
        try:
            with self._admitted(workspace):
                if call.cached:
                    return self._cached(call, name, body, workspace, timeout)
                return self._compute(call, Request(name, call.action, body, [workspace]), timeout)
        except ServiceError as error:
            return error_response(str(error))

    def cancel(self, name: str, workspace: str) -> None:
        """Cancel the request for a call that this workspace alone waits for, where only the latest is needed."""
        with self._lock:
            request = self._latest.get((workspace, name))
        if request is not None and set(request.workspaces) == {workspace}:
            self._pools[self._calls[name].pool].cancel(request)

    def _cached(self, call: Call, name: str, body: bytes, workspace: str, timeout: float | None) -> bytes:
        key = (name, hashlib.sha256(body).digest())
        deadline = None if timeout is None else time.monotonic() + timeout
        while True:
            with self._lock:
                cached = self._cache.get(key)
                if cached is not None:
                    return cached
                pending = self._in_progress.get(key)
                if pending is None:
                    pending = self._in_progress[key] = _Pending(Request(name, call.action, body, [workspace]))
                    break
                is_another = workspace not in pending.request.workspaces
                if is_another:
                    pending.request.workspaces.append(workspace)
            if is_another:
                for pool in self._pools.values():
                    pool.share(pending.request, workspace)
            if not pending.done.wait(_left(deadline)):
                raise ServiceError(
                    f"The design service is too busy to {call.action} right now. Try again in a moment."
                )
        try:
            response = self._compute(call, pending.request, _left(deadline))
            if unpack(response)[0]["status"] in ("ok", "design") and len(response) <= CACHE_BYTES // 8:
                with self._lock:
                    self._cache[key] = response
            return response
        finally:
            with self._lock:
                del self._in_progress[key]
            pending.done.set()

    def _compute(self, call: Call, request: Request, timeout: float | None) -> bytes:
        with self._as_latest(call, request):
            response = self._ask(call, request, timeout)
        header, _ = unpack(response)
        if header["status"] == "failed":
            log.error("Could not %s.\n%s", call.action, header.get("trace"))
            kind = header.get("kind", "error")
            return error_response(
                f"The backend could not {call.action}: an unexpected {kind}. "
                f"See the details in {self._logs / 'backend.log'}."
            )
        return response

    @contextmanager
    def _admitted(self, workspace: str) -> Iterator[None]:
        """Count a request of a workspace as open, unless it has too many."""
        with self._lock:
            own = self._open[workspace]
            if own >= MOST_OF_WORKSPACE or (own and self._open.total() >= MOST_AT_ONCE):
                raise ServiceError(
                    f"Your workspace already waits for {own} answers of the design service. Wait until they are "
                    "there, then try again."
                )
            self._open[workspace] += 1
        try:
            yield
        finally:
            with self._lock:
                self._open[workspace] -= 1
                if not self._open[workspace]:
                    del self._open[workspace]

    @contextmanager
    def _as_latest(self, call: Call, request: Request) -> Iterator[None]:
        """Cancel an earlier request of the same workspace for the same call, where only the latest is needed."""
        if not call.latest_only:
            yield
            return
        key = (request.workspaces[0], request.name)
        with self._lock:
            earlier = self._latest.get(key)
            self._latest[key] = request
        if earlier is not None and set(earlier.workspaces) == {key[0]}:
            self._pools[call.pool].cancel(earlier)
        try:
            yield
        finally:
            with self._lock:
                if self._latest.get(key) is request:
                    del self._latest[key]

    def _ask(self, call: Call, request: Request, timeout: float | None) -> bytes:
        if call.pool != QUICK:
            return self._pools[call.pool].ask(request, call.limits, timeout, call.own_process)
        workspace = request.workspaces[0]
        deadline = None if timeout is None else time.monotonic() + timeout
        with self._lock:
            large = min(LARGE_BODY, self._large.get((workspace, request.name), LARGE_BODY))
        if len(request.body) < large:
            try:
                return self._pools[QUICK].ask(request, call.limits, timeout)
            except LimitExceeded:
                if deadline is not None and time.monotonic() >= deadline:
                    raise
                with self._lock:
                    self._large[workspace, request.name] = len(request.body)
        return self._pools[SLOW].ask(request, LARGE_DESIGN, _left(deadline))


def _left(deadline: float | None) -> float | None:
    """The seconds until a deadline, at least a few; None without one."""
    return None if deadline is None else max(0.05, deadline - time.monotonic())


def error_response(message: str) -> bytes:
    """A response that says why a request failed."""
    return pack({"status": "error", "message": message})
