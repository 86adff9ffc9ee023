"""The one-cycle schedule."""

from typing import Any, ClassVar, Literal

from pydantic import Field

from blockwright.recipe.schedules.schedule import ChangingRate, Share


class OneCycle(ChangingRate):
    """One line up and one down over the whole run (Smith and Topin 2017, arXiv:1708.07120)."""

    title: ClassVar[str] = "One cycle"
    help: ClassVar[str] = (
        "The learning rate rises in a line to its full value and falls in a line to almost nothing. Allows a larger "
        "learning rate than a constant one, and often needs fewer epochs."
    )
    class_path: ClassVar[str] = "blockwright.runtime.one_cycle.OneCycle"
    usual: ClassVar[tuple[str, ...]] = ("warmup", "initial", "final")

    name: Literal["one_cycle"] = "one_cycle"
    warmup: Share = Field(
        0.3,
        title="Warm-up",
        description="The share of the run in which the learning rate rises: 0.3 is three tenths.",
    )
    initial: Share = Field(
        0.04,
        title="Initial rate",
        description="What the rise starts from: 0.04 is a 25th of the learning rate.",
    )
    final: Share = Field(
        0.0001,
        title="Final share of the rate",
        description="What is left of the learning rate at the end: 0.01 is a hundredth.",
    )

    def rate_at(self, step: float, rate: float, steps: int, epochs: int) -> float:
        """A line up, and a line down."""
        peak = self.warmup * steps
        if step < peak:
            return rate * (self.initial + (1 - self.initial) * step / peak)
        return rate * (1 - (1 - self.final) * min((step - peak) / (steps - peak), 1.0))

    def object_arguments(self, rate: float, steps: int, epochs: int) -> dict[str, Any]:
        """The same arguments, and the steps of the run."""
        return {"learning_rate": rate, "steps": steps, **self.arguments()}

    def written_arguments(self, rate: str, steps: str, epochs: str) -> dict[str, str]:
        """The same as expressions."""
        written = {name: repr(value) for name, value in self.arguments().items()}
        return {"learning_rate": rate, "steps": steps, **written}
