"""Children that answer requests: kept ready, killed when they take too long or too much, replaced before they age."""

import contextlib
import logging
import threading
import time
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

import psutil

from blockwright.backend.processes import Nursery
from blockwright.backend.protocol import LARGEST_ANSWER, WireError, pack, unpack
from blockwright.backend.service import serve

MOST_CALLS = 2_000
MOST_GROWTH = 400_000_000
MOST_MEMORY = 2_000_000_000
READY_SECONDS = 180.0

log = logging.getLogger(__name__)


class Refusal(Exception):
    """A request that cannot be answered; the message is for people."""


class ChildLost(Exception):
    """The child ended in the middle of a request."""


@dataclass(eq=False)
class Child:
    """One service child and this side's end of its pipe."""

    process: BaseProcess
    connection: Connection
    calls: int = 0
    growth: int = 0
    retired: bool = False
    replacing: bool = False
    memory: psutil.Process | None = field(default=None, repr=False)

    def request(self, name: str, action: str, body: bytes, seconds: float) -> bytes:
        """The child's answering message.

        Raises:
            ChildLost: it ended without an answer.
            Refusal: it took too long or too much memory; it has to be killed.
        """
        deadline = time.monotonic() + seconds
        try:
            self.connection.send_bytes(pack({"call": name}, body))
            while not self.connection.poll(max(0.0, min(0.25, deadline - time.monotonic()))):
                if time.monotonic() >= deadline:
                    raise Refusal(
                        f"It took longer than {seconds:.0f} seconds to {action}, so it was given up. "
                        "Try something smaller."
                    )
                self._check_memory(action)
            header, reply = unpack(self.connection.recv_bytes(LARGEST_ANSWER + 10_000))
        except (EOFError, OSError, WireError) as error:
            raise ChildLost(str(error)) from error
        self.calls += 1
        self.growth = int(header.get("growth", 0))
        return reply

    def _check_memory(self, action: str) -> None:
        with contextlib.suppress(psutil.Error):
            self.memory = self.memory or psutil.Process(self.process.pid)
            if self.memory.memory_info().rss > MOST_MEMORY:
                raise Refusal(
                    f"It took more than {MOST_MEMORY / 1e9:.0f} GB of memory to {action}, so it was given up. "
                    "Try something smaller."
                )

    @property
    def aged(self) -> bool:
        """Whether it has done enough to be replaced (Keras keeps something of every model that it builds)."""
        return self.calls >= MOST_CALLS or self.growth >= MOST_GROWTH


class Lane:
    """A few children that take turns: `warm` once one was ready, with `failures` to start one since.

    Args:
        size: how many of them.
        table: `module:attribute` of the calls, see service.py.
    """

    def __init__(self, name: str, size: int, nursery: Nursery, table: str):
        self.name = name
        self.warm = False
        self.failures = 0
        self._nursery = nursery
        self._table = table
        self._size = size
        self._free = threading.Condition()
        self._idle: list[Child] = []
        self._all: set[Child] = set()
        self._started = False
        self._closed = False

    def start(self) -> None:
        """Begin to fork the children, if that was not done yet; returns at once."""
        with self._free:
            if self._started or self._closed:
                return
            self._started = True
        for _ in range(self._size):
            self._grow(None)

    def ask(self, name: str, action: str, body: bytes, seconds: float) -> bytes:
        """The answering message of a child to the request.

        Raises:
            Refusal: no child is free in time, or the request took too long, too much memory, or every child's life.
        """
        self.start()
        deadline = time.monotonic() + seconds
        # One try more than there are children: all of them may have been killed while they rested.
        for _ in range(self._size + 1):
            child = self._take(deadline, action)
            try:
                return child.request(name, action, body, max(0.0, deadline - time.monotonic()))
            except ChildLost as error:
                log.warning("A child of the %s lane ended while it was to %s: %s", self.name, action, error)
                self._discard(child)
            except Refusal as refusal:
                log.warning("Ended a child of the %s lane. %s", self.name, refusal)
                self._discard(child)
                raise
            finally:
                self._give_back(child)
        raise Refusal(
            f"The process that was to {action} ended without an answer, and so did its replacement. "
            "Try something smaller."
        )

    def pids(self) -> list[int]:
        """The process ids of the children."""
        with self._free:
            return [child.process.pid for child in self._all if child.process.pid]

    def close(self) -> None:
        """End the children."""
        with self._free:
            self._closed = True
            children = list(self._all)
            self._free.notify_all()
        for child in children:
            self._discard(child, replace=False)

    def _take(self, deadline: float, action: str) -> Child:
        with self._free:
            while not self._idle:
                left = deadline - time.monotonic()
                if self._closed or left <= 0:
                    raise Refusal(
                        f"The design service is too busy to {action} right now. Try again in a moment."
                    )
                self._free.wait(left)
            return self._idle.pop()

    def _give_back(self, child: Child) -> None:
        with self._free:
            if child not in self._all:
                return
            if not child.retired:
                self._idle.append(child)
                self._free.notify()
            replace = child.aged and not child.replacing
            child.replacing = child.replacing or replace
        if child.retired:
            self._discard(child, replace=False)
        elif replace:
            self._grow(child)

    def _discard(self, child: Child, replace: bool = True) -> None:
        with self._free:
            if child not in self._all:
                return
            self._all.remove(child)
            if child in self._idle:
                self._idle.remove(child)
        self._nursery.kill(child.process)
        child.connection.close()
        self._nursery.forget(child.process)
        if replace and not child.replacing:
            self._grow(None)

    def _grow(self, successor_of: Child | None) -> None:
        threading.Thread(
            target=self._add, args=(successor_of,), daemon=True, name=f"{self.name} lane"
        ).start()

    def _add(self, old: Child | None) -> None:
        pause = 1.0
        while not self._closed:
            child = self._fork()
            if child is not None:
                with self._free:
                    if self._closed:
                        break
                    self._all.add(child)
                    self._idle.append(child)
                    self.warm = True
                    self.failures = 0
                    rests = old is not None and old in self._idle
                    if old is not None:
                        old.retired = True
                        if rests:
                            self._idle.remove(old)
                    self._free.notify()
                if rests and old is not None:
                    self._discard(old, replace=False)
                return
            self.failures += 1
            time.sleep(pause)
            pause = min(30.0, pause * 2)

    def _fork(self) -> Child | None:
        ours, theirs = self._nursery.context.Pipe()
        process = None
        try:
            process = self._nursery.start(serve, (theirs, self._table, self.name), daemon=True)
            theirs.close()
            if not ours.poll(READY_SECONDS):
                raise TimeoutError(f"no word within {READY_SECONDS:.0f} seconds")
            header, _ = unpack(ours.recv_bytes(LARGEST_ANSWER))
        except (EOFError, OSError, WireError) as error:
            log.error("A child of the %s lane did not start: %r", self.name, error)
            theirs.close()
            ours.close()
            if process is not None:
                self._nursery.kill(process)
                self._nursery.forget(process)
            return None
        if header.get("trace"):
            log.error("The %s lane's child could not warm up:\n%s", self.name, header["trace"])
        return Child(process, ours)
