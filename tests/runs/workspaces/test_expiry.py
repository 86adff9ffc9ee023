from blockwright.runs.workspaces.expiry import (
    AGE_NOTICE,
    DAY,
    SPACE_NOTICE,
    StoredItem,
    age_expiry,
    run_expiries,
)
from blockwright.runs.workspaces.workspace_limits import WorkspaceLimits

NOW = 1000 * DAY


def item(key: str, days_old: float, megabytes: int = 1, expires: float | None = None) -> StoredItem:
    return StoredItem(key, NOW - days_old * DAY, megabytes * 1_000_000, expires)


def test_without_limits_nothing_is_deleted():
    assert run_expiries([item("old", 900, 10_000)], 0, WorkspaceLimits(), NOW) == {"old": None}


def test_what_was_announced_is_withdrawn_when_its_limit_is_lifted():
    assert run_expiries([item("old", 900, expires=NOW + DAY)], 0, WorkspaceLimits(), NOW) == {"old": None}


def test_age_is_announced_a_week_before():
    assert age_expiry(item("x", 22.9), 30, NOW) is None
    assert age_expiry(item("x", 23), 30, NOW) == NOW + AGE_NOTICE


def test_a_new_limit_deletes_nothing_without_the_whole_notice():
    announced = age_expiry(item("x", 400), 30, NOW)
    assert announced == NOW + AGE_NOTICE
    assert age_expiry(item("x", 400, expires=announced), 30, NOW + 3 * DAY) == announced


def test_what_is_kept_for_less_than_a_week_is_announced_at_once():
    assert age_expiry(item("x", 0), 3, NOW) == NOW + 3 * DAY


def test_for_space_the_oldest_runs_that_are_too_many_are_announced_a_day_before():
    runs = [item("new", 1, 40), item("middle", 2, 40), item("old", 3, 40)]
    limits = WorkspaceLimits(run_mb=100)
    assert run_expiries(runs, 0, limits, NOW) == {"old": NOW + SPACE_NOTICE, "middle": None, "new": None}
    assert run_expiries(runs, 30_000_000, limits, NOW)["middle"] == NOW + SPACE_NOTICE


def test_the_day_that_was_announced_stands():
    runs = [item("new", 1, 90), item("old", 3, 40, expires=NOW + 60)]
    assert run_expiries(runs, 0, WorkspaceLimits(run_mb=100), NOW)["old"] == NOW + 60


def test_once_there_is_space_again_only_the_age_counts():
    runs = [item("old", 85, 40, expires=NOW + 60)]
    limits = WorkspaceLimits(run_mb=100, days=90)
    assert run_expiries(runs, 0, limits, NOW) == {"old": NOW + AGE_NOTICE}
