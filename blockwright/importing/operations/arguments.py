"""The arguments of a recorded operation, from its configuration, by position and by name."""

from typing import Any

from blockwright.importing.file.calls import Call, Wire, plain
from blockwright.importing.problems import Follows, Unfit, short


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

    def at(self, position: int, *names: str) -> Any:
        """An argument by its position or one of its names; None where it is left out."""
        if position < len(self.args):
            return self.args[position]
        return next((self.named[name] for name in names if self.named.get(name) is not None), None)

    def tensor(self) -> Wire:
        """The one tensor that is read."""
        value = self.at(0, "x", "inputs", "input", "features")
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if not isinstance(value, Wire):
            raise Unfit(f"It must read one tensor. Received: {short(value)}.")
        return value

    def option(self, name: str, default: Any) -> Any:
        """An argument that Keras keeps in the operation's configuration, and TensorFlow gives with the call."""
        value = plain(self.named.get(name))
        return default if value is None else value

    def whole(self, name: str, default: int | None = None) -> int:
        """A whole number among the options."""
        value = self.option(name, default)
        if type(value) is not int:
            raise Unfit(f"`{name}` of `{self.name}` must be a whole number. Received: {short(value)}.")
        return value

    def places(self, rank: int | None, name: str = "axis") -> list[int]:
        """The dimensions that an axis names, counted from the batch, in rising order; all of them for None."""
        value = self.option(name, self.at(1, name))
        value = value if isinstance(value, list) else [value]
        if value == [None] or (rank is None and any(type(one) is int and one < 0 for one in value)):
            raise self.no_equal(f"along the axis {short(self.option(name, None))}", rank)
        if not all(type(one) is int for one in value):
            raise Unfit(f"`{name}` of `{self.name}` must be a whole number. Received: {short(value)}.")
        found = sorted({one % rank if rank else one for one in value})
        if 0 in found or (rank is not None and any(not -rank <= one < rank for one in value)):
            raise self.no_equal(f"along the axis {short(self.option(name, value[0]))}", rank)
        return found

    def no_equal(self, what: str, rank: int | None) -> Unfit:
        """The problem that the operation has no equal used like this."""
        problem = Follows if rank is None else Unfit
        return problem(f"The operation `{self.name}` {what} has no equal among the blocks.")


def number(value: Any) -> float:
    """A number of the file, also one that was written as a tensor."""
    value = plain(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Unfit(f"It computes with {short(value)}; here it may be a tensor or a number.")
    return float(value)
