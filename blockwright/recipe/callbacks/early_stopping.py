"""EarlyStopping."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.callbacks.callback import MonitoringCallback


class EarlyStopping(MonitoringCallback):
    """The declaration of `keras.callbacks.EarlyStopping`."""

    title: ClassVar[str] = "EarlyStopping"
    help: ClassVar[str] = (
        "Ends training when the monitored curve has not improved for some epochs, so that a network does not go on "
        "learning its training examples by heart."
    )
    keras_class: ClassVar[str] = "callbacks.EarlyStopping"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {"patience": 0, "restore_best_weights": False}
    )
    stops: ClassVar[bool] = True
    state: ClassVar[tuple[str, ...]] = ("wait", "stopped_epoch", "best", "best_epoch", "best_weights")
    usual: ClassVar[tuple[str, ...]] = ("monitor", "patience", "restore_best_weights")

    name: Literal["early_stopping"] = "early_stopping"
    patience: int = Field(
        3,
        ge=1,
        le=10_000,
        title="Patience",
        description="After how many epochs without an improvement training ends.",
    )
    min_delta: float = Field(
        0.0,
        ge=0,
        allow_inf_nan=False,
        title="Least improvement",
        description="A smaller change does not count as an improvement.",
    )
    restore_best_weights: bool = Field(
        True,
        title="Restore the best weights",
        description="Whether the weights of the best epoch are tested and exported, instead of those of the last.",
    )
    start_from_epoch: int = Field(
        0,
        ge=0,
        le=10_000,
        title="Epochs to wait first",
        description="How many epochs at the start are not looked at.",
    )

    @property
    def chooses_weights(self) -> bool:
        """Where it restores the best weights."""
        return self.restore_best_weights
