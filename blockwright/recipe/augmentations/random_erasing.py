"""Random erasing."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.augmentations.augmentation import Augmentation


class RandomErasing(Augmentation):
    """The declaration of `keras.layers.RandomErasing`."""

    title: ClassVar[str] = "Random erasing"
    help: ClassVar[str] = (
        "Covers a random rectangle of some images with noise, so that a network does not rely on a single part "
        "(Zhong et al. 2017)."
    )
    keras_class: ClassVar[str] = "layers.RandomErasing"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"factor": 1.0})
    takes_range: ClassVar[bool] = True

    name: Literal["random_erasing"] = "random_erasing"
    factor: float = Field(
        0.5,
        ge=0.0,
        le=1.0,
        title="Share of the images",
        description="How many of the images are covered, as a share.",
    )
