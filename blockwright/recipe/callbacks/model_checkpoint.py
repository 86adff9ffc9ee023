"""ModelCheckpoint."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.callbacks.callback import BEST, CHECKPOINTS, MonitoringCallback


class ModelCheckpoint(MonitoringCallback):
    """The declaration of `keras.callbacks.ModelCheckpoint`, for weights."""

    title: ClassVar[str] = "ModelCheckpoint"
    help: ClassVar[str] = (
        "Saves weights during training: those of the best epoch by the monitored curve, which are then tested and "
        "exported, or those of every so many epochs."
    )
    keras_class: ClassVar[str] = "callbacks.ModelCheckpoint"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {"save_best_only": False, "save_weights_only": False}
    )
    usual: ClassVar[tuple[str, ...]] = ("monitor", "save_best_only", "every_epochs")
    state: ClassVar[tuple[str, ...]] = ("best", "_batches_seen_since_last_saving", "_last_batch_seen")

    name: Literal["model_checkpoint"] = "model_checkpoint"
    save_best_only: bool = Field(
        True,
        title="Only the best epoch",
        description="Keeps the weights of the best epoch alone; else those of every so many epochs.",
    )
    every_epochs: int = Field(
        1,
        ge=1,
        le=10_000,
        title="Every so many epochs",
        description="How often weights are saved where not only the best epoch is kept.",
    )

    @property
    def chooses_weights(self) -> bool:
        """Where it keeps the best epoch."""
        return self.save_best_only

    def kept_epochs(self, epochs: int) -> int:
        """Of how many epochs of a run it keeps the weights."""
        return 1 if self.save_best_only else epochs // self.every_epochs

    def arguments(self) -> dict[str, Any]:
        """Keras counts batches between two checkpoints, not epochs: those come with the data."""
        arguments = super().arguments()
        del arguments["every_epochs"]
        if not self.save_best_only:
            del arguments["monitor"], arguments["mode"]
        return arguments | {"save_weights_only": True}

    def run_arguments(self, folder: Path, steps_per_epoch: int) -> dict[str, Any]:
        """Where the file is written, and after how many batches."""
        path = folder / CHECKPOINTS / (BEST if self.save_best_only else "epoch_{epoch:04d}.weights.h5")
        often = self._counts_epochs
        return {"filepath": str(path)} | ({"save_freq": self.every_epochs * steps_per_epoch} if often else {})

    def code_arguments(self) -> dict[str, str]:
        """The same in a generated file."""
        path = repr(BEST if self.save_best_only else "epoch_{epoch:04d}.weights.h5")
        often = self._counts_epochs
        return {"filepath": path} | ({"save_freq": f"{self.every_epochs} * len(train_data)"} if often else {})

    @property
    def _counts_epochs(self) -> bool:
        return not self.save_best_only and self.every_epochs > 1
