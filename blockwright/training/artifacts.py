"""The files in a run's folder besides its evaluation."""

from pathlib import Path
from typing import TYPE_CHECKING

from blockwright.runs.files.atomic_files import write_atomically

if TYPE_CHECKING:
    import keras

    from blockwright.network import DesignedModel

WEIGHTS = "weights.weights.h5"
HISTORY = "history.json"
DESIGN = "design.json"
SETTINGS = "settings.json"
PREPROCESSING = "preprocessing.json"


def save_weights(model: "keras.Model", folder: Path) -> None:
    """Save the model's weights in the run's folder."""
    write_atomically(folder / WEIGHTS, lambda partial: model.save_weights(partial))


def load_weights(model: "DesignedModel", folder: Path) -> None:
    """Load a run's weights, and what its layers learned from data, into a model built from the same design.

    Raises FileNotFoundError if the run saved no weights.
    """
    from blockwright.training.setup.adapt import restore_adapted

    path = folder / WEIGHTS
    if not path.is_file():
        raise FileNotFoundError(f"The run in {folder.name} has no saved weights.")
    # First, as some weights have the size of a vocabulary.
    restore_adapted(model, folder)
    model.load_weights(path)


def existing(folder: Path) -> dict[str, str]:
    """The paths of the files that exist, by their names."""
    return {
        path.name: str(path) for path in sorted(folder.iterdir()) if path.is_file() and path.name[0] != "."
    }
