"""TensorBoard."""

from pathlib import Path
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.callbacks.callback import Callback

FOLDER = "tensorboard"
"""The folder of the event files within that of a run."""


class TensorBoard(Callback):
    """The declaration of `runtime.tensorboard_log.TensorBoardLog`, which needs no further package.

    Keras's own TensorBoard writes through the package tensorboard, which TensorFlow does not install.
    """

    title: ClassVar[str] = "TensorBoard"
    help: ClassVar[str] = (
        "Writes event files for TensorBoard: loss and metrics of each epoch or batch, the network's graph, images of a "
        "batch, and histograms of all weights and of their gradients. The page Evaluate opens TensorBoard, also while "
        "the run trains, and offers the files as a zip."
    )
    keras_class: ClassVar[str] = "callbacks.TensorBoard"
    usual: ClassVar[tuple[str, ...]] = ("update_freq", "histogram_freq")
    state: ClassVar[tuple[str, ...]] = ("step",)

    name: Literal["tensorboard"] = "tensorboard"
    update_freq: Literal["epoch", "batch"] = Field(
        "epoch",
        title="Scalars of",
        description="Whether loss and metrics are written after each epoch only or also after each batch, which takes "
        "longer.",
    )
    histogram_freq: int = Field(
        1,
        ge=0,
        le=10_000,
        title="Histograms every so many epochs",
        description="How often the weights of all layers, and the gradients for one batch of the validation part, are "
        "written as histograms; 0 for never.",
    )

    def expression(self, *first: str, **more: str) -> str:
        """The expression makes the class that the file holds."""
        return super().expression(*first, **more).replace(f"keras.{self.keras_class}", "TensorBoardLog", 1)

    def run_arguments(self, folder: Path, steps_per_epoch: int) -> dict[str, Any]:
        """Where the event files are written."""
        return {"log_dir": str(folder / FOLDER)}

    def code_arguments(self) -> dict[str, str]:
        """The same in a generated file, and a batch whose order no shuffling depends on."""
        return {"log_dir": repr("logs"), "examples": "next(iter(validation_data))"}
