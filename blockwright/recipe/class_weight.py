"""How much the examples of each class count in the loss of an output: `balanced`, or a number for some classes."""

import math
from typing import Annotated, Literal

from pydantic import BeforeValidator

BALANCED: Literal["balanced"] = "balanced"
EXAMPLE = "cat: 2, dog: 0.5"
_MOST = 1_000
_LARGEST = 1e6


def _read(value: object) -> object:
    """A name, or numbers by class; a text such as `cat: 2, dog: 0.5` is read as that."""
    if value is None or value == BALANCED:
        return value
    if isinstance(value, str):
        pairs = [part.rpartition(":") for part in value.split(",")]
        names = [name.strip() for name, _, _ in pairs]
        repeated = next((name for name in names if names.count(name) > 1), None)
        if repeated:
            raise ValueError(f"names the class {repeated[:60]!r} twice")
        value = {name: _number(weight) for name, (_, _, weight) in zip(names, pairs, strict=True)}
    if not isinstance(value, dict) or not value or len(value) > _MOST:
        raise ValueError(f'must be "{BALANCED}", or a weight for each of some classes, such as "{EXAMPLE}"')
    for name, weight in value.items():
        if not isinstance(name, str) or not name:
            raise ValueError(f'must name the class of each weight, as in "{EXAMPLE}"')
        if isinstance(weight, bool) or not isinstance(weight, int | float) or not 0 <= weight <= _LARGEST:
            raise ValueError(f"must be a number from 0 to {_LARGEST:,.0f} for the class {name[:60]!r}")
    return {name: float(weight) for name, weight in value.items()}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def class_weight_text(value: dict[str, float]) -> str:
    """Weights by hand as the text that is read as them."""
    return ", ".join(f"{name}: {weight:g}" for name, weight in value.items())


ClassWeight = Annotated[Literal["balanced"] | dict[str, float] | None, BeforeValidator(_read)]
