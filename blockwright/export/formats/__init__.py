"""A trained network as files that other programs open: each format writes one, and opens it again as they would."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from blockwright.export.formats import keras_files, lite, onnx_file, saved_model
from blockwright.export.formats.serving import CannotExport
from blockwright.network.model import DesignedModel

__all__ = ["FORMATS", "CannotExport", "Format", "Runner"]

Runner = Callable[[list[np.ndarray]], list[np.ndarray]]
"""Runs an opened file: one array for each input, batch first, to one array for each output."""


@dataclass(frozen=True)
class Format:
    """How a network becomes a file and the file a runner.

    Attributes:
        write: writes the network to a path, whose ending must be the format's own; raises `CannotExport`.
        open: opens the file the way its reader would; the network only tells names and, for weights, the design.
    """

    write: Callable[[DesignedModel, Path], None]
    open: Callable[[Path, DesignedModel], Runner]


FORMATS: dict[str, Format] = {
    "keras_plain": Format(keras_files.write_plain, keras_files.open_model),
    "keras_blocks": Format(keras_files.write_blocks, keras_files.open_model),
    "weights": Format(keras_files.write_weights, keras_files.open_weights),
    "saved_model": Format(saved_model.write, saved_model.open_zip),
    "onnx": Format(onnx_file.write, onnx_file.open_session),
    "tflite": Format(lite.write, lite.open_interpreter),
}
