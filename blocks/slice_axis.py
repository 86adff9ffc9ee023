"""A part of what comes in, along one dimension."""

from typing import Annotated

from blocks.base import Block, Setting
from blockwright.layers.axes import axis_positions


class SliceAxis(Block):
    """Takes the places from one to another along one dimension, as `x[:, 2:8]` does.

    When to use: to split channels among branches, to drop steps at an end, or to take every second one.

    Args:
        axis: Which dimension, the batch being 0; -1 is the last.
        start: The first place that is taken, from 0; negative ones count from the end, and null is the beginning.
        stop: The first place that is no longer taken, or null for all that follow.
        step: How far apart the places are; -1 takes them in reverse.

    Input shape:
        `(batch, ..., size, ...)`

    Output shape:
        `(batch, ..., places, ...)`
    """

    category = "Array operations"
    keeps_rank = True

    def __init__(
        self,
        axis: Annotated[
            int, Setting("Which dimension, the batch being 0; -1 is the last.", minimum=-5, maximum=5)
        ] = 1,
        start: Annotated[
            int | None,
            Setting("The first place, from 0; negative from the end.", minimum=-100_000, maximum=100_000),
        ] = None,
        stop: Annotated[
            int | None,
            Setting("The first place not taken; empty takes the rest.", minimum=-100_000, maximum=100_000),
        ] = None,
        step: Annotated[
            int, Setting("How far apart the places are; -1 turns them round.", minimum=-1000, maximum=1000)
        ] = 1,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.axis = axis
        self.start = start
        self.stop = stop
        self.step = step

    @classmethod
    def argument_problem(cls, params, shapes):
        if params["step"] == 0:
            return "`step` must not be 0. Received: step=0."
        positions = axis_positions(params["axis"], shapes[0])
        if isinstance(positions, str):
            return positions
        start, stop, step = params["start"], params["stop"], params["step"]
        size = shapes[0][positions[0]]
        if size is None and start is not None and stop is not None and (start < 0) == (stop < 0):
            empty = start >= stop if step > 0 else start <= stop
            where = "at any size"
        else:
            empty = size is not None and not range(*slice(start, stop, step).indices(size))
            where = f"of the {size} positions there" if size != 1 else "of the one position there"
        if empty:
            return f"It would take none {where}. Received: start={start}, stop={stop}, step={step}."
        return None

    def call(self, inputs):
        places = [slice(None)] * len(inputs.shape)
        places[self.axis] = slice(self.start, self.stop, self.step)
        return inputs[tuple(places)]
