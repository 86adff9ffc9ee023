"""A part of what comes in, along one dimension."""

from typing import Annotated

from blocks.base import Block, Setting


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

    def call(self, inputs):
        places = [slice(None)] * len(inputs.shape)
        places[self.axis] = slice(self.start, self.stop, self.step)
        return inputs[tuple(places)]
