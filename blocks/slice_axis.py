"""A slice along one axis."""

from typing import Annotated

from blocks.base import Block, Setting
from blockwright.layers.declaration.axes import axis_positions


class SliceAxis(Block):
    """Takes a slice along one axis, like `x[:, 2:8]`.

    When to use: to split channels between branches, to crop a sequence, or to take every second step.

    Args:
        axis: The axis; 0 is the batch, -1 the last axis.
        start: First index, from 0; negative values count from the end, None is the beginning.
        stop: First index after the slice; None is the end.
        step: Step of the slice; -1 reverses the order.

    Input shape:
        `(batch, ..., size, ...)`

    Output shape:
        `(batch, ..., length, ...)`
    """

    category = "Array operations"
    keeps_rank = True

    def __init__(
        self,
        axis: Annotated[
            int, Setting("The axis; 0 is the batch, -1 the last axis.", minimum=-5, maximum=5)
        ] = 1,
        start: Annotated[
            int | None,
            Setting(
                "First index, from 0; negative values count from the end.", minimum=-100_000, maximum=100_000
            ),
        ] = None,
        stop: Annotated[
            int | None,
            Setting(
                "First index after the slice; leave empty for the end.", minimum=-100_000, maximum=100_000
            ),
        ] = None,
        step: Annotated[
            int, Setting("Step of the slice; -1 reverses the order.", minimum=-1000, maximum=1000)
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
        slices = [slice(None)] * len(inputs.shape)
        slices[self.axis] = slice(self.start, self.stop, self.step)
        return inputs[tuple(slices)]
