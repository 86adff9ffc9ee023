"""Whether a run that was measured before fits beside what is running, and within the limits of its workspace."""

import time

from blockwright.runs.machine import free_memory
from blockwright.runs.store import RunStore
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits
from blockwright.runs.workspaces.workspace_use import start_of_day


def memory_problem(memory_bytes: int) -> str | None:
    """A sentence where a run needs more memory than is free now; None where it fits."""
    free = free_memory()
    if memory_bytes <= free:
        return None
    return (
        f"It needs about {_gigabytes(memory_bytes)} of memory, but this machine has {_gigabytes(free)} free now: "
        "the run would be ended when memory runs out."
    )


def minutes_problem(store: RunStore, limits: WorkspaceLimits, owner: str, seconds: float) -> str | None:
    """A sentence where a run takes longer than its workspace may still train today; None where it does not."""
    if not limits.minutes:
        return None
    now = time.time()
    left = 60 * limits.minutes - store.seconds_trained(owner, start_of_day(now), now)
    if seconds <= left:
        return None
    return (
        f"It takes about {seconds / 60:,.0f} minutes, but this workspace has {max(0.0, left) / 60:,.0f} of its "
        f"{limits.minutes:,} minutes of training left for today."
    )


def _gigabytes(number: float) -> str:
    return f"{number / 1e9:,.1f} GB" if number >= 1e9 else f"{number / 1e6:,.0f} MB"
