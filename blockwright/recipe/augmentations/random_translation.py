"""Random translation."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.augmentations.augmentation import Augmentation


class RandomTranslation(Augmentation):
    """The declaration of `keras.layers.RandomTranslation`."""

    title: ClassVar[str] = "Random translation"
    help: ClassVar[str] = (
        "Shifts images by a random part of their size. For things that are not always in the middle."
    )
    keras_class: ClassVar[str] = "layers.RandomTranslation"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType(
        {"height_factor": None, "width_factor": None}
    )

    name: Literal["random_translation"] = "random_translation"
    height_factor: float = Field(
        0.1,
        ge=0.0,
        le=1.0,
        title="Up and down",
        description="The largest shift, as a share of the height.",
    )
    width_factor: float = Field(
        0.1,
        ge=0.0,
        le=1.0,
        title="Left and right",
        description="The largest shift, as a share of the width.",
    )
    fill_mode: Literal["reflect", "constant", "nearest", "wrap"] = Field(
        "reflect",
        title="Fill",
        description="What fills the places that come from outside the image.",
    )
