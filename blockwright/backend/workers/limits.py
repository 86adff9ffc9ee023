"""Timeouts of the backend, and how many runs the machine can train at once."""

import os
from dataclasses import dataclass
from typing import Self

from blockwright.runs.machine import usable_cores, usable_memory

BASE_MEMORY = 1_200_000_000
"""Bytes in use before the first run: server, TensorFlow (once, shared by the forks), design services."""

RUN_MEMORY = 600_000_000
"""Bytes reserved for each run: 60-150 MB of its own, the data set, and the activations of a batch."""


@dataclass(frozen=True)
class Limits:
    """Timeouts in seconds, each set by the environment variable `BLOCKWRIGHT_` and the name in capitals.

    Attributes:
        heartbeat_grace: a worker without a heartbeat for longer is killed and its run interrupted.
        progress_grace: a worker that completes no training step for longer is killed and its run failed.
        stop_grace: a worker that does not honour a stop for longer is killed.
        start_grace: a worker that has not claimed its run for longer is killed and another one is started.
        idle_exit: the backend stops after this long without requests and runs; 0 for never.
        tensorboard_idle: a TensorBoard that nobody has looked at for longer is closed.
    """

    heartbeat_grace: float = 30.0
    progress_grace: float = 1800.0
    stop_grace: float = 20.0
    start_grace: float = 60.0
    idle_exit: float = 6 * 3600.0
    tensorboard_idle: float = 1800.0

    @classmethod
    def from_environment(cls) -> Self:
        """The defaults, overridden by environment variables.

        Raises:
            ValueError: a variable is not a number of at least 0.
        """
        return cls(**{name: _seconds(name, default) for name, default in vars(cls()).items()})


def _seconds(name: str, default: float) -> float:
    variable = f"BLOCKWRIGHT_{name.upper()}"
    text = os.environ.get(variable, "")
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise ValueError(f"{variable} must be a number of seconds, at least 0. Received: {text!r:.40}.")
    return value


@dataclass(frozen=True)
class Capacity:
    """Up to `concurrent` runs train at the same time; including paused ones, up to `resident` are in memory."""

    concurrent: int
    resident: int


def capacity() -> Capacity:
    """The capacity that `BLOCKWRIGHT_WORKERS` sets, or that the machine has.

    One run for every two cores, and two even on two cores, because small networks leave half of them idle; but no
    more than fit in memory: (memory - 1.2 GB) / 600 MB; at least one. Cores and memory are what this process may
    use, container limits included.

    Raises:
        ValueError: `BLOCKWRIGHT_WORKERS` is not a whole number between 1 and 256.
    """
    by_memory = max(1, int((usable_memory() - BASE_MEMORY) / RUN_MEMORY))
    text = os.environ.get("BLOCKWRIGHT_WORKERS", "")
    if text:
        if not text.isdecimal() or not 1 <= int(text) <= 256:
            message = "BLOCKWRIGHT_WORKERS must be a whole number between 1 and 256."
            raise ValueError(f"{message} Received: {text!r:.40}.")
        return Capacity(concurrent=int(text), resident=max(int(text), by_memory))
    return Capacity(concurrent=min(max(2, usable_cores() // 2), by_memory), resident=by_memory)
