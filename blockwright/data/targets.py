"""The values of a target, for each task: in a preview, and what is unusual about them."""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from blockwright.schema.data.features import Target
from blockwright.schema.service_calls import ClassDistribution, NumberDistribution
from blockwright.tasks import family

_LARGE = 50.0
_BINS = 20


class TargetData(ABC):
    """The values of the targets of one task."""

    kind: ClassVar[str]

    @abstractmethod
    def value(self, target: Target, value: np.ndarray) -> Any:
        """The value of one example in a preview."""

    @abstractmethod
    def summary(
        self, target: Target, parts: Mapping[str, np.ndarray]
    ) -> ClassDistribution | NumberDistribution:
        """The distribution of the values in each part, as `preview` describes it."""

    def notes(self, target: Target, values: np.ndarray) -> list[str]:
        """Notes on training values that are hard to learn."""
        return []


class ClassData(TargetData):
    """Class numbers `(examples,)`."""

    kind = "classes"

    def value(self, target: Target, value: np.ndarray) -> Any:
        return target.class_names[int(value)]

    def summary(self, target: Target, parts: Mapping[str, np.ndarray]) -> ClassDistribution:
        return _balance(
            target,
            {name: np.bincount(values, minlength=len(target.class_names)) for name, values in parts.items()},
        )


class TagData(TargetData):
    """A 0 or 1 for each tag `(examples, tags)`."""

    kind = "tags"

    def value(self, target: Target, value: np.ndarray) -> Any:
        return [name for name, present in zip(target.class_names, value.tolist(), strict=True) if present]

    def summary(self, target: Target, parts: Mapping[str, np.ndarray]) -> ClassDistribution:
        return _balance(target, {name: values.sum(axis=0).astype(int) for name, values in parts.items()})


class NumberData(TargetData):
    """Numbers `(examples, 1)` in their own unit."""

    kind = "number"

    def value(self, target: Target, value: np.ndarray) -> Any:
        return json_number(float(value.reshape(-1)[0]))

    def summary(self, target: Target, parts: Mapping[str, np.ndarray]) -> NumberDistribution:
        everything = np.concatenate([values.reshape(-1) for values in parts.values()]).astype(np.float64)
        edges = np.histogram_bin_edges(everything, _BINS)
        counts = {name: np.histogram(values.reshape(-1), edges)[0].tolist() for name, values in parts.items()}
        histogram = {"edges": [float(f"{edge:.6g}") for edge in edges.tolist()], **counts}
        return {"kind": self.kind, "unit": target.unit, "histogram": histogram}

    def notes(self, target: Target, values: np.ndarray) -> list[str]:
        if abs(values).max() <= _LARGE:
            return []
        return [
            f'"{target.name}" goes from {values.min():,.6g} to {values.max():,.6g} and stays in its own unit. Such '
            "large numbers are learned slowly: raise the learning rate, for example to 0.1 or 1, or provide the data "
            "in a larger unit."
        ]


class ReconstructionData(NumberData):
    """The values of a feature; a card has no such target."""

    kind = "reconstruction"

    def notes(self, target: Target, values: np.ndarray) -> list[str]:
        return []


TARGET_DATA = family([ClassData(), NumberData(), TagData(), ReconstructionData()])


def json_number(value: float) -> float | int | None:
    """A number as JSON with six digits, whole numbers exactly; None for NaN and infinity."""
    if not math.isfinite(value):
        return None
    return int(value) if value == int(value) and abs(value) < 2**53 else float(f"{value:.6g}")


def _balance(target: Target, counts: Mapping[str, np.ndarray]) -> ClassDistribution:
    balance = {name: values.tolist() for name, values in counts.items()}
    return {"kind": target.kind, "class_names": list(target.class_names), "balance": balance}
