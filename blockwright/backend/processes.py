"""Forking, watching and ending processes."""

import importlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from typing import Any

import psutil

CLOCK_TOLERANCE = 30.0


class Nursery:
    """Starts child processes: by "forkserver" with `preload` imported once, or by "spawn" where fork is missing
    (Windows) or breaks the system's libraries (macOS)."""

    def __init__(self, preload: list[str]):
        forks = sys.platform != "darwin" and "forkserver" in multiprocessing.get_all_start_methods()
        self.context: Any = multiprocessing.get_context("forkserver" if forks else "spawn")
        if forks:
            self.context.set_forkserver_preload(preload)
        # multiprocessing's books on children are not made for several threads.
        self._lock = threading.Lock()
        self._forks = forks

    def prepare(self) -> None:
        """Begin to import what the children are to have; returns at once."""
        if self._forks:
            from multiprocessing import forkserver

            forkserver.ensure_running()

    def start(self, target: Callable[..., None], args: tuple[Any, ...], daemon: bool) -> BaseProcess:
        """A started child; the first one waits until the preloaded modules are imported."""
        process = self.context.Process(target=target, args=args, daemon=daemon)
        with self._lock:
            process.start()
        return process

    def exit_code(self, process: BaseProcess) -> int | None:
        """None while it runs; then its exit status, or the negative number of the signal that ended it."""
        with self._lock:
            return process.exitcode

    def kill(self, process: BaseProcess) -> None:
        """End it at once and wait until it is gone."""
        with self._lock:
            process.kill()
            process.join(5)

    def forget(self, process: BaseProcess) -> None:
        """Give back what an ended child still holds here."""
        with self._lock:
            if process.exitcode is not None:
                process.close()


def load(name: str) -> Any:
    """What `module:attribute` names."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def lives(pid: int | None, started: float | None) -> bool:
    """Whether that very process still runs; an ended one that nobody has collected yet does not."""
    if pid is None or started is None:
        return False
    try:
        process = psutil.Process(pid)
        same = abs(process.create_time() - started) < CLOCK_TOLERANCE
        return same and process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD)
    except psutil.Error:
        return False


def end(pid: int | None, started: float | None, patience: float = 5.0) -> bool:
    """Kill that very process with the group that it leads; True once it is gone."""
    if pid is None or not lives(pid, started):
        return True
    try:
        if hasattr(os, "killpg") and os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            psutil.Process(pid).kill()
    except (ProcessLookupError, psutil.NoSuchProcess):
        return True
    deadline = time.monotonic() + patience
    while lives(pid, started):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
