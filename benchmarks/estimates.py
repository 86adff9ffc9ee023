"""What a probe of a few seconds says of a run, against what the run then takes.

Each preset is measured and then trained, each in a forked process of the backend. An epoch counts from the end of one
to the end of the next, and the run from its claim to its end; memory is the process's own, as its events have it. On a
machine that does other things meanwhile both differ by what these take.
"""

import time
from pathlib import Path

from benchmarks.report import Row
from blockwright.backend.client import backend
from blockwright.design.presets import preset
from blockwright.recipe.settings import Settings
from blockwright.schema.run.probes import total_seconds
from blockwright.schema.service_calls import ESTIMATE

OWNER = "benchmark"
SHAPES: dict[str, object] = {"name": "shapes", "size": 28, "examples": 2400}
CASES: tuple[tuple[str, dict[str, object]], ...] = (
    ("three_apis", {"name": "digits"}),
    ("lenet5", {"name": "digits"}),
    ("mlp_128_128", {"name": "digits"}),
    ("tutorial_inception", SHAPES),
    ("stacked_conv", SHAPES),
    ("resnet_like", SHAPES),
)
EPOCHS = 3


def _measure(key: str, data: dict[str, object]) -> list[Row]:
    from blockwright.runs.store import RunStore

    store = RunStore()
    settings = Settings.read({"data": data, "epochs": EPOCHS})
    design = preset(key).design.document()
    estimate = (
        backend().of_workspace(OWNER).call(ESTIMATE, design=design, settings=settings.document(), owner=OWNER)
    )
    run = store.create_run(OWNER, key, design, settings.document())
    backend().wake()
    while True:
        ended = store.get(run.id)
        if ended is None or ended.over:
            break
        time.sleep(0.1)
    if ended is None or ended.status != "finished" or ended.started is None or ended.ended is None:
        raise RuntimeError(f"The run of {key} did not finish.")
    events = store.events(run.id)
    ends = [event.at for event in events if event.kind == "epoch"]
    memory = max((event.data["memory_bytes"] for event in events if event.kind == "batch"), default=0)
    epoch, total = (ends[-1] - ends[0]) / (EPOCHS - 1), ended.ended - ended.started
    estimated = total_seconds(estimate, EPOCHS)
    return [
        Row(f"{key}: an epoch took", epoch, "s"),
        Row(f"{key}: estimate against truth, an epoch", estimate["epoch_seconds"] / epoch, "x"),
        Row(f"{key}: the run took", total, "s"),
        Row(f"{key}: estimate against truth, the run", estimated / total, "x"),
        Row(f"{key}: own memory at most", memory / 1e6, "MB"),
        Row(f"{key}: estimate against truth, memory", estimate["memory_bytes"] / max(1, memory), "x"),
    ]


def measure(home: Path) -> list[Row]:
    """The rows of the report; starts a backend on `home`, which must be BLOCKWRIGHT_HOME."""
    from benchmarks.server import stop_backend

    backend().wait_ready()
    rows = [row for key, data in CASES for row in _measure(key, data)]
    stop_backend(home)
    return rows
