"""The run store, opened once for the whole server, when a page first needs it."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from blockwright.runs.store import RunStore


@cache
def run_store() -> "RunStore":
    """The store of designs and runs; safe to use from any thread."""
    from blockwright.runs.store import RunStore

    return RunStore()
