"""Dense and the layers that change a shape."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from blockwright.layers.declaration.layer_functions import Params, fixed_rank
from blockwright.layers.declaration.settings import Initializer, OptionalActivation, UseBias
from blockwright.layers.declaration.shapes import Shape, value_count
from blockwright.layers.declaration.spec import layer
from blockwright.layers.declaration.value_kinds import ANYTHING
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Shape as ShapeParam
from blockwright.schema.signature import Start

_dense = partial(layer, category="Dense and shape")
_rearranging = partial(_dense, takes=ANYTHING, has_weights=False, rearranges=True, passes_activation=True)


def _dense_macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    numbers = value_count(shapes[0])
    return None if numbers is None else numbers * layer.units


def _dense_weights(layer: Any, shapes: Sequence[Shape]) -> tuple[Shape, int, int] | None:
    (shape,) = shapes
    if len(shape) < 2 or shape[-1] is None:
        return None
    return (*shape[:-1], layer.units), (shape[-1] + layer.use_bias) * layer.units, 0


def _reshape_rank(params: Params, rank: int | None) -> int | None:
    shape = params.get("target_shape")
    return len(shape) + 1 if isinstance(shape, list | tuple) else None


def _permute_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    dims, rank = list(params["dims"]), len(shapes[0])
    if sorted(dims) != list(range(1, rank)):
        expected = ", ".join(str(axis) for axis in range(1, rank))
        return f"`dims` must hold each of {expected} once, in the new order. Received: dims={dims}."
    return None


@_dense(mask="passes", per_step=True, macs=_dense_macs, weights=_dense_weights)
def Dense(
    units: Annotated[int, Setting("The size of the output.", minimum=1, maximum=1_000_000), Start(10)],
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    kernel_initializer: Initializer = "glorot_uniform",
) -> None:
    """Every number that comes out is a weighted sum of all that come in.

    When to use: at the end of a classifier, with one unit for each class and softmax; before that, with
    ReLU, to combine what was found.

    Input shape:
        `(batch, features)`; with more dimensions it works on the last one

    Output shape:
        `(batch, units)`
    """


@_rearranging(rank=fixed_rank(2), flattens=True, keeps_values=True)
def Flatten() -> None:
    """Writes all numbers of a feature map into one list.

    When to use: before Dense, where the place of a feature in the image matters. GlobalAveragePooling2D
    is the smaller alternative.

    Input shape:
        `(batch, height, width, channels)`, or any other

    Output shape:
        `(batch, height * width * channels)`
    """


@_rearranging(rank=_reshape_rank, keeps_values=True)
def Reshape(
    target_shape: Annotated[
        ShapeParam,
        Setting(
            "The new shape without the batch; one -1 stands for what is left.", minimum=-1, maximum=100_000
        ),
        Start((-1,)),
    ],
) -> None:
    """Writes the same numbers in another shape.

    When to use: to make an image of a list of numbers, or the other way round.

    Input shape:
        `(batch, ...)`, any shape with as many numbers as the new one

    Output shape:
        `(batch, *target_shape)`
    """


@_rearranging(mask="passes", keeps_values=True, on_any_rank=True)
def Identity() -> None:
    """Gives what it reads, unchanged.

    When to use: to give a place in the network a name, as an output or where several wires meet.
    """


@_rearranging(argument_rule=_permute_rule, example=(3, 4))
def Permute(
    dims: Annotated[
        ShapeParam,
        Setting("The dimensions in their new order, the first being 1.", minimum=1, maximum=6),
        Start((2, 1)),
    ],
) -> None:
    """Puts the dimensions of every example in another order.

    When to use: to let a layer work along another dimension, such as over channels in place of steps.

    Input shape:
        `(batch, ...)`, with as many dimensions as `dims` names

    Output shape:
        The same sizes in the new order.
    """
