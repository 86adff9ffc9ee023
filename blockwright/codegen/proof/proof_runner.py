"""Runs a generated file in a process of its own, and records its numbers.

    python -P proof_runner.py FILE RESULT.npz BATCHES [DATA.npz]

The file runs unchanged and without network, until it has trained that many batches; with 0 batches until it has made
its network. What is recorded: the number of parameters, the weights that training begins with (as hashes), the outputs
for the examples in `probe.npz`, and after each batch the running mean loss of the epoch, as callbacks get it.
`progress.txt` holds how many batches are trained so far.
"""

import contextlib
import hashlib
import importlib.util
import runpy
import socket
import sys
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

RUNNER_SEED = 0
"""The seed of a file without a training part, which sets none itself."""


class BatchesDone(BaseException):
    """All batches that were asked for are trained."""


class Recorder:
    """What is recorded while the file runs.

    Attributes:
        batches: how many batches are trained; with 0 the run ends when the network is made.
        losses: the running mean after each batch so far.
        network: the parameters, the hashes of the first weights and the outputs for the probes.
    """

    def __init__(self, batches: int, after_batch: Callable[[int], None] = lambda count: None) -> None:
        self.batches = batches
        self.after_batch = after_batch
        self.losses: list[float] = []
        self.network: dict[str, Any] = {}

    def add(self, loss: float) -> None:
        """Record the loss after one batch. Raises `BatchesDone` after the last one."""
        self.losses.append(loss)
        self.after_batch(len(self.losses))
        if len(self.losses) >= self.batches:
            raise BatchesDone

    def callback(self) -> Any:
        """The Keras callback that records the running mean after each batch."""
        import keras

        return keras.callbacks.LambdaCallback(
            on_train_batch_end=lambda batch, logs: self.add(float(logs["loss"]))
        )


def watch(recorder: Recorder) -> None:
    """Replace what a file calls of Keras: the model's summary, `fit`, and the list of callbacks."""
    import keras
    import numpy as np
    import tensorflow as tf

    plain_summary, plain_fit = keras.Model.summary, keras.Model.fit
    plain_build, plain_callbacks = keras.optimizers.Optimizer.build, keras.callbacks.CallbackList.__init__
    models: list[Any] = []

    def record_network() -> None:
        if recorder.network or not models:
            return
        with np.load("probe.npz", allow_pickle=False) as probe:
            tensors = {name: tf.constant(probe[name]) for name in probe.files}
        inputs = next(iter(tensors.values())) if len(tensors) == 1 else tensors
        outputs = models[0](inputs, training=False)
        outputs = outputs if isinstance(outputs, dict) else {"": outputs}
        recorder.network = {
            "params": models[0].count_params(),
            "weights": np.array(sorted(hash_of(weight) for weight in models[0].get_weights())),
            "outputs": flat({name: np.asarray(output) for name, output in outputs.items()}),
        }

    def summary(self: Any, *args: Any, **kwargs: Any) -> Any:
        models.append(self)
        if recorder.batches == 0:
            record_network()
            raise BatchesDone
        return plain_summary(self, *args, **kwargs)

    def build(self: Any, *args: Any, **kwargs: Any) -> Any:
        record_network()
        return plain_build(self, *args, **kwargs)

    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        record_network()
        return plain_fit(self, *args, **{**kwargs, "verbose": 0})

    def callback_list(self: Any, callbacks: Any = None, *args: Any, **kwargs: Any) -> None:
        plain_callbacks(self, [*(callbacks or ()), recorder.callback()], *args, **kwargs)

    keras.Model.summary, keras.Model.fit = summary, fit
    keras.optimizers.Optimizer.build, keras.callbacks.CallbackList.__init__ = build, callback_list


def flat(outputs: dict[str, Any]) -> Any:
    """All outputs in one array, in the order of their names, in float32."""
    import numpy as np

    return np.concatenate([np.ravel(outputs[name]).astype("float32") for name in sorted(outputs)])


def hash_of(array: Any) -> str:
    """A hash of an array's shape and bytes."""
    return hashlib.sha256(repr(array.shape).encode() + array.tobytes()).hexdigest()


def refuse(*_: Any, **__: Any) -> None:
    """In place of `socket.connect`: a check needs no network, and gets none."""
    raise OSError("the code is checked without network")


def without_matplotlib() -> None:
    """Let the file import what draws; nothing is drawn before the batches are trained."""
    if importlib.util.find_spec("matplotlib") is None:
        package, pyplot = types.ModuleType("matplotlib"), types.ModuleType("matplotlib.pyplot")
        vars(package)["pyplot"] = pyplot
        sys.modules |= {"matplotlib": package, "matplotlib.pyplot": pyplot}


def main() -> None:
    """Run the file and write what was recorded."""
    path, result, batches, *rest = sys.argv[1:]
    blocked: dict[str, Any] = {"blockwright": None, "blocks": None}
    sys.modules.update(blocked)
    socket_class: Any = socket.socket
    socket_class.connect = refuse
    without_matplotlib()
    import keras

    progress = Path("progress.txt").resolve()

    def note_progress(count: int) -> None:
        progress.write_text(str(count))

    recorder = Recorder(int(batches), note_progress)
    watch(recorder)
    keras.utils.set_random_seed(RUNNER_SEED)
    sys.argv = [path, *rest]
    with contextlib.suppress(BatchesDone):
        runpy.run_path(path, run_name="__main__")
    import numpy as np

    np.savez(result, losses=np.array(recorder.losses), **recorder.network)


if __name__ == "__main__":
    main()
