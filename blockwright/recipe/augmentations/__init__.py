"""The augmentations that the input pipeline of a run can apply: one file each."""

from collections.abc import Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from blockwright.recipe.augmentations.augmentation import Augmentation
from blockwright.recipe.member import members, read_text

AUGMENTATIONS: dict[str, type[Augmentation]] = members(__name__, __path__, Augmentation)
"""The augmentations by name."""

MEANING = (
    "Varies the training images at random, so that the network hardly sees the same image twice. It runs on the "
    "processor in the input pipeline (`dataset.map`), before a batch reaches the network, while the batch before it "
    "is trained on; validation, test and exported models have nothing of it. As blocks of the design (category "
    "Augmentation) the same layers run in the network, during training only, and are exported with it."
)
"""What it means to augment in the pipeline, and what else can be done."""

if TYPE_CHECKING:
    _AnyAugmentation = Augmentation
else:
    _AnyAugmentation = Annotated[reduce(or_, AUGMENTATIONS.values()), Field(discriminator="name")]

EXAMPLE = '[{"name": "random_flip", "mode": "horizontal"}]'


def _documents(value: object) -> object:
    if not isinstance(value, list | tuple):
        raise ValueError(f"must be a list such as {EXAMPLE}")
    return tuple(read_text(entry) if isinstance(entry, str) else entry for entry in value)


def _once(augmentations: tuple[Augmentation, ...]) -> tuple[Augmentation, ...]:
    titles = [augmentation.title for augmentation in augmentations]
    repeated = next((title for title in titles if titles.count(title) > 1), None)
    if repeated is not None:
        raise ValueError(f"has {repeated} twice")
    return augmentations


ChosenAugmentations = Annotated[
    tuple[_AnyAugmentation, ...], BeforeValidator(_documents), AfterValidator(_once)
]
"""The type of the setting: they are applied in this order."""


def document(augmentations: Sequence[Augmentation]) -> list[dict[str, Any]]:
    """The augmentations as JSON."""
    return [augmentation.model_dump(mode="json") for augmentation in augmentations]
