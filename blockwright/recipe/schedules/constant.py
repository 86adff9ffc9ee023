"""A constant learning rate."""

from typing import Any, ClassVar, Literal

from blockwright.recipe.schedules.schedule import Schedule


class Constant(Schedule):
    """No schedule: the optimizer has the learning rate itself."""

    title: ClassVar[str] = "Constant"
    help: ClassVar[str] = "The learning rate stays the same."

    name: Literal["constant"] = "constant"

    def rate_at(self, step: float, rate: float, steps: int, epochs: int) -> float:
        """The learning rate."""
        return rate

    def learning_rate(self, rate: float, steps: int, epochs: int) -> Any:
        """The learning rate."""
        return rate

    def written(self, rate: str, steps: str, epochs: str) -> str:
        """The learning rate."""
        return rate
