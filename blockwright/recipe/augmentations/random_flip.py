"""Random flip."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.augmentations.augmentation import Augmentation


class RandomFlip(Augmentation):
    """The declaration of `keras.layers.RandomFlip`."""

    title: ClassVar[str] = "Random flip"
    help: ClassVar[str] = (
        "Mirrors half of the images. For things that look the same from both sides, such as animals; not for digits "
        "and letters."
    )
    keras_class: ClassVar[str] = "layers.RandomFlip"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"mode": "horizontal_and_vertical"})

    name: Literal["random_flip"] = "random_flip"
    mode: Literal["horizontal", "vertical", "horizontal_and_vertical"] = Field(
        "horizontal",
        title="Direction",
        description="Whether left and right are exchanged, top and bottom, or both.",
    )
