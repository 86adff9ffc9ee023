"""When files of a workspace are deleted for their age or for space, announced in time: a pure computation."""

from collections.abc import Sequence
from dataclasses import dataclass

from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits

DAY = 86_400.0
AGE_NOTICE = 7 * DAY
"""How long before it is deleted for its age something is announced; no longer than it is kept."""
SPACE_NOTICE = DAY
"""How long before it is deleted for space something is announced."""


@dataclass(frozen=True)
class StoredItem:
    """A run or an upload: its bytes, since when its age counts, and when it is to be deleted as announced so far."""

    key: str
    since: float
    bytes: int
    expires: float | None


def age_expiry(item: StoredItem, days: int, now: float) -> float | None:
    """When the item will be deleted for its age, once that is to be announced; None before, and for 0 days."""
    if not days:
        return None
    due = item.since + days * DAY
    notice = min(AGE_NOTICE, days * DAY)
    if now < due - notice:
        return None
    if item.expires is not None and item.expires >= due:
        # Announced late, because the limit is new: that day stands.
        return item.expires
    return max(due, now + notice)


def run_expiries(
    runs: Sequence[StoredItem], other_bytes: int, limits: WorkspaceLimits, now: float
) -> dict[str, float | None]:
    """When each ended run of a workspace will be deleted; the oldest come first where space is short.

    Args:
        runs: ended runs.
        other_bytes: the bytes of the workspace's other runs, which are not deleted.
    """
    excess = sum(run.bytes for run in runs) + other_bytes - limits.run_bytes if limits.run_mb else 0
    expiries = {}
    for run in sorted(runs, key=lambda run: run.since):
        due = age_expiry(run, limits.days, now)
        if excess > 0:
            excess -= run.bytes
            announced = now + SPACE_NOTICE if run.expires is None else run.expires
            due = announced if due is None else min(announced, due)
        expiries[run.key] = due
    return expiries
