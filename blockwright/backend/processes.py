"""Starting, checking and killing processes."""

import contextlib
import importlib
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import psutil

from blockwright.runs.process_start import is_running


class ProcessFactory:
    """Starts child processes: by "forkserver" with `preload` imported once, or by "spawn" where fork is missing
    (Windows) or breaks the system's libraries (macOS)."""

    def __init__(self, preload: list[str]):
        forks = sys.platform != "darwin" and "forkserver" in multiprocessing.get_all_start_methods()
        self.context: Any = multiprocessing.get_context("forkserver" if forks else "spawn")
        if forks:
            self.context.set_forkserver_preload(preload)
        # multiprocessing's registry of children is not thread-safe.
        self._lock = threading.Lock()
        self._forks = forks

    def prepare(self) -> None:
        """Start importing the preloaded modules in the background."""
        if self._forks:
            from multiprocessing import forkserver

            forkserver.ensure_running()

    def start(self, target: Callable[..., None], args: tuple[Any, ...], daemon: bool) -> BaseProcess:
        """Start a child process; the first one waits until the preloaded modules are imported."""
        process = self.context.Process(target=target, args=args, daemon=daemon)
        with self._lock:
            process.start()
        return process

    def exit_code(self, process: BaseProcess) -> int | None:
        """The exit status, or the negative number of the signal that ended the process; None while it runs."""
        with self._lock:
            return process.exitcode

    def kill(self, process: BaseProcess) -> None:
        """Kill a process and wait until it has ended."""
        with self._lock:
            process.kill()
            process.join(5)

    def release(self, process: BaseProcess) -> None:
        """Release the resources of a process that has ended."""
        with self._lock:
            if process.exitcode is not None:
                process.close()


def lower_priority(niceness: int) -> None:
    """Let other processes have the processor first. Call it behind `os.setsid`.

    Where Linux shares the processor by session ("autogroup", sched(7)), niceness counts within a session only, and that
    of the session is set beside it.
    """
    if hasattr(os, "nice"):
        os.nice(niceness)
    with contextlib.suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(niceness), encoding="ascii")


def import_attribute(name: str) -> Any:
    """Import what `module:attribute` names."""
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(module), attribute)


def kill_process_group(pid: int | None, start: str | None, timeout: float = 5.0) -> bool:
    """Kill the process with this id and start, and its process group; True once it has ended."""
    if pid is None or not is_running(pid, start):
        return True
    try:
        if hasattr(os, "killpg") and os.getpgid(pid) == pid:
            os.killpg(pid, signal.SIGKILL)
        else:
            psutil.Process(pid).kill()
    except (ProcessLookupError, psutil.NoSuchProcess):
        return True
    deadline = time.monotonic() + timeout
    while is_running(pid, start):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
