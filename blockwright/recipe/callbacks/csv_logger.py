"""CSVLogger."""

from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.callbacks.callback import Callback

FILE = "training_log.csv"


class CSVLogger(Callback):
    """The declaration of `keras.callbacks.CSVLogger`."""

    title: ClassVar[str] = "CSVLogger"
    help: ClassVar[str] = (
        "Writes the loss and metrics of each epoch to a CSV file as training goes on, in the form that Keras writes."
    )
    keras_class: ClassVar[str] = "callbacks.CSVLogger"
    usual: ClassVar[tuple[str, ...]] = ("separator",)

    name: Literal["csv_logger"] = "csv_logger"
    separator: Literal[",", ";", "\t"] = Field(
        ",",
        title="Separator",
        description="What stands between two values: some spreadsheet programs expect a semicolon.",
    )

    def run_arguments(self, folder: Path, steps_per_epoch: int) -> dict[str, Any]:
        """Where the file is written."""
        return {"filename": str(folder / FILE)}

    def code_arguments(self) -> dict[str, str]:
        """The same in a generated file."""
        return {"filename": repr(FILE)}
