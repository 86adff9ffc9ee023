"""From Train to the first point of the curve, and what one more run costs in memory, against fresh processes.

Budgets: <= 1.5 s for a small network, <= 150 MB of own memory for one more concurrent run.
"""

import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import psutil

from benchmarks.report import Row, ratio
from blockwright.backend.client import backend
from blockwright.design.presets import preset

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
class First(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        if batch == 0:
            self.seconds = time.perf_counter() - start
first = First()
model.fit(x[:1438], y[:1438], batch_size=32, epochs=1, verbose=0, callbacks=[first])
print(json.dumps([first.seconds, psutil.Process().memory_full_info().uss / 1e6]))
"""


def _fresh() -> tuple[float, float]:
    answer = subprocess.run([sys.executable, "-c", _FRESH], capture_output=True, text=True, check=True)
    seconds, megabytes = json.loads(answer.stdout.splitlines()[-1])
    return seconds, megabytes


def _first_point(store: object, key: str, epochs: int) -> tuple[float, float]:
    """Seconds from the request to the first point, and the run's own memory in MB once it trains."""
    settings = {"data": {"name": "digits"}, "epochs": epochs, "batch_size": 32, "seed": 0}
    start = time.perf_counter()
    run = store.create_run("benchmark", key, preset(key).design.document(), settings)
    backend().wake()
    while not any(event.kind == "batch" for event in store.events(run.id)):
        if store.get(run.id).over:
            raise RuntimeError(f"The run ended before its first point: {store.get(run.id).message}")
        time.sleep(0.01)
    seconds = time.perf_counter() - start
    process = psutil.Process(store.get(run.id).pid)
    own = 0.0
    while not store.get(run.id).over:
        try:
            own = max(own, process.memory_full_info().uss / 1e6)
        except psutil.Error:
            break
        time.sleep(0.2)
    while not store.get(run.id).over:
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
    fresh = [_fresh() for _ in range(3)]
    seconds = statistics.median(one for one, _ in points)
    own = statistics.median(one for _, one in points)
    fresh_seconds = statistics.median(one for one, _ in fresh)
    fresh_own = statistics.median(one for _, one in fresh)
    return [
        Row("Train to the first curve point, small network, median", seconds, "s", 1.5),
        Row("the same in a fresh process of plain Keras", fresh_seconds, "s"),
        ratio("how many times sooner", fresh_seconds, seconds),
        Row("the same, tutorial Inception", statistics.median(one for one, _ in inception), "s"),
        Row("own memory of one more run, small network", own, "MB", 150),
        Row("own memory of a fresh process of plain Keras", fresh_own, "MB"),
        ratio("how many times less", fresh_own, own),
        Row("own memory of a run, tutorial Inception", statistics.median(one for _, one in inception), "MB"),
    ]
