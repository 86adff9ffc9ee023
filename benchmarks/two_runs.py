"""Two runs at once against one after the other: the time until both have ended.

Both ways alternate, with runs of the same network and data, each in a process of the backend. On a machine with two
cores a run has two threads in either case. Budget: at once takes at most 1.05 times as long.
"""

import statistics
import time
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.report import Row
from blockwright.backend.client import backend
from blockwright.design.presets import preset

if TYPE_CHECKING:
    from blockwright.runs.store import RunStore

ROUNDS = 5
CASES: tuple[tuple[str, dict[str, object], int], ...] = (
    ("three_apis", {"name": "digits"}, 20),
    ("tutorial_inception", {"name": "shapes", "size": 28, "examples": 600}, 2),
)
OWNER = "benchmark"


def _wait(store: "RunStore", run_ids: list[str]) -> None:
    for run_id in run_ids:
        while (run := store.get(run_id)) is not None and not run.over:
            time.sleep(0.02)
        if run is None or run.status != "finished":
            raise RuntimeError(f"The run did not finish: {run and run.message}")


def _seconds(store: "RunStore", key: str, data: dict[str, object], epochs: int, at_once: bool) -> float:
    design = preset(key).design.document()
    settings = {"data": data, "epochs": epochs, "batch_size": 32}
    began = time.perf_counter()
    started: list[str] = []
    for _ in range(2):
        started.append(store.create_run(OWNER, key, design, settings).id)
        backend().wake()
        if not at_once:
            _wait(store, started)
    _wait(store, started)
    return time.perf_counter() - began


def measure(home: Path) -> list[Row]:
    """The rows of the report; starts a backend on `home`, which must be BLOCKWRIGHT_HOME."""
    from benchmarks.server import stop_backend
    from blockwright.runs.store import RunStore

    backend().wait_ready()
    store = RunStore()
    rows: list[Row] = []
    for key, data, epochs in CASES:
        pairs = [
            [_seconds(store, key, data, epochs, at_once) for at_once in (False, True)] for _ in range(ROUNDS)
        ]
        after, at_once = (statistics.median(seconds) for seconds in zip(*pairs, strict=True))
        rows += [
            Row(f"{key}: one run after the other, median", after, "s"),
            Row(f"{key}: two runs at once, median", at_once, "s"),
            Row(f"{key}: at once against one after the other", at_once / after, "x", 1.05),
        ]
    stop_backend(home)
    return rows
