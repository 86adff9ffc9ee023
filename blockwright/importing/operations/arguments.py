"""The arguments of a recorded operation, from its configuration, by position and by name."""

from collections.abc import Callable
from typing import Any

from blockwright.importing.file.calls import Call, TensorRef, plain
from blockwright.importing.problems import SecondaryProblem, Unsupported, short

RankOf = Callable[[TensorRef], int | None]
"""The number of dimensions of a tensor, the batch included; None where it is not known."""


class Arguments:
    """What an operation was called with.

    Args:
        name: the operation, for messages.
        config: its configuration in the file.
        call: its call.
    """

    def __init__(self, name: str, config: dict[str, Any], call: Call) -> None:
        self.name = name
        self.args = call.args
        self.named = {**config, **call.kwargs}

    def value(self, position: int, *names: str) -> Any:
        """An argument by its position or one of its names; None where it is left out."""
        if position < len(self.args):
            return self.args[position]
        return next((self.named[name] for name in names if self.named.get(name) is not None), None)

    def tensor(self) -> TensorRef:
        """The one tensor that is read."""
        value = self.value(0, "x", "inputs", "input", "features")
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, TensorRef):
            raise Unsupported(f"It must read one tensor. Received: {short(value)}.")
        return value

    def option(self, name: str, default: Any) -> Any:
        """An argument that Keras keeps in the operation's configuration, and TensorFlow passes with the call."""
        value = plain(self.named.get(name))
        return default if value is None else value

    def integer(self, name: str, default: int | None = None) -> int:
        """An integer among the options."""
        value = self.option(name, default)
        if type(value) is not int:
            raise self._not_an_integer(name, value)
        return value

    def axes(self, rank: int | None, name: str = "axis") -> list[int]:
        """The dimensions that an axis names, counted from the batch, in rising order; all of them for None."""
        value = self.option(name, self.value(1, name))
        axes = value if isinstance(value, list) else [value]
        if axes == [None] or (rank is None and any(type(axis) is int and axis < 0 for axis in axes)):
            raise self.unsupported(f"along the axis {short(self.option(name, None))}", rank)
        if not all(type(axis) is int for axis in axes):
            raise self._not_an_integer(name, axes)
        positive = sorted({axis % rank if rank else axis for axis in axes})
        if 0 in positive or (rank is not None and any(not -rank <= axis < rank for axis in axes)):
            raise self.unsupported(f"along the axis {short(self.option(name, axes[0]))}", rank)
        return positive

    def unsupported(self, usage: str, rank: int | None) -> Unsupported:
        """The problem that no block does what the operation does when it is used like this."""
        problem = SecondaryProblem if rank is None else Unsupported
        return problem(f"The operation `{self.name}` {usage} is not supported.")

    def _not_an_integer(self, name: str, value: Any) -> Unsupported:
        return Unsupported(f"`{name}` of `{self.name}` must be a whole number. Received: {short(value)}.")


def number(value: Any) -> float:
    """A number of the file, also one that was written as a tensor."""
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unsupported(f"It computes with {short(value)}, which is neither a tensor nor a number.")
    return float(value)
