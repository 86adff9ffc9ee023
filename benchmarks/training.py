"""Training speed against plain Keras, the cost of watching, and the time to the first point.

Batch 128, images of 28 x 28: the tutorial Inception, the ResNet-like network, and the ConvBlocks of 32, 64 and 128.
Plain Keras is what a notebook does: the same layers with Keras's own batch normalization, NumPy arrays, `fit`. Every
measurement is a process of its own, the kinds alternate, and medians count. Speeds are training images a second over
whole epochs without validation, the first epoch left out.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Row, machine, ratio

KEY = "tutorial_inception"
OTHERS = {"resnet_like": "ResNet-like", "stacked_conv": "ConvBlocks of 32, 64, 128"}
EXAMPLES = 2400
EPOCHS = 3
BATCH = 128
ROUNDS = 5
DATA = {"name": "shapes", "size": 28, "examples": EXAMPLES}
KINDS = ("plain", "float32", "auto")
WATCHED_EPOCHS = 25


def _measure_plain(key: str) -> dict[str, float]:
    import keras
    import numpy as np

    from blockwright import build, preset
    from blockwright.data.loading import load
    from blockwright.data.prepare import prepare_design

    class Clock(keras.callbacks.Callback):
        """Times the training part of every epoch, and from one epoch's start to the next."""

        def on_train_begin(self, logs=None):
            self.seconds: list[float] = []
            self.first: float = 0.0

        def on_epoch_begin(self, epoch, logs=None):
            self.began = time.perf_counter()
            if epoch == 1:
                self.second = self.began

        def on_train_batch_end(self, batch, logs=None):
            self.first = self.first or time.perf_counter()

        def on_test_begin(self, logs=None):
            self.seconds.append(time.perf_counter() - self.began)

    prepared = prepare_design(load(DATA), preset(key).design.inputs, {"head": (10,)})
    x, y = prepared.inputs["image"].astype(np.float32) / 255, prepared.targets["head"]
    clock = Clock()
    start = time.perf_counter()
    keras.utils.set_random_seed(0)
    model = build(preset(key).design).build_graph()
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    train, validation = prepared.train, prepared.validation
    model.fit(
        x[train],
        y[train],
        batch_size=BATCH,
        epochs=EPOCHS,
        validation_data=(x[validation], y[validation]),
        callbacks=[clock],
        verbose=0,
    )
    end = time.perf_counter()
    return {
        "speed": len(train) * (EPOCHS - 1) / sum(clock.seconds[1:]),
        "wall": (end - clock.second) / (EPOCHS - 1),
        "first": clock.first - start,
    }


def _measure_watching() -> dict[str, float]:
    """One run whose epochs alternate between points within the epoch and none; the best of both."""
    import blockwright.training.worker
    from blockwright import preset
    from blockwright.runs.history import fold
    from blockwright.runs.records import COMMAND_LINE
    from blockwright.runs.store import RunStore
    from blockwright.training.loops import callbacks, fit

    class EveryOtherEpoch(callbacks.RunCallback):
        """Sends points within every other epoch."""

        def on_epoch_begin(self, epoch, logs=None):
            self.live = epoch % 2 == 0
            super().on_epoch_begin(epoch, logs)

    setattr(fit, "RunCallback", EveryOtherEpoch)  # noqa: B010
    store = RunStore()
    data = {**DATA, "examples": EXAMPLES // 2}
    settings = {"data": data, "epochs": WATCHED_EPOCHS, "batch_size": BATCH}
    run = store.create_run(COMMAND_LINE, "benchmark", preset(KEY).design.document(), settings, here=True)
    blockwright.training.worker.execute(run.id)
    speeds = [epoch["examples_per_second"] for epoch in fold(store.events(run.id)).epochs][1:]
    return {"watched": max(speeds[1::2]), "unwatched": max(speeds[::2])}


def _measure_run(precision: str, key: str) -> dict[str, float]:
    import blockwright.training.run_steps
    import blockwright.training.worker
    from blockwright import preset
    from blockwright.runs.history import fold
    from blockwright.runs.records import COMMAND_LINE
    from blockwright.runs.store import RunStore
    from blockwright.training.local import examples_per_second

    store = RunStore()
    settings = {"data": DATA, "epochs": EPOCHS, "batch_size": BATCH, "precision": precision}
    run = store.create_run(COMMAND_LINE, "benchmark", preset(key).design.document(), settings, here=True)
    start = time.time()
    blockwright.training.worker.execute(run.id)
    events = store.events(run.id)
    ends = [event.at for event in events if event.kind == "epoch"]
    batches = [event.at for event in events if event.kind == "batch"]
    return {
        "speed": examples_per_second(fold(events).epochs) or 0.0,
        "wall": (ends[-1] - ends[0]) / (EPOCHS - 1),
        "first": (batches or ends)[0] - start,
    }


def _measure_in_process(kind: str, key: str = KEY) -> dict[str, float]:
    """One measurement in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="blockwright-bench-") as home:
        environment = {**os.environ, "BLOCKWRIGHT_HOME": home, "TF_CPP_MIN_LOG_LEVEL": "3"}
        command = [sys.executable, "-m", "benchmarks.training", kind, key]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _measure_network(key: str) -> dict[str, dict[str, float]]:
    """The medians of each kind, which alternate."""
    measured: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for _ in range(ROUNDS):
        for kind in KINDS:
            measured[kind].append(_measure_in_process(kind, key))
    return {
        kind: {name: statistics.median(run[name] for run in runs) for name in runs[0]}
        for kind, runs in measured.items()
    }


def measure(home: Path) -> list[Row]:
    """The rows of the report."""
    medians = _measure_network(KEY)
    watching = _measure_in_process("watching")
    plain, float32, auto = (medians[kind] for kind in KINDS)
    with_amx = "amx_bf16" in machine()
    rows = [
        Row("plain Keras fit, float32", plain["speed"], "im/s"),
        Row("a run, float32", float32["speed"], "im/s"),
        Row("a run, precision auto", auto["speed"], "im/s"),
        ratio("float32 against plain Keras", float32["speed"], plain["speed"], 1.3),
        ratio("auto against plain Keras", auto["speed"], plain["speed"], 3.3 if with_amx else None),
        ratio("auto against plain, epoch with validation", plain["wall"], auto["wall"]),
        ratio("watched against unwatched, auto", watching["watched"], watching["unwatched"], 0.98),
        Row("execute() to first point, auto, libraries loaded", auto["first"], "s"),
        Row("plain Keras: build, compile, first batch", plain["first"], "s"),
    ]
    for key, title in OTHERS.items():
        plain, float32, auto = (speeds for speeds in _measure_network(key).values())
        rows += [
            ratio(f"{title}: float32 against plain Keras", float32["speed"], plain["speed"], 1.15),
            ratio(
                f"{title}: auto against plain Keras", auto["speed"], plain["speed"], 2 if with_amx else None
            ),
        ]
    return rows


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["plain", key]:
            print(json.dumps(_measure_plain(key)))
        case ["watching", _]:
            print(json.dumps(_measure_watching()))
        case [precision, key]:
            print(json.dumps(_measure_run(precision, key)))
