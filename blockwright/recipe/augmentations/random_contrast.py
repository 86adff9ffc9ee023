"""Random contrast."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.augmentations.augmentation import Augmentation


class RandomContrast(Augmentation):
    """The declaration of `keras.layers.RandomContrast`."""

    title: ClassVar[str] = "Random contrast"
    help: ClassVar[str] = (
        "Makes the contrast stronger or weaker at random. For images that are taken in different light."
    )
    keras_class: ClassVar[str] = "layers.RandomContrast"
    keras_defaults: ClassVar[Mapping[str, Any]] = MappingProxyType({"factor": None})
    takes_range: ClassVar[bool] = True

    name: Literal["random_contrast"] = "random_contrast"
    factor: float = Field(
        0.2,
        ge=0.0,
        le=1.0,
        title="Largest change",
        description="How much stronger or weaker the contrast becomes at most, as a share.",
    )
