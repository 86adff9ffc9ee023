"""What a workspace uses of its limits: one rule for whoever starts runs and whoever says why they wait."""

import time
from datetime import datetime

from blockwright.runs.store import RunStore
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits


def reason_to_wait(store: RunStore, limits: WorkspaceLimits, owner: str, active: int) -> str | None:
    """Why a workspace with that many active runs may not start another one now; None if it may."""
    if limits.runs and active >= limits.runs:
        several = "1 run" if limits.runs == 1 else f"{limits.runs:,} runs"
        return (
            f"This server allows {several} at once for each workspace, paused ones included; this one starts when "
            "another one has ended."
        )
    used_up = minutes_used_up(store, limits, owner)
    return None if used_up is None else f"{used_up} The run starts tomorrow."


def minutes_used_up(store: RunStore, limits: WorkspaceLimits, owner: str) -> str | None:
    """A sentence if a workspace has no minutes of training left today; None if it has."""
    now = time.time()
    if not limits.minutes or store.seconds_trained(owner, start_of_day(now), now) < 60 * limits.minutes:
        return None
    return f"This workspace has used its {limits.minutes:,} minutes of training for today."


def start_of_day(now: float) -> float:
    """The last midnight by the clock of the server."""
    return datetime.fromtimestamp(now).replace(hour=0, minute=0, second=0, microsecond=0).timestamp()
