"""Random brightness."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.augmentations.augmentation import Augmentation


class RandomBrightness(Augmentation):
    """The declaration of `keras.layers.RandomBrightness`."""

    title: ClassVar[str] = "Random brightness"
    help: ClassVar[str] = (
        "Makes images lighter or darker at random. For images that are taken in different light."
    )
    keras_class: ClassVar[str] = "layers.RandomBrightness"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"factor": None})
    takes_range: ClassVar[bool] = True

    name: Literal["random_brightness"] = "random_brightness"
    factor: float = Field(
        0.2,
        ge=0.0,
        le=1.0,
        title="Largest change",
        description="How much lighter or darker an image becomes at most, as a share of the range of its pixels.",
    )
