"""What tells a process from a later one with the same id, whatever happens to the clock."""

import contextlib
import functools
import os
from pathlib import Path

import psutil

_ENDED_STATES = ("Z", "X", "x")


def process_start(pid: int) -> str | None:
    """When a process started, in a form that a changed clock does not move; None if it is not running.

    On Linux the system's boot id and the clock ticks since boot. `psutil` adds these ticks to the time of the boot,
    which Linux computes again whenever the clock is set. Elsewhere the system records the time once.
    """
    if Path("/proc/self/stat").exists():
        try:
            # The name of the program, in parentheses, may contain anything.
            fields = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()
            state, ticks = fields[0].decode(), int(fields[19])
        except (OSError, IndexError, ValueError):
            return None
        return None if state in _ENDED_STATES else f"{_boot_id()}:{ticks}"
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(pid)
        if process.status() not in (psutil.STATUS_ZOMBIE, psutil.STATUS_DEAD):
            return f"{process.create_time():.3f}"
    return None


def this_process() -> tuple[int, str]:
    """This process's id and start, which together identify it for ever."""
    pid = os.getpid()
    return pid, process_start(pid) or ""


def is_running(pid: object, start: object) -> bool:
    """Whether the process with this id and start is running; a zombie is not."""
    return isinstance(pid, int) and isinstance(start, str) and process_start(pid) == start


def is_suspended(pid: object, start: object) -> bool:
    """Whether that process is running, but was stopped by a signal or a debugger and does nothing."""
    if not isinstance(pid, int) or not is_running(pid, start):
        return False
    with contextlib.suppress(psutil.Error):
        return psutil.Process(pid).status() in (psutil.STATUS_STOPPED, psutil.STATUS_TRACING_STOP)
    return False


@functools.cache
def _boot_id() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return ""
