"""TFLite (LiteRT), by TensorFlow's converter, opened with the LiteRT interpreter that replaces `tf.lite`'s."""

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf
from tensorflow.lite.python.convert_phase import ConverterError

from blockwright.export.formats.serving import CannotExport, save_servable
from blockwright.network.model import DesignedModel

if TYPE_CHECKING:
    from blockwright.export.formats import Runner

_SIGNATURE = "serving_default"


def write(network: DesignedModel, path: Path) -> None:
    """Write the network in float32 with the interpreter's own operators only, so that it runs on any device.

    Raises `CannotExport` for operators that need TensorFlow's kernels beside the interpreter.
    """
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".partial-") as folder:
        save_servable(network, Path(folder))
        converter = tf.lite.TFLiteConverter.from_saved_model(folder)
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS]
        try:
            content = converter.convert()
        except ConverterError as error:
            raise CannotExport(_refusal(str(error))) from error
    path.write_bytes(content)


def open_interpreter(path: Path, network: DesignedModel) -> "Runner":
    """Open the file in the LiteRT interpreter."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path))
    runner = interpreter.get_signature_runner(_SIGNATURE)
    names = [network.layer_name(entry.id) for entry in network.design.inputs]

    def run(inputs: list[np.ndarray]) -> list[np.ndarray]:
        answers = runner(**dict(zip(names, inputs, strict=True)))
        return [answers[name] for name in sorted(answers, key=_place)]

    return run


def _place(name: str) -> int:
    """Outputs are called `output_0`, `output_1` and so on."""
    return int(name.rpartition("_")[2])


def _refusal(message: str) -> str:
    match = re.search(r"(?:TF Select|Custom) ops: ([\w, ]+)", message)
    operators = match.group(1).strip() if match else "an operation"
    if "TensorList" in message:
        operators = "the loop of a recurrent layer such as LSTM with an open batch"
    return (
        f"TFLite has no operator for {operators}, which this network uses. Export the .keras file with plain "
        "layers or the SavedModel instead."
    )
