"""Exponential decay."""

import math
from typing import Any, ClassVar, Literal

from pydantic import Field, StrictBool

from blockwright.recipe.numbers import Number
from blockwright.recipe.schedules.schedule import ChangingRate


class Exponential(ChangingRate):
    """`keras.optimizers.schedules.ExponentialDecay` over the whole run."""

    title: ClassVar[str] = "Exponential"
    help: ClassVar[str] = "The learning rate falls by the same factor in every epoch."
    class_path: ClassVar[str] = "keras.optimizers.schedules.ExponentialDecay"
    usual: ClassVar[tuple[str, ...]] = ("final", "staircase")

    name: Literal["exponential"] = "exponential"
    final: Number = Field(
        0.01,
        gt=0,
        le=1,
        title="Final share of the rate",
        description="What is left of the learning rate at the end: 0.01 is a hundredth.",
    )
    staircase: StrictBool = Field(
        False,
        title="Staircase",
        description="Lets the learning rate fall once an epoch instead of at every step.",
    )

    def rate_at(self, step: float, rate: float, steps: int, epochs: int) -> float:
        """The same factor for each step, or for each epoch that has passed."""
        done = math.floor(step * epochs / steps) / epochs if self.staircase else step / steps
        return rate * self.final**done

    def object_arguments(self, rate: float, steps: int, epochs: int) -> dict[str, Any]:
        """One decay over the run, or one in each epoch."""
        arguments: dict[str, Any] = {
            "initial_learning_rate": rate,
            "decay_steps": steps,
            "decay_rate": self.final,
        }
        if self.staircase:
            decay = {
                "decay_steps": steps / epochs,
                "decay_rate": self.final ** (1 / epochs),
                "staircase": True,
            }
            arguments |= decay
        return arguments

    def written_arguments(self, rate: str, steps: str, epochs: str) -> dict[str, str]:
        """The same as expressions."""
        arguments = {"initial_learning_rate": rate, "decay_steps": steps, "decay_rate": repr(self.final)}
        if self.staircase:
            arguments |= {
                "decay_steps": f"({steps}) / {epochs}",
                "decay_rate": f"{self.final!r} ** (1 / {epochs})",
                "staircase": "True",
            }
        return arguments
