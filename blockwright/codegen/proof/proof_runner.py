"""Runs a generated file in a process of its own, and notes its numbers. A program, not a module to import.

    python -P witness.py FILE RESULT.npz BATCHES [DATA.npz]

The file runs unchanged and without network, until it has trained that many batches; with 0 batches until it has made
its network. What is noted: the number of parameters, the weights that training begins with (as hashes), the outputs for
the examples in `probe.npz`, and the loss of each batch (`fit`: the running mean of the epoch, which is what Keras
tells; a loop of its own: of the batch).
"""

import contextlib
import hashlib
import importlib.util
import runpy
import socket
import sys
import types
from typing import Any

WITNESS_SEED = 0
"""The seed of a file without a training part, which sets none itself."""


class Enough(BaseException):
    """All batches that were asked for are trained."""


class Notes:
    """What is noted while the file runs."""

    def __init__(self, batches: int) -> None:
        self.batches = batches
        self.losses: list[float] = []
        self.running = True
        self.found: dict[str, Any] = {}

    def add(self, loss: float, running: bool) -> None:
        """Note the loss of one batch."""
        self.running = running
        self.losses.append(loss)
        if len(self.losses) >= self.batches:
            raise Enough


def watch(notes: Notes) -> None:
    """Put ears on Keras and TensorFlow: the model's summary, `fit`, and scalars for TensorBoard."""
    import keras
    import numpy as np
    import tensorflow as tf

    plain_summary, plain_fit, plain_write = keras.Model.summary, keras.Model.fit, tf.summary.write
    plain_build = keras.optimizers.Optimizer.build
    graphs: list[Any] = []

    def note() -> None:
        if notes.found or not graphs:
            return
        with np.load("probe.npz", allow_pickle=False) as probe:
            given = {name: tf.constant(probe[name]) for name in probe.files}
        only = next(iter(given.values())) if len(given) == 1 else given
        outputs = graphs[0](only, training=False)
        outputs = outputs if isinstance(outputs, dict) else {"": outputs}
        notes.found = {
            "params": graphs[0].count_params(),
            "weights": np.array(sorted(hash_of(one) for one in graphs[0].get_weights())),
            "outputs": flat({name: np.asarray(one) for name, one in outputs.items()}),
        }

    def summary(self: Any, *args: Any, **kwargs: Any) -> Any:
        graphs.append(self)
        if notes.batches == 0:
            note()
            raise Enough
        return plain_summary(self, *args, **kwargs)

    def build(self: Any, *args: Any, **kwargs: Any) -> Any:
        note()
        return plain_build(self, *args, **kwargs)

    class Ear(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            notes.add(float(logs["loss"]), running=True)

    def fit(self: Any, *args: Any, **kwargs: Any) -> Any:
        note()
        kwargs["callbacks"] = [*(kwargs.get("callbacks") or ()), Ear()]
        return plain_fit(self, *args, **{**kwargs, "verbose": 0})

    def write(tag: str, tensor: Any, *args: Any, **kwargs: Any) -> Any:
        if tag == "batch loss":
            notes.add(float(tensor), running=False)
        return plain_write(tag, tensor, *args, **kwargs)

    keras.Model.summary, keras.Model.fit, tf.summary.write = summary, fit, write
    keras.optimizers.Optimizer.build = build


def flat(outputs: dict[str, Any]) -> Any:
    """All outputs one behind the other, by their names, in float32."""
    import numpy as np

    return np.concatenate([np.ravel(outputs[name]).astype("float32") for name in sorted(outputs)])


def hash_of(array: Any) -> str:
    """A hash of an array's shape and bytes."""
    return hashlib.sha256(repr(array.shape).encode() + array.tobytes()).hexdigest()


def refuse(*_: Any, **__: Any) -> None:
    """In the place of `socket.connect`: a proof needs no network, and gets none."""
    raise OSError("a proof runs without network")


def without_matplotlib() -> None:
    """Let the file import what draws; nothing is drawn before the batches are trained."""
    if importlib.util.find_spec("matplotlib") is None:
        package, pyplot = types.ModuleType("matplotlib"), types.ModuleType("matplotlib.pyplot")
        vars(package)["pyplot"] = pyplot
        sys.modules |= {"matplotlib": package, "matplotlib.pyplot": pyplot}


def main() -> None:
    """Run the file and write the notes."""
    path, result, batches, *rest = sys.argv[1:]
    blocked: dict[str, Any] = {"blockwright": None, "blocks": None}
    sys.modules.update(blocked)
    socket_class: Any = socket.socket
    socket_class.connect = refuse
    without_matplotlib()
    import keras

    notes = Notes(int(batches))
    watch(notes)
    keras.utils.set_random_seed(WITNESS_SEED)
    sys.argv = [path, *rest]
    with contextlib.suppress(Enough):
        runpy.run_path(path, run_name="__main__")
    import numpy as np

    np.savez(result, losses=np.array(notes.losses), running=notes.running, **notes.found)


if __name__ == "__main__":
    main()
