"""What all learning-rate schedules have in common."""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Annotated, Any, ClassVar

from pydantic import Field

from blockwright.recipe.member import Member
from blockwright.recipe.numbers import Number

Share = Annotated[Number, Field(ge=0, lt=1)]
"""A part of the run, or of the learning rate."""


class Schedule(Member, ABC):
    """How the learning rate changes during a run, as a function of the step.

    It covers the whole run: its times are shares of the run, so that it fits whatever the number of epochs. `steps` is
    the number of updates of the weights.
    """

    @abstractmethod
    def rate_at(self, step: float, rate: float, steps: int, epochs: int) -> float:
        """The learning rate of a step, counted from 0; `rate` is the learning rate of the settings."""

    @abstractmethod
    def learning_rate(self, rate: float, steps: int, epochs: int) -> Any:
        """What an optimizer of Keras takes as its learning rate."""

    @abstractmethod
    def written(self, rate: str, steps: str, epochs: str) -> str:
        """The expression that makes the same object."""


class ChangingRate(Schedule):
    """A schedule that is an object of a class.

    Attributes:
        class_path: the full name of the class.
    """

    class_path: ClassVar[str]

    @abstractmethod
    def object_arguments(self, rate: float, steps: int, epochs: int) -> dict[str, Any]:
        """The arguments of its class in a run."""

    @abstractmethod
    def written_arguments(self, rate: str, steps: str, epochs: str) -> dict[str, str]:
        """The same as expressions, from the expressions of the learning rate, the steps and the epochs."""

    def learning_rate(self, rate: float, steps: int, epochs: int) -> Any:
        """The object of its class."""
        from pkgutil import resolve_name

        make: Callable[..., Any] = resolve_name(self.class_path)
        return make(**self.object_arguments(rate, steps, epochs))

    def written(self, rate: str, steps: str, epochs: str) -> str:
        """The call of its class."""
        name = self.class_path if self.class_path.startswith("keras.") else self.class_path.rpartition(".")[2]
        arguments = self.written_arguments(rate, steps, epochs)
        return f"{name}({', '.join(f'{key}={text}' for key, text in arguments.items())})"
