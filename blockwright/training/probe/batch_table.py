"""One batch passes through a network line by line in Python, and the values of each block are written down."""

import functools
import math
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import keras
import numpy as np
import tensorflow as tf

from blockwright.design.structure import checked_wiring
from blockwright.recipe.settings import Settings
from blockwright.runs.records import COMMAND_LINE
from blockwright.schema.design import Design
from blockwright.schema.run.probes import BatchSource, BatchTable, ValuesOfBatch
from blockwright.training.probe.probed_training import ProbedTraining, probed_training
from blockwright.training.setup.acceleration import fused_batch_normalization
from blockwright.training.setup.metrics import finite

if TYPE_CHECKING:
    from blockwright.network import DesignedModel


def batch_table(
    design: Design,
    settings: Settings,
    owner: str = COMMAND_LINE,
    training: bool = True,
    source: BatchSource = "data",
) -> BatchTable:
    """The values of each block for the first batch of a run, with the weights that the run begins with.

    Args:
        owner: the workspace whose uploads may be read.
        training: whether blocks run as in training, or as in validation and test.
        source: what passes through the network.

    Raises `DesignError` or `DataError` if the design cannot be trained on the data.
    """
    # Preprocessing that runs in the pipeline of a run is a part of the table, too.
    settings = settings.model_copy(update={"preprocessing": "network"})
    with probed_training(design, settings, owner) as probed, fused_batch_normalization():
        examples, targets, *_ = next(iter(probed.training_batches()))
        examples = _filled(examples, source, settings.seed)
        calls: _Calls = defaultdict(list)
        with _recording(probed.model, calls):
            outputs = probed.model(examples, training=training)
        rows = _rows(probed, examples, calls, source)
        losses = _losses(probed, targets, outputs)
        short = "bfloat16" in probed.model.dtype_policy.name
    return BatchTable(
        rows=rows, losses=losses, training=training, precision="bfloat16" if short else "float32"
    )


_Calls = defaultdict[int, list[Any]]
"""The outputs of a layer at each of its calls, by its `id`."""


@contextmanager
def _recording(model: "DesignedModel", calls: _Calls) -> Iterator[None]:
    layers = {id(layer): layer for layer in model.parts}
    for layer in layers.values():
        object.__setattr__(layer, "call", _recorded(layer, layer.call, calls))
    try:
        yield
    finally:
        for layer in layers.values():
            object.__delattr__(layer, "call")


def _recorded(layer: keras.layers.Layer, call: Callable[..., Any], calls: _Calls) -> Callable[..., Any]:
    @functools.wraps(call)
    def recorded(*args: Any, **kwargs: Any) -> Any:
        outputs = call(*args, **kwargs)
        calls[id(layer)].append(outputs)
        return outputs

    return recorded


def _rows(probed: ProbedTraining, examples: Any, calls: _Calls, source: BatchSource) -> list[ValuesOfBatch]:
    design, model = probed.design, probed.model
    nodes = {node.id: node for node in design.nodes}
    wiring = checked_wiring(design)
    rows = {
        entry.id: _row(entry.id, None, [], values)
        for entry, values in zip(design.inputs, model._listed(examples), strict=True)
    }
    for node_id in wiring.order:
        node, reads = nodes[node_id], list(wiring.reads[node_id])
        if not node.enabled:
            continue
        values = [calls[id(layer)].pop(0) for layer in model.layers_of(node_id)]
        row = rows[node_id] = _row(node_id, node.block, reads, values[-1])
        received = [rows[name] for name in map(wiring.node_of, reads) if name in rows]
        if not any(entry["problem"] for entry in rows.values()):
            row["problem"] = _problem(row, received, probed.settings, source)
    return list(rows.values())


def _row(node: str, block: str | None, reads: list[str], values: Any) -> ValuesOfBatch:
    """The values of the first tensor of a result."""
    tensor = tf.convert_to_tensor(keras.tree.flatten(values)[0])
    row = ValuesOfBatch(
        node=node,
        block=block,
        reads=reads,
        shape=[int(size) for size in tensor.shape],
        mean=None,
        spread=None,
        low=None,
        high=None,
        not_finite=0,
        problem=None,
    )
    if tensor.dtype == tf.string:
        return row
    numbers = tf.cast(tensor, tf.float64).numpy()
    usable = numbers[np.isfinite(numbers)]
    row["not_finite"] = int(numbers.size - usable.size)
    if usable.size:
        row["mean"], row["spread"] = float(usable.mean()), float(usable.std())
        row["low"], row["high"] = float(usable.min()), float(usable.max())
    return row


def _problem(
    row: ValuesOfBatch, received: Sequence[ValuesOfBatch], settings: Settings, source: BatchSource
) -> str | None:
    """Why the network cannot learn from these values: they are not finite, or the same everywhere."""
    title = f'`{row["block"]}` "{row["node"]}"'
    count = math.prod(row["shape"])
    lows = [entry["low"] for entry in received if entry["low"] is not None]
    highs = [entry["high"] for entry in received if entry["high"] is not None]
    between = f" What it receives lies between {min(lows):.4g} and {max(highs):.4g}." if lows else ""
    if row["not_finite"]:
        return (
            f"{title} is the first block whose output is not finite: {row['not_finite']:,} of {count:,} values are NaN "
            f"or infinite.{between} {_advice(settings)}"
        )
    if source == "ones" or row["spread"] != 0 or count == 1:
        return None
    return (
        f"{title} outputs {row['mean']:.4g} everywhere, for every example, so nothing after it can tell the examples "
        f"apart.{between} {_advice(settings)}"
    )


def _advice(settings: Settings) -> str:
    precision = "" if settings.precision == "float32" else ", or train in float32"
    return (
        f"Scale the input, normalize before it, choose a larger epsilon or other initial weights{precision}."
    )


def _filled(examples: Any, source: BatchSource, seed: int) -> Any:
    """Examples of the same shapes with other values; texts and whole numbers stay as they are."""
    if source == "data":
        return examples
    generator = tf.random.Generator.from_seed(seed)

    def fill(tensor: tf.Tensor) -> tf.Tensor:
        if not tensor.dtype.is_floating:
            return tensor
        return (
            tf.ones_like(tensor)
            if source == "ones"
            else generator.normal(tf.shape(tensor), dtype=tensor.dtype)
        )

    return keras.tree.map_structure(fill, examples)


def _losses(probed: ProbedTraining, targets: Any, outputs: Any) -> dict[str, float | None]:
    pairs = zip(probed.objectives, keras.tree.flatten(targets), keras.tree.flatten(outputs), strict=True)
    return {
        objective.output: finite(tf.reduce_mean(objective.task.keras_loss(objective)(target, output)))
        for objective, target, output in pairs
    }
