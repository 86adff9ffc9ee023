"""What callbacks have in common: what they are called with in a run and in generated code, and what they monitor."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import ConfigDict, Field

from blockwright.recipe.member import Member

Mode = Literal["min", "max"]
CHECKPOINTS = "checkpoints"
"""The folder of the checkpoints within that of a run."""
BEST = "best.weights.h5"
"""The file of the best epoch's weights."""
LAST = "last.weights.h5"
"""The file of the last weights, where others were chosen in their place."""


class Callback(Member):
    """A callback of Keras that a run can be given.

    Attributes:
        stops: whether it may end the training (`model.stop_training`).
        sets_rate: whether it sets the learning rate of `model.optimizer`.
        state: the attributes of the Keras object that change during training, and that a resumed run restores.
    """

    stops: ClassVar[bool] = False
    sets_rate: ClassVar[bool] = False
    state: ClassVar[tuple[str, ...]] = ()

    model_config = ConfigDict(strict=True)

    def resolved(self, monitors: Mapping[str, Mode]) -> Self:
        """The same callback for a run that measures `monitors`: each with whether less or more of it is better.

        Raises ValueError with a sentence where the callback needs another one.
        """
        return self

    def run_arguments(self, folder: Path, steps_per_epoch: int) -> dict[str, Any]:
        """The arguments that are known only in a run, whose files lie in `folder`."""
        return {}

    def code_arguments(self) -> dict[str, str]:
        """The same for generated code, as expressions."""
        return {}


class MonitoringCallback(Callback):
    """A callback that follows one curve of the run."""

    monitor: str = Field(
        "val_loss",
        min_length=1,
        max_length=200,
        title="Monitor",
        description="The curve that is followed. Names with val_ are of the validation part.",
    )
    mode: Literal["auto", "min", "max"] = Field(
        "auto",
        title="Mode",
        description="Whether less or more is better. Automatic: less for losses and errors, more for accuracies.",
    )

    usual: ClassVar[tuple[str, ...]] = ("monitor", "patience")

    @property
    def chooses_weights(self) -> bool:
        """Whether the run ends with the weights of the best epoch by this monitor."""
        return False

    def resolved(self, monitors: Mapping[str, Mode]) -> Self:
        """With the mode that fits the monitor, as Keras cannot work it out for every name."""
        if self.monitor not in monitors:
            raise ValueError(
                f"{self.title} monitors `{self.monitor[:80]}`, which this run does not measure. "
                f"Its curves are: {', '.join(monitors)}."
            )
        return self if self.mode != "auto" else self.model_copy(update={"mode": monitors[self.monitor]})

    def arguments(self) -> dict[str, Any]:
        """Keras finds the mode of a loss by itself."""
        arguments = super().arguments()
        if self.monitor in ("loss", "val_loss") and self.mode == "min":
            arguments["mode"] = "auto"
        return arguments
