"""The optimizer SGD."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field, StrictBool

from blockwright.recipe.optimizers.optimizer import Beta, Optimizer


class SGD(Optimizer):
    """`keras.optimizers.SGD`. Its momentum is 0.9 here, as SGD is hardly used without."""

    title: ClassVar[str] = "SGD"
    help: ClassVar[str] = (
        "Steps straight along the gradient, with momentum. Needs a larger learning rate than "
        "Adam and often generalizes well."
    )
    keras_class: ClassVar[str] = "optimizers.SGD"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"momentum": 0.0})
    usual: ClassVar[tuple[str, ...]] = ("momentum", "nesterov")
    typical_rate: ClassVar[str] = "0.01 to 0.1"

    name: Literal["sgd"] = "sgd"
    momentum: Beta = Field(
        0.9, title="Momentum", description="How much of the last step each step keeps; 0 for none."
    )
    nesterov: StrictBool = Field(
        False, title="Nesterov momentum", description="Looks one step ahead along the momentum."
    )
