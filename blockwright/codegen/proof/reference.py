"""The app's own side of a proof: the network's first weights, what it says to examples, and how its losses begin."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blockwright.schema.design import Design
from blockwright.schema.training import Settings

if TYPE_CHECKING:
    import numpy as np

_PROBES = 8
_TEXTS = ("a good day", "this is not what I expected!", "please help me with order 4711", "")


@dataclass(frozen=True)
class Numbers:
    """What one side says: parameters, hashes of the first weights, outputs for the probes, running mean losses.

    The outputs are those of all outputs, one behind the other.
    """

    params: int
    weights: tuple[str, ...]
    outputs: "np.ndarray"
    losses: tuple[float, ...]


def probes(design: Design) -> "dict[str, np.ndarray]":
    """Examples for every input, by the name that a file's network takes it by."""
    import numpy as np

    from blockwright.codegen.program.layer_naming import input_names

    generator = np.random.default_rng(0)
    found = {}
    for key, one in zip(input_names(design), design.inputs, strict=True):
        shape = (_PROBES, *(size or 32 for size in one.shape))
        values = generator.random(shape).astype("float32")
        if one.dtype == "string":
            found[key] = np.array(_TEXTS)[(values * len(_TEXTS)).astype("int32")]
        elif one.dtype.startswith("float"):
            found[key] = values
        else:
            found[key] = (values * (9 if "int" in one.dtype else 2)).astype(one.dtype)
    return found


def _answers(model: Any, design: Design, probe: "dict[str, np.ndarray]") -> "np.ndarray":
    """What the app's network says to the probes, its outputs one behind the other."""
    import numpy as np

    from blockwright.codegen.program.program import output_names
    from blockwright.codegen.proof.proof_runner import flat
    from blockwright.training.pipeline import as_tensor

    given = [as_tensor(values) for values in probe.values()]
    outputs = model(given if len(given) > 1 else given[0], training=False)
    outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
    names = output_names(design)
    return flat({name: np.asarray(one) for name, one in zip(names, outputs, strict=True)})


def app_numbers(
    design: Design, settings: Settings, probe: "dict[str, np.ndarray]", batches: int
) -> tuple[Numbers, Sequence[tuple[int, int]]]:
    """The app's own numbers, and for each batch its epoch and how many examples it has."""
    from blockwright.codegen.proof.proof_runner import hash_of
    from blockwright.training.compiling import make_model
    from blockwright.training.precision import computing_in

    with computing_in("float32"):
        if batches == 0:
            model = make_model(design, settings.seed)
            hashes = tuple(sorted(hash_of(one) for one in model.get_weights()))
            return Numbers(model.count_params(), hashes, _answers(model, design, probe), ()), []
        return _trained(design, settings, probe, batches)


def _trained(
    design: Design, settings: Settings, probe: "dict[str, np.ndarray]", batches: int
) -> tuple[Numbers, Sequence[tuple[int, int]]]:
    import keras

    from blockwright.codegen.proof.proof_runner import Enough, Notes, hash_of
    from blockwright.data.loading import load
    from blockwright.training import pipeline
    from blockwright.training.acceleration import fused_batch_normalization
    from blockwright.training.adapt import adapt
    from blockwright.training.compiling import compile_model, make_model
    from blockwright.training.prepare_run import output_shapes, prepare_run

    dataset = load(settings.data, seed=settings.seed, version=settings.data_version)
    prepared, objectives = prepare_run(design, output_shapes(design), settings, dataset)
    steps = -(-len(prepared.train) // settings.batch_size)
    notes = Notes(batches)

    class Ear(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            notes.add(float(logs["loss"]), running=True)

    model = make_model(design, settings.seed)
    adapt(model, {name: one[prepared.train] for name, one in prepared.inputs.items()}, prepared.scales)
    first = _answers(model, design, probe)
    hashes = tuple(sorted(hash_of(one) for one in model.get_weights()))
    compile_model(model, settings, objectives)
    data = pipeline.prepared_batches(
        design, prepared, objectives, "train", settings.batch_size, settings.seed
    )
    try:
        with fused_batch_normalization():
            model.fit(
                data.repeat(),
                steps_per_epoch=steps,
                epochs=settings.epochs,
                callbacks=[Ear()],
                shuffle=False,
                verbose=0,
            )
    except Enough:
        pass
    last = len(prepared.train) - (steps - 1) * settings.batch_size
    sizes = [
        (place // steps, last if place % steps == steps - 1 else settings.batch_size)
        for place in range(len(notes.losses))
    ]
    return Numbers(model.count_params(), hashes, first, tuple(notes.losses)), sizes
