"""What a run keeps in its folder beside its evaluation."""

from pathlib import Path
from typing import TYPE_CHECKING

from blockwright.runs.atomic_files import write_atomically

if TYPE_CHECKING:
    import keras

    from blockwright.network import DesignedModel

WEIGHTS = "weights.weights.h5"
HISTORY = "history.json"
DESIGN = "design.json"
SETTINGS = "settings.json"


def save_weights(model: "keras.Model", folder: Path) -> None:
    """Keep the model's weights in the run's folder."""
    write_atomically(folder / WEIGHTS, lambda partial: model.save_weights(partial))


def load_weights(model: "DesignedModel", folder: Path) -> None:
    """Give the model, built from the same design, the weights that the run kept, and what its layers learnt from data.

    FileNotFoundError without any.
    """
    from blockwright.training.adapt import restore_adapted

    path = folder / WEIGHTS
    if not path.is_file():
        raise FileNotFoundError(f"The run in {folder.name} kept no weights.")
    # First, as some weights have the size of a vocabulary.
    restore_adapted(model, folder)
    model.load_weights(path)


def existing(folder: Path) -> dict[str, str]:
    """The artifacts that are there, by name of file, with their paths."""
    return {
        path.name: str(path) for path in sorted(folder.iterdir()) if path.is_file() and path.name[0] != "."
    }
