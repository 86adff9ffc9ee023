"""The app's own numbers for a check: the network's first weights, its outputs for some examples, its first losses."""

import contextlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from blockwright.recipe.settings import Settings
from blockwright.schema.design import Design

if TYPE_CHECKING:
    import numpy as np

_PROBES = 8
_TEXTS = ("a good day", "this is not what I expected!", "please help me with order 4711", "")


@dataclass(frozen=True)
class Numbers:
    """The numbers of one side.

    Attributes:
        params: how many parameters the network has.
        weights: hashes of the first weights.
        outputs: all outputs for the probes, in one array.
        losses: the running mean loss after each batch.
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
    examples = {}
    for name, entry in zip(input_names(design), design.inputs, strict=True):
        shape = (_PROBES, *(size or 32 for size in entry.shape))
        values = generator.random(shape).astype("float32")
        if entry.dtype == "string":
            examples[name] = np.array(_TEXTS)[(values * len(_TEXTS)).astype("int32")]
        elif entry.dtype.startswith("float"):
            examples[name] = values
        else:
            examples[name] = (values * (9 if "int" in entry.dtype else 2)).astype(entry.dtype)
    return examples


def _outputs(model: Any, design: Design, probe: "dict[str, np.ndarray]") -> "np.ndarray":
    """The outputs of the app's network for the probes, in one array."""
    import numpy as np

    from blockwright.codegen.program.program import output_names
    from blockwright.codegen.proof.proof_runner import flat
    from blockwright.training.setup.pipeline import as_tensor

    tensors = [as_tensor(values) for values in probe.values()]
    outputs = model(tensors if len(tensors) > 1 else tensors[0], training=False)
    outputs = outputs if isinstance(outputs, list | tuple) else [outputs]
    names = output_names(design)
    return flat({name: np.asarray(output) for name, output in zip(names, outputs, strict=True)})


def app_numbers(
    design: Design,
    settings: Settings,
    probe: "dict[str, np.ndarray]",
    batches: int,
    after_batch: Callable[[int], None] = lambda count: None,
) -> Numbers:
    """The app's own numbers, from training by the loop of the settings.

    `after_batch` is called with the number of batches that are trained so far.
    """
    from blockwright.codegen.proof.proof_runner import hash_of
    from blockwright.training.setup.compiling import make_model
    from blockwright.training.setup.precision import computing_in

    with computing_in("float32"):
        if batches == 0:
            model = make_model(design, settings.seed)
            hashes = tuple(sorted(hash_of(weight) for weight in model.get_weights()))
            return Numbers(model.count_params(), hashes, _outputs(model, design, probe), ())
        return _trained(design, settings, probe, batches, after_batch)


def _trained(
    design: Design,
    settings: Settings,
    probe: "dict[str, np.ndarray]",
    batches: int,
    after_batch: Callable[[int], None],
) -> Numbers:
    import keras

    from blockwright.codegen.proof.proof_runner import BatchesDone, Recorder, hash_of
    from blockwright.data.loading import load
    from blockwright.training.loops.loop import Training
    from blockwright.training.loops.registry import LOOPS
    from blockwright.training.setup.acceleration import fused_batch_normalization
    from blockwright.training.setup.adapt import adapt
    from blockwright.training.setup.compiling import compile_model, make_model
    from blockwright.training.setup.pipeline import training_batches, validation_batches
    from blockwright.training.setup.prepare_run import output_shapes, prepare_run

    dataset = load(settings.data, seed=settings.seed, version=settings.data_version)
    prepared, objectives = prepare_run(design, output_shapes(design), settings, dataset)
    recorder = Recorder(batches, after_batch)
    model = make_model(design, settings.seed, settings.loop)
    adapt(model, {name: values[prepared.train] for name, values in prepared.inputs.items()}, prepared.scales)
    first = _outputs(model, design, probe)
    hashes = tuple(sorted(hash_of(weight) for weight in model.get_weights()))
    steps = -(-len(prepared.train) // settings.batch_size)
    compile_model(model, settings, objectives, steps)
    training = Training(
        model,
        objectives,
        training_batches(model, prepared, objectives, settings),
        validation_batches(model, prepared, objectives, settings),
        steps=steps,
        epochs=range(settings.epochs),
        callbacks=keras.callbacks.CallbackList([recorder.callback()], model=model),
        compiled=settings.compiled,
    )
    with contextlib.suppress(BatchesDone), fused_batch_normalization():
        LOOPS[settings.loop].train(training)
    return Numbers(model.count_params(), hashes, first, tuple(recorder.losses))
