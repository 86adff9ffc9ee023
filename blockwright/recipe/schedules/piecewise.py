"""A learning rate that changes at given times."""

from itertools import pairwise
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Field, model_validator

from blockwright.recipe.numbers import Number
from blockwright.recipe.schedules.schedule import ChangingRate


def _listed(value: object) -> object:
    return [value] if isinstance(value, int | float | str) else value


Numbers = Annotated[tuple[Number, ...], BeforeValidator(_listed)]
MOST = 20


class Piecewise(ChangingRate):
    """`keras.optimizers.schedules.PiecewiseConstantDecay` over the whole run."""

    title: ClassVar[str] = "Piecewise constant"
    help: ClassVar[str] = "The learning rate drops at chosen times and stays the same in between."
    class_path: ClassVar[str] = "keras.optimizers.schedules.PiecewiseConstantDecay"
    usual: ClassVar[tuple[str, ...]] = ("boundaries", "factors")

    name: Literal["piecewise"] = "piecewise"
    boundaries: Numbers = Field(
        (0.5, 0.75),
        title="Boundaries",
        description="When the learning rate changes, as shares of the run: 0.5 is in the middle.",
    )
    factors: Numbers = Field(
        (0.1, 0.01),
        title="Factors",
        description="What the learning rate is multiplied by from each boundary on.",
    )

    @model_validator(mode="after")
    def _fitting(self) -> "Piecewise":
        if len(self.boundaries) != len(self.factors):
            raise ValueError(
                f"needs one factor for each boundary, but has {len(self.boundaries)} boundaries and "
                f"{len(self.factors)} factors"
            )
        if not 1 <= len(self.boundaries) <= MOST:
            raise ValueError(f"must have 1 to {MOST} boundaries")
        times = (0.0, *self.boundaries, 1.0)
        if any(later <= earlier for earlier, later in pairwise(times)):
            raise ValueError("must have boundaries that rise and lie between 0 and 1, the end of the run")
        if min(self.factors) <= 0 or max(self.factors) > 1_000:
            raise ValueError("must have factors greater than 0 and at most 1,000")
        return self

    def rate_at(self, step: float, rate: float, steps: int, epochs: int) -> float:
        """The rate after the last boundary that has passed."""
        times = zip(self.boundaries, self.factors, strict=True)
        passed = [factor for time, factor in times if step > int(time * steps)]
        return rate * (passed[-1] if passed else 1.0)

    def object_arguments(self, rate: float, steps: int, epochs: int) -> dict[str, Any]:
        """The boundaries in steps."""
        return {
            "boundaries": [int(time * steps) for time in self.boundaries],
            "values": [rate, *(factor * rate for factor in self.factors)],
        }

    def written_arguments(self, rate: str, steps: str, epochs: str) -> dict[str, str]:
        """The same as expressions."""
        boundaries = ", ".join(f"int({time!r} * ({steps}))" for time in self.boundaries)
        values = ", ".join([rate, *(f"{factor!r} * {rate}" for factor in self.factors)])
        return {"boundaries": f"[{boundaries}]", "values": f"[{values}]"}
