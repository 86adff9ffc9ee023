"""Random rotation."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.augmentations.augmentation import Augmentation


class RandomRotation(Augmentation):
    """The declaration of `keras.layers.RandomRotation`."""

    title: ClassVar[str] = "Random rotation"
    help: ClassVar[str] = "Rotates images by a random angle. For things that may be tilted."
    keras_class: ClassVar[str] = "layers.RandomRotation"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"factor": None})

    name: Literal["random_rotation"] = "random_rotation"
    factor: float = Field(
        0.05,
        ge=0.0,
        le=1.0,
        title="Largest angle",
        description="The largest angle, as a share of a full turn: 0.05 is 18 degrees.",
    )
    fill_mode: Literal["reflect", "constant", "nearest", "wrap"] = Field(
        "reflect",
        title="Fill",
        description="What fills the places that come from outside the image.",
    )
