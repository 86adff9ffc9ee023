"""Reconstruction: an example's own values, as an autoencoder outputs them."""

from collections.abc import Iterator
from typing import ClassVar

from blockwright.recipe.settings import Settings
from blockwright.schema.data.features import Target
from blockwright.tasks.base import Objective
from blockwright.tasks.output_rules import CountedWords, OpenOutputSize, OutputLoss, OutputRange, SoftmaxOfOne
from blockwright.tasks.regression import Regression


class Reconstruction(Regression):
    """The output has the values of a feature that the network reads, in the scale that it reads them in."""

    kind = "reconstruction"
    title = "Reconstruction"
    output_title = "reconstruction"
    choice_title = ""
    is_input = True
    losses: ClassVar[tuple[str, ...]] = (*Regression.losses, "dice", "tversky")
    shape_rules = (CountedWords(), OpenOutputSize())
    value_rules = (SoftmaxOfOne(), OutputRange(), OutputLoss())

    def needs(self, target: Target) -> str:
        return f'it reconstructs "{target.name}"'

    def describe(self, target: Target) -> str:
        return f'a reconstruction of "{target.name}"'

    def values_text(self, target: str) -> str:
        return f"the reconstruction of {target}"

    def hints(self, objective: Objective, settings: Settings) -> Iterator[str]:
        yield from objective.warnings
