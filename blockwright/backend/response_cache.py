"""The design service as the backend sees it: lanes of children, and the answers that were given already."""

import hashlib
import logging
import threading
import time
from collections.abc import Mapping
from pathlib import Path

from cachetools import LRUCache

from blockwright.backend.processes import Nursery, load
from blockwright.backend.protocol import pack, unpack
from blockwright.backend.service import DATA, EXPORTS, QUICK, SLOW, Call
from blockwright.backend.service_pool import Lane, Refusal

LANE_SIZES = {QUICK: 2, SLOW: 1, DATA: 1, EXPORTS: 1}
CACHE_BYTES = 48_000_000
PATIENT_FAILURES = 4

log = logging.getLogger(__name__)


class Answers:
    """Answers requests from the cache or by a lane's child; equal requests at the same time are computed once."""

    def __init__(self, nursery: Nursery, table: str, logs: Path):
        self._calls: Mapping[str, Call] = load(table)
        self._lanes = {name: Lane(name, size, nursery, table) for name, size in LANE_SIZES.items()}
        self._logs = logs
        self._lock = threading.Lock()
        self._cache: LRUCache[tuple[str, bytes], bytes] = LRUCache(CACHE_BYTES, getsizeof=len)
        self._under_way: dict[tuple[str, bytes], threading.Event] = {}

    def start(self) -> None:
        """Begin to fork the quick lane's children; the others come when they are first needed."""
        self._lanes[QUICK].start()

    @property
    def ready(self) -> bool:
        """Whether the first child of the quick lane has answered."""
        return self._lanes[QUICK].warm

    def pids(self) -> dict[str, list[int]]:
        """The children's process ids by lane."""
        return {name: lane.pids() for name, lane in self._lanes.items()}

    def close(self) -> None:
        """End all children."""
        for lane in self._lanes.values():
            lane.close()

    def answer(self, name: str, body: bytes, seconds: float | None) -> bytes:
        """The message for the client."""
        call = self._calls.get(name)
        if call is None:
            return sentence(
                f'The backend knows no request "{name:.40}". Was the app updated? Restart it then.'
            )
        if not self.ready:
            if self._lanes[QUICK].failures >= PATIENT_FAILURES:
                return sentence(
                    f"The design service does not start. The reason is in {self._logs / 'backend-output.log'}."
                )
            return pack({"status": "starting"})
        patience = call.seconds if seconds is None else min(max(seconds, 0.05), call.seconds)
        try:
            if call.cached:
                return self._once(name, call, body, patience)
            return self._computed(name, call, body, patience)
        except Refusal as refusal:
            return sentence(str(refusal))

    def _once(self, name: str, call: Call, body: bytes, patience: float) -> bytes:
        key = (name, hashlib.sha256(body).digest())
        deadline = time.monotonic() + patience
        while True:
            with self._lock:
                known = self._cache.get(key)
                if known is not None:
                    return known
                busy = self._under_way.get(key)
                if busy is None:
                    mine = self._under_way[key] = threading.Event()
                    break
            if not busy.wait(max(0.0, deadline - time.monotonic())):
                raise Refusal(
                    f"The design service is too busy to {call.action} right now. Try again in a moment."
                )
        try:
            reply = self._computed(name, call, body, max(0.05, deadline - time.monotonic()))
            if unpack(reply)[0]["status"] in ("ok", "design"):
                self._keep(key, reply)
            return reply
        finally:
            with self._lock:
                del self._under_way[key]
            mine.set()

    def _computed(self, name: str, call: Call, body: bytes, patience: float) -> bytes:
        reply = self._lanes[call.lane].ask(name, call.action, body, patience)
        header, _ = unpack(reply)
        if header["status"] == "failed":
            log.error("Could not %s.\n%s", call.action, header.get("trace"))
            kind = header.get("kind", "error")
            place = self._logs / "backend.log"
            return sentence(
                f"The backend could not {call.action}: an unexpected {kind}. The details are in {place}."
            )
        return reply

    def _keep(self, key: tuple[str, bytes], reply: bytes) -> None:
        if len(reply) > CACHE_BYTES // 8:
            return
        with self._lock:
            self._cache[key] = reply


def sentence(message: str) -> bytes:
    """The message that tells the client why not."""
    return pack({"status": "sentence", "message": message})
