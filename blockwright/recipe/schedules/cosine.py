"""Cosine decay with warm-up."""

import math
from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.schedules.schedule import ChangingRate, Share


class Cosine(ChangingRate):
    """`keras.optimizers.schedules.CosineDecay` over the whole run (Loshchilov and Hutter 2016, arXiv:1608.03983)."""

    title: ClassVar[str] = "Cosine"
    help: ClassVar[str] = (
        "The learning rate falls slowly, then quickly, then slowly again along a cosine; with a warm-up it first "
        "rises from 0."
    )
    class_path: ClassVar[str] = "keras.optimizers.schedules.CosineDecay"
    usual: ClassVar[tuple[str, ...]] = ("warmup", "final")

    name: Literal["cosine"] = "cosine"
    warmup: Share = Field(
        0.0,
        title="Warm-up",
        description="The share of the run in which the learning rate rises from 0: 0.1 is the first tenth.",
    )
    final: Share = Field(
        0.0,
        title="Final share of the rate",
        description="What is left of the learning rate at the end: 0.01 is a hundredth.",
    )

    def rate_at(self, step: float, rate: float, steps: int, epochs: int) -> float:
        """A line up to the learning rate, then half a cosine down."""
        warmup = int(self.warmup * steps)
        if step < warmup:
            return rate * step / warmup
        done = min((step - warmup) / (steps - warmup), 1.0)
        return rate * (self.final + (1 - self.final) * 0.5 * (1 + math.cos(math.pi * done)))

    def object_arguments(self, rate: float, steps: int, epochs: int) -> dict[str, Any]:
        """Keras counts the decay from the end of the warm-up."""
        warmup = int(self.warmup * steps)
        arguments: dict[str, Any] = {
            "initial_learning_rate": rate,
            "decay_steps": steps - warmup,
            "alpha": self.final,
        }
        if self.warmup:
            arguments |= {"initial_learning_rate": 0.0, "warmup_target": rate, "warmup_steps": warmup}
        return arguments

    def written_arguments(self, rate: str, steps: str, epochs: str) -> dict[str, str]:
        """The same as expressions."""
        arguments = {"initial_learning_rate": rate, "decay_steps": steps}
        if self.warmup:
            warmup = f"int({self.warmup!r} * ({steps}))"
            arguments = {
                "initial_learning_rate": "0.0",
                "decay_steps": f"{steps} - {warmup}",
                "warmup_target": rate,
                "warmup_steps": warmup,
            }
        return {**arguments, **({"alpha": repr(self.final)} if self.final else {})}
