"""ONNX, by tf2onnx, opened with ONNX Runtime. Both are imported when first needed."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tensorflow as tf

from blockwright.export.formats.serving import CannotExport, as_list, inference, input_specs, output_names
from blockwright.network.model import DesignedModel

if TYPE_CHECKING:
    from blockwright.export.formats import Runner

OPSET = 18
"""The newest version of the operators that tf2onnx 1.17 writes; ONNX Runtime reads it since 1.14 (February 2023)."""

_AXES = ("batch", "height", "width", "channels")
_ERRORS_ONLY = 3


def write(network: DesignedModel, path: Path) -> None:
    """Write the network in inference mode, its inputs and outputs under their names, the batch open.

    Raises `CannotExport` for operators that ONNX does not have.
    """
    import onnx
    import tf2onnx

    run = inference(network.build_graph(expanded=True))
    names = output_names(network)
    specs = input_specs(network)
    function = tf.function(lambda *inputs: dict(zip(names, as_list(run(*inputs)), strict=True)))
    model, _ = tf2onnx.convert.from_function(
        function,
        specs,
        opset=OPSET,
        custom_op_handlers={"Erfc": (_write_erfc, [])},
    )
    unknown = sorted({node.op_type for node in model.graph.node if not _known(onnx, node)})
    if unknown:
        raise CannotExport(
            f"ONNX has no operator for {', '.join(unknown)}, which this network uses. Export the .keras file with "
            "plain layers or the SavedModel instead."
        )
    _keep_constants(onnx, model.graph, function.get_concrete_function(*specs))
    for value in (*model.graph.input, *model.graph.output):
        _name_axes(value)
    onnx.save(model, path)


def _keep_constants(onnx: Any, graph: Any, function: Any) -> None:
    """Store what a layer holds as a plain tensor, as Normalization its mean: the converter makes inputs of them."""
    held = {
        inner.name: outer.numpy()
        for outer, inner in function.graph.captures
        if inner.dtype.name != "resource"
    }
    for entry in [entry for entry in graph.input if entry.name in held]:
        graph.input.remove(entry)
        graph.initializer.append(onnx.numpy_helper.from_array(np.asarray(held[entry.name]), entry.name))


def open_session(path: Path, network: DesignedModel) -> "Runner":
    """Open the file in ONNX Runtime, on the processor."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = _ERRORS_ONLY
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    input_names = [entry.name for entry in session.get_inputs()]
    names = output_names(network)

    def run(inputs: list[np.ndarray]) -> list[np.ndarray]:
        return session.run(names, dict(zip(input_names, inputs, strict=True)))

    return run


def _known(onnx: Any, node: Any) -> bool:
    return node.domain not in ("", "ai.onnx") or onnx.defs.has(node.op_type, OPSET)


def _name_axes(value: Any) -> None:
    """Open axes get words instead of the converter's numbers."""
    axes = value.type.tensor_type.shape.dim
    words = _AXES if len(axes) == len(_AXES) else ("batch", *(f"axis_{axis}" for axis in range(1, len(axes))))
    for axis, word in zip(axes, words, strict=True):
        if not axis.HasField("dim_value"):
            axis.dim_param = word


def _write_erfc(context: Any, node: Any, name: str, args: Any) -> None:
    """`Erfc`, which TensorFlow's exact GELU uses and tf2onnx lacks, as `1 - Erf`."""
    outputs, shapes, dtypes = node.output, node.output_shapes, node.output_dtypes
    source = node.input[0]
    ones = context.make_const(f"{name}__one", np.ones((), np.float32))
    context.remove_node(name)
    error = context.make_node("Erf", [source], shapes=shapes, dtypes=dtypes)
    context.make_node(
        "Sub", [ones.output[0], error.output[0]], name=name, outputs=outputs, shapes=shapes, dtypes=dtypes
    )
