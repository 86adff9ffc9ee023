"""A TensorFlow SavedModel, zipped."""

import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import tensorflow as tf

from blockwright.export.formats.serving import as_list, save_servable
from blockwright.network.model import DesignedModel

if TYPE_CHECKING:
    from blockwright.export.formats import Runner

FOLDER = "saved_model"
"""The one folder in the zip."""


def write(network: DesignedModel, path: Path) -> None:
    """Write the network as a SavedModel and zip it to `path`; the folder beside it is gone afterwards."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".partial-") as temporary:
        folder = Path(temporary) / FOLDER
        save_servable(network, folder)
        with zipfile.ZipFile(path, "w") as archive:
            for file in sorted(path for path in folder.rglob("*") if path.is_file()):
                # Weights hardly shrink; the graph does, by three quarters.
                packing = zipfile.ZIP_STORED if file.parent.name == "variables" else zipfile.ZIP_DEFLATED
                archive.write(file, f"{FOLDER}/{file.relative_to(folder).as_posix()}", packing)


def open_zip(path: Path, network: DesignedModel) -> "Runner":
    """Load the zipped SavedModel and call its endpoint `serve`."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".partial-") as temporary:
        with zipfile.ZipFile(path) as archive:
            archive.extractall(temporary)
        loaded = tf.saved_model.load(str(Path(temporary) / FOLDER))

    def run(inputs: list[np.ndarray]) -> list[np.ndarray]:
        return [np.asarray(output) for output in as_list(loaded.serve(*inputs))]

    return run
