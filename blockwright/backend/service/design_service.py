"""The design service as the backend sees it: pools of processes, and a cache of their responses."""

import hashlib
import logging
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from cachetools import LRUCache

from blockwright.backend.processes import ProcessFactory, import_attribute
from blockwright.backend.protocol import pack, unpack
from blockwright.backend.service.calls import DATA, EXPORTS, QUICK, SLOW, Call
from blockwright.backend.service.pool import ServiceError, ServicePool

POOL_SIZES = {QUICK: 2, SLOW: 1, DATA: 1, EXPORTS: 1}
CACHE_BYTES = 48_000_000
MAX_START_FAILURES = 4

log = logging.getLogger(__name__)


class DesignService:
    """Answers requests from the cache or by a process of a pool; equal requests at the same time are computed once."""

    def __init__(self, processes: ProcessFactory, table: str, logs: Path):
        self._calls: Mapping[str, Call] = import_attribute(table)
        self._pools = {name: ServicePool(name, size, processes, table) for name, size in POOL_SIZES.items()}
        self._logs = logs
        self._lock = threading.Lock()
        self._cache: LRUCache[tuple[str, bytes], bytes] = LRUCache(CACHE_BYTES, getsizeof=len)
        self._in_progress: dict[tuple[str, bytes], threading.Event] = {}

    def start(self) -> None:
        """Start the processes of the quick pool; those of the others start when they are first needed."""
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

    def respond(self, name: str, body: bytes, timeout: float | None) -> bytes:
        """The response to a request, as a message for the client."""
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
        timeout = call.seconds if timeout is None else min(max(timeout, 0.05), call.seconds)
        try:
            if call.cached:
                return self._cached(name, call, body, timeout)
            return self._compute(name, call, body, timeout)
        except ServiceError as error:
            return error_response(str(error))

    def _cached(self, name: str, call: Call, body: bytes, timeout: float) -> bytes:
        key = (name, hashlib.sha256(body).digest())
        deadline = time.monotonic() + timeout
        while True:
            with self._lock:
                cached = self._cache.get(key)
                if cached is not None:
                    return cached
                pending = self._in_progress.get(key)
                if pending is None:
                    done = self._in_progress[key] = threading.Event()
                    break
            if not pending.wait(max(0.0, deadline - time.monotonic())):
                raise ServiceError(
                    f"The design service is too busy to {call.action} right now. Try again in a moment."
                )
        try:
            response = self._compute(name, call, body, max(0.05, deadline - time.monotonic()))
            if unpack(response)[0]["status"] in ("ok", "design") and len(response) <= CACHE_BYTES // 8:
                with self._lock:
                    self._cache[key] = response
            return response
        finally:
            with self._lock:
                del self._in_progress[key]
            done.set()

    def _compute(self, name: str, call: Call, body: bytes, timeout: float) -> bytes:
        response = self._pools[call.pool].ask(name, call.action, body, timeout)
        header, _ = unpack(response)
        if header["status"] == "failed":
            log.error("Could not %s.\n%s", call.action, header.get("trace"))
            kind = header.get("kind", "error")
            return error_response(
                f"The backend could not {call.action}: an unexpected {kind}. "
                f"See the details in {self._logs / 'backend.log'}."
            )
        return response


def error_response(message: str) -> bytes:
    """A response that says why a request failed."""
    return pack({"status": "error", "message": message})
