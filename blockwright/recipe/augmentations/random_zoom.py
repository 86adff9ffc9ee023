"""Random zoom."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.augmentations.augmentation import Augmentation


class RandomZoom(Augmentation):
    """The declaration of `keras.layers.RandomZoom`."""

    title: ClassVar[str] = "Random zoom"
    help: ClassVar[str] = "Enlarges and reduces images at random. For things that are seen from near and far."
    keras_class: ClassVar[str] = "layers.RandomZoom"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"height_factor": None})

    name: Literal["random_zoom"] = "random_zoom"
    height_factor: float = Field(
        0.1,
        ge=0.0,
        le=0.9,
        title="Largest change",
        description="How much larger or smaller an image becomes at most, as a share of its size.",
    )
    fill_mode: Literal["reflect", "constant", "nearest", "wrap"] = Field(
        "reflect",
        title="Fill",
        description="What fills the places that come from outside the image.",
    )
