"""The optimizer Adafactor."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field, StrictBool

from blockwright.recipe.numbers import Number
from blockwright.recipe.optimizers.optimizer import Optimizer, Small


class Adafactor(Optimizer):
    """`keras.optimizers.Adafactor`.

    `epsilon_1` is 1e-15 here: the products of 1e-30 that Keras computes are 0 in float32, and 0 / 0 is NaN, for example
    at the border of handwritten digits.
    """

    title: ClassVar[str] = "Adafactor"
    help: ClassVar[str] = (
        "Adapts its steps as Adam does, but needs far less memory, because it keeps one "
        "number for each row and column of a weight matrix."
    )
    keras_class: ClassVar[str] = "optimizers.Adafactor"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"epsilon_1": 1e-30})
    usual: ClassVar[tuple[str, ...]] = ("relative_step",)
    typical_rate: ClassVar[str] = "0.001 to 0.01"

    name: Literal["adafactor"] = "adafactor"
    beta_2_decay: Number = Field(
        -0.8,
        ge=-10,
        le=0,
        title="Beta 2 decay",
        description="How quickly the average of squared gradients gets longer: the exponent of the step.",
    )
    epsilon_1: Small = Field(
        1e-15,
        title="Epsilon 1",
        description="A small number that is added to squared gradients, so that nothing is divided by zero. With the "
        "1e-30 of Keras, weights of an input that is always 0 become NaN.",
    )
    epsilon_2: Small = Field(
        1e-3,
        title="Epsilon 2",
        description="The smallest size of a weight matrix that steps are measured by, so that weights of zero "
        "can grow.",
    )
    clip_threshold: Number = Field(
        1.0,
        gt=0,
        le=1e6,
        title="Clip threshold",
        description="The largest root mean square of a step before it is multiplied by the learning rate.",
    )
    relative_step: StrictBool = Field(
        True,
        title="Relative step",
        description="Lets the learning rate fall with the square root of the step once that is smaller. "
        "Without effect on a schedule.",
    )
