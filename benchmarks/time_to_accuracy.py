"""The time to 98 % test accuracy: a run with the page's defaults, against the code and the settings of the tutorial.

The tutorial Inception on 8,000 handwritten digits of 28 x 28 pixels (`benchmarks.handwritten`), both with a tenth for
validation. The run is timed from its request, with the backend there, as after a click; the tutorial's code from the
start of its process, with `compile` and `fit` on arrays, Adam at 5e-5, batches of 32 and Keras's batch normalization.
Both are timed to the end of the first epoch after which 98 % of the test part are right, the test itself left out.
Runs alternate; medians count.

A small try: `python -m benchmarks.time_to_accuracy small`.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.handwritten import SIZE, save
from benchmarks.report import Row, print_report, ratio

KEY = "tutorial_inception"
EXAMPLES = 8000
ROUNDS = 5
GOAL = 0.98
MOST_EPOCHS = 30
_INCEPTIONS = ((32, 32), (32, 48), 80, (112, 48), (96, 64), (80, 80), 96)


def _tutorial_network() -> Any:
    from keras import Input, Model, layers

    def conv(x: Any, filters: int, size: int, strides: int = 1, padding: str = "same") -> Any:
        x = layers.Conv2D(filters, size, strides, padding)(x)
        return layers.ReLU()(layers.BatchNormalization()(x))

    inputs = Input((SIZE, SIZE, 1))
    x = conv(inputs, 96, 3)
    for filters in _INCEPTIONS:
        if isinstance(filters, int):
            branches = [conv(x, filters, 3, 2, "valid"), layers.MaxPooling2D(3, 2)(x)]
        else:
            branches = [conv(x, filters[0], 1), conv(x, filters[1], 3)]
        x = layers.Concatenate()(branches)
    outputs = layers.Dense(10, activation="softmax")(layers.GlobalAveragePooling2D()(x))
    return Model(inputs, outputs)


def _measure_tutorial(path: str, start: float) -> dict[str, float]:
    """In a fresh process, which began at `start`."""
    import keras

    arrays = np.load(path)
    x, y = arrays["x_train"] / 255, arrays["y_train"]
    x_test, y_test = arrays["x_test"] / 255, arrays["y_test"]
    tested = 0.0
    seconds = epochs = 0.0

    class Until(keras.callbacks.Callback):
        """Stops after the epoch with which the goal is reached."""

        def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
            nonlocal tested, seconds, epochs
            began = time.time()
            right = np.argmax(self.model.predict(x_test, 256, verbose=0), axis=-1) == y_test
            if right.mean() >= GOAL:
                seconds, epochs = began - start - tested, epoch + 1
                self.model.stop_training = True
            tested += time.time() - began

    model = _tutorial_network()
    model.compile(keras.optimizers.Adam(5e-5), "sparse_categorical_crossentropy", metrics=["accuracy"])
    fit: dict[str, Any] = {"batch_size": 32, "epochs": MOST_EPOCHS, "validation_split": 0.1, "verbose": 0}
    model.fit(x, y, callbacks=[Until()], **fit)
    return {"seconds": seconds or float("nan"), "epochs": epochs or float("nan")}


def _measure_run(path: Path) -> dict[str, float]:
    from blockwright import build
    from blockwright.backend.client import backend
    from blockwright.design.presets import preset
    from blockwright.recipe.new_run import NEW_RUN
    from blockwright.runs.files.checkpoints import read_checkpoints
    from blockwright.runs.files.home import run_folder
    from blockwright.runs.records import COMMAND_LINE
    from blockwright.runs.store import RunStore
    from blockwright.schema.data.dataset_config import choice_from_argument

    store, design = RunStore(), preset(KEY).design
    every_epoch = {"name": "model_checkpoint", "save_best_only": False}
    settings = NEW_RUN.document() | {"data": choice_from_argument(path), "callbacks": [every_epoch]}
    start = time.time()
    run = store.create_run(COMMAND_LINE, KEY, design.document(), settings)
    backend().wake()
    while not ((current := store.get(run.id)) is None or current.over):
        time.sleep(0.2)
    ends = [event.at for event in store.events(run.id) if event.kind == "epoch"]
    arrays = np.load(path)
    x, y = arrays["x_test"].astype(np.float32) / 255, arrays["y_test"]
    model = build(design).build_graph()
    for checkpoint in read_checkpoints(run_folder(run.id)):
        epoch = checkpoint["epoch"] or 0
        model.load_weights(run_folder(run.id) / checkpoint["file"])
        if (np.argmax(model.predict(x, 256, verbose=0), axis=-1) == y).mean() >= GOAL:
            return {"seconds": ends[epoch - 1] - start, "epochs": epoch}
    return {"seconds": float("nan"), "epochs": float("nan")}


def _in_process(path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.time_to_accuracy", "tutorial", str(path), str(time.time())]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def measure(home: Path, examples: int = EXAMPLES, rounds: int = ROUNDS) -> list[Row]:
    """The rows of the report; starts a backend on `home`, which must be BLOCKWRIGHT_HOME."""
    from benchmarks.server import stop_backend
    from blockwright.backend.client import backend

    path = save(home / "handwritten.npz", examples)
    runs, tutorial = [], []
    for _ in range(rounds):
        backend().wait_ready()
        runs.append(_measure_run(path))
        stop_backend(home)
        tutorial.append(_in_process(path))

    def median(measured: list[dict[str, float]], what: str) -> float:
        return statistics.median(values[what] for values in measured)

    return [
        Row(f"defaults of the page to {GOAL:.0%}, median of {rounds}", median(runs, "seconds"), "s"),
        Row("the same in epochs", median(runs, "epochs"), ""),
        Row("code and settings of the tutorial, fresh process", median(tutorial, "seconds"), "s"),
        Row("the same in epochs", median(tutorial, "epochs"), ""),
        ratio("how many times sooner", median(tutorial, "seconds"), median(runs, "seconds"), 5),
    ]


if __name__ == "__main__":
    if sys.argv[1] == "tutorial":
        print(json.dumps(_measure_tutorial(sys.argv[2], float(sys.argv[3]))))
    else:
        with tempfile.TemporaryDirectory(prefix="blockwright-bench-") as folder:
            os.environ["BLOCKWRIGHT_HOME"] = folder
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
            print_report("Time to 98 %, small", measure(Path(folder), 1200, 1))
