"""From Train to the first point of the curve, and what one more run costs in memory, against fresh processes.

Budgets: <= 1.5 s for a small network, <= 150 MB of own memory for one more concurrent run.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from benchmarks.report import Row, ratio
from blockwright.backend.client import backend
from blockwright.design.presets import preset

if TYPE_CHECKING:
    from blockwright.runs.store import Run, RunStore

SMALL = "three_apis"
TIMES = 5

_FRESH = """
import time; start = time.perf_counter()
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras, psutil
from sklearn.datasets import load_digits
x, y = load_digits(return_X_y=True)
x = keras.ops.convert_to_numpy(keras.ops.image.resize((x / 16).reshape(-1, 8, 8, 1), (32, 32))).repeat(3, -1)
layers = keras.layers
model = keras.Sequential([
    keras.Input((32, 32, 3)),
    layers.Conv2D(32, 3, strides=2, activation="relu"), layers.MaxPooling2D(3), layers.BatchNormalization(),
    layers.Conv2D(64, 3, activation="relu"), layers.BatchNormalization(), layers.Dropout(0.3),
    layers.GlobalAveragePooling2D(), layers.Dense(10, activation="softmax")])
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
class FirstBatch(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if batch == 0:
            self.seconds = time.perf_counter() - start
first = FirstBatch()
model.fit(x[:1438], y[:1438], batch_size=32, epochs=1, verbose=0, callbacks=[first])
print(json.dumps([first.seconds, psutil.Process().memory_full_info().uss / 1e6]))
"""


def _fresh_process() -> tuple[float, float]:
    answer = subprocess.run([sys.executable, "-c", _FRESH], capture_output=True, text=True, check=True)
    seconds, megabytes = json.loads(answer.stdout.splitlines()[-1])
    return seconds, megabytes


def _run(store: "RunStore", run_id: str) -> "Run":
    run = store.get(run_id)
    if run is None:
        raise RuntimeError(f"The run {run_id} is no longer in the store.")
    return run


def _median(pairs: list[tuple[float, float]], column: int) -> float:
    return statistics.median(pair[column] for pair in pairs)


def _first_point(store: "RunStore", key: str, epochs: int) -> tuple[float, float]:
    """Seconds from the request to the first point, and the run's own memory in MB once it trains."""
    settings = {"data": {"name": "digits"}, "epochs": epochs, "batch_size": 32, "seed": 0}
    start = time.perf_counter()
    run = store.create_run("benchmark", key, preset(key).design.document(), settings)
    backend().wake()
    while not any(event.kind == "batch" for event in store.events(run.id)):
        if _run(store, run.id).over:
            raise RuntimeError(f"The run ended before its first point: {_run(store, run.id).message}")
        time.sleep(0.01)
    seconds = time.perf_counter() - start
    process = psutil.Process(_run(store, run.id).pid)
    own = 0.0
    while not _run(store, run.id).over:
        try:
            own = max(own, process.memory_full_info().uss / 1e6)
        except psutil.Error:
            break
        time.sleep(0.2)
    while not _run(store, run.id).over:
        time.sleep(0.05)
    return seconds, own


def measure(home: Path) -> list[Row]:
    """The rows of the report; starts a backend on `home`, which must be BLOCKWRIGHT_HOME."""
    from benchmarks.server import stop_backend
    from blockwright.runs.store import RunStore

    backend().wait_ready()
    store = RunStore()
    points = [_first_point(store, SMALL, 2) for _ in range(TIMES)]
    inception = [_first_point(store, "tutorial_inception", 1) for _ in range(2)]
    stop_backend(home)
    fresh = [_fresh_process() for _ in range(3)]
    seconds, own = _median(points, 0), _median(points, 1)
    fresh_seconds, fresh_own = _median(fresh, 0), _median(fresh, 1)
    return [
        Row("Train to the first curve point, small network, median", seconds, "s", 1.5),
        Row("the same in a fresh process of plain Keras", fresh_seconds, "s"),
        ratio("how many times sooner", fresh_seconds, seconds),
        Row("the same, tutorial Inception", _median(inception, 0), "s"),
        Row("own memory of one more run, small network", own, "MB", 150),
        Row("own memory of a fresh process of plain Keras", fresh_own, "MB"),
        ratio("how many times less", fresh_own, own),
        Row("own memory of a run, tutorial Inception", _median(inception, 1), "MB"),
    ]
