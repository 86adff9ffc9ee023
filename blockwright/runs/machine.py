"""What this machine or container has: processor cores and memory, its limits included."""

import os
from pathlib import Path

import psutil

CONTROL_GROUP = Path("/sys/fs/cgroup")


def usable_cores() -> int:
    """The cores that this process may use."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    quota = _control_group("cpu.max").split()
    if len(quota) == 2 and quota[0].isdecimal() and quota[1].isdecimal():
        cores = min(cores, max(1, round(int(quota[0]) / int(quota[1]))))
    return cores


def usable_memory() -> int:
    """The bytes of memory that this machine or container has."""
    limit = _control_group("memory.max").strip()
    total = psutil.virtual_memory().total
    return min(total, int(limit)) if limit.isdecimal() else total


def free_memory() -> int:
    """The bytes of memory that nothing uses now, what only speeds up the reading of files not counted."""
    free = psutil.virtual_memory().available
    limit, used = _control_group("memory.max").strip(), _control_group("memory.current").strip()
    if limit.isdecimal() and used.isdecimal():
        free = min(free, max(0, int(limit) - int(used) + _file_cache()))
    return free


def _file_cache() -> int:
    for line in _control_group("memory.stat").splitlines():
        name, _, value = line.partition(" ")
        if name == "inactive_file" and value.isdecimal():
            return int(value)
    return 0


def _control_group(name: str) -> str:
    try:
        return (CONTROL_GROUP / name).read_text(encoding="ascii")
    except OSError:
        return ""
