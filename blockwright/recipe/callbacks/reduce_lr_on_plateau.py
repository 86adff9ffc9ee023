"""ReduceLROnPlateau."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.callbacks.callback import MonitoringCallback


class ReduceLROnPlateau(MonitoringCallback):
    """The declaration of `keras.callbacks.ReduceLROnPlateau`."""

    title: ClassVar[str] = "ReduceLROnPlateau"
    help: ClassVar[str] = (
        "Lowers the learning rate when the monitored curve has not improved for some epochs: smaller steps often find "
        "what larger ones jump over. The schedule is constant beside it."
    )
    keras_class: ClassVar[str] = "callbacks.ReduceLROnPlateau"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"patience": 10})
    sets_rate: ClassVar[bool] = True
    state: ClassVar[tuple[str, ...]] = ("wait", "best", "cooldown_counter")
    usual: ClassVar[tuple[str, ...]] = ("monitor", "patience", "factor")

    name: Literal["reduce_lr_on_plateau"] = "reduce_lr_on_plateau"
    factor: float = Field(
        0.1,
        gt=0,
        lt=1,
        allow_inf_nan=False,
        title="Factor",
        description="What the learning rate is multiplied by.",
    )
    patience: int = Field(
        2,
        ge=1,
        le=10_000,
        title="Patience",
        description="After how many epochs without an improvement the learning rate is lowered.",
    )
    min_delta: float = Field(
        1e-4,
        ge=0,
        allow_inf_nan=False,
        title="Least improvement",
        description="A smaller change does not count as an improvement.",
    )
    cooldown: int = Field(
        0,
        ge=0,
        le=10_000,
        title="Cooldown",
        description="How many epochs pass after a change before epochs are counted again.",
    )
    min_lr: float = Field(
        0.0,
        ge=0,
        allow_inf_nan=False,
        title="Least learning rate",
        description="The learning rate is never set below this.",
    )
