"""Reconstruction: an example's own values, as an autoencoder outputs them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from blockwright.schema.features import Target
from blockwright.schema.findings import Finding
from blockwright.schema.text import shape_text
from blockwright.schema.training import Settings
from blockwright.tasks.base import Objective, OutputSpec
from blockwright.tasks.regression import Regression

if TYPE_CHECKING:
    import numpy as np


class Reconstruction(Regression):
    """The output gives the values of a feature that the network reads, in the scale that it reads them in."""

    kind = "reconstruction"
    title = "Reconstruction"
    output_title = "reconstruction"
    choice_title = ""
    is_input = True

    def needs(self, target: Target) -> str:
        return f'it reconstructs "{target.name}"'

    def describe(self, target: Target) -> str:
        return f'a reconstruction of "{target.name}"'

    def values_text(self, target: str) -> str:
        return f"the reconstruction of {target}"

    def check_shape(self, spec: OutputSpec) -> Finding | None:
        if None not in spec.shape:
            return None
        return spec.error(
            "open-size",
            f"{spec.name} outputs {shape_text(spec.shape)} values per example, so its size is not fixed. Give the "
            f'design\'s input a fixed size, so that "{spec.target.name}" can be reconstructed.',
        )

    def hints(self, objective: Objective, settings: Settings) -> Iterator[str]:
        yield from ()

    def baseline(self, objective: Objective, targets: "np.ndarray") -> "np.ndarray | None":
        return None
