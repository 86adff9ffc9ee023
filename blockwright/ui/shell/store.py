"""The run store, opened once for the whole server, when a page first needs it."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blockwright.runs.store import RunStore


def is_open() -> bool:
    """Whether this server has used the store yet."""
    return bool(run_store.cache_info().currsize)


def open_store() -> None:
    """Open the store, so that the first to use it does not wait for that. Raises StoreError when it cannot be used."""
    run_store().queued()


@cache
def run_store() -> "RunStore":
    """The store of designs and runs; safe to use from any thread."""
    from blockwright.runs.store import RunStore

    return RunStore()
