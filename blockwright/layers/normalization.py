"""Normalizations: they keep the numbers inside a network at one size, so that it learns faster."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from blockwright.layers.declaration.axes import axis_positions, axis_rule, known_axis_rule
from blockwright.layers.declaration.layer_functions import Params, no_products
from blockwright.layers.declaration.settings import Axis, Center, Epsilon, Scale
from blockwright.layers.declaration.shapes import Shape
from blockwright.layers.declaration.spec import layer
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Momentum

_normalization = partial(layer, category="Normalization")


def _batch_weights(layer: Any, shapes: Sequence[Shape]) -> tuple[Shape, int, int] | None:
    channels = shapes[0][-1]
    if layer.axis != -1 or channels is None or len(shapes[0]) < 2:
        return None
    return shapes[0], channels * (layer.center + layer.scale), 2 * channels


def _last_axes_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    """Keras multiplies by the scale without moving it to its axis, which fits only at the end."""
    wrong = known_axis_rule(params, shapes)
    if wrong is not None:
        return wrong
    positions, rank = axis_positions(params["axis"], shapes[0]), len(shapes[0])
    if list(positions) != list(range(rank - len(positions), rank)):
        return f"`axis` must name the last dimension, or the last few. Received: axis={params['axis']}."
    return None


def _groups_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    groups, channels = params["groups"], shapes[0][-1]
    if groups == 0:
        return "`groups` must be at least 1, or -1 for a group for each channel. Received: groups=0."
    if channels is None:
        return "It has a weight for each channel, so their number must be known."
    if groups > 0 and channels % groups:
        return f"`groups` must divide the {channels:,} channels that it is given. Received: groups={groups}."
    return None


@_normalization(
    mask="passes",
    uses_mask=True,
    on_any_rank=True,
    weights=_batch_weights,
    batch_statistics=True,
    ignored=("synchronized",),
    other_defaults={"momentum": 0.9},
)
def BatchNormalization(
    momentum: Momentum = 0.9,
    epsilon: Epsilon = 0.001,
    center: Center = True,
    scale: Scale = True,
) -> None:
    """Brings every channel to mean 0 and variance 1 over the batch, then scales and shifts it as learned.

    When to use: after a convolution and before its activation. Networks train faster and take larger
    learning rates.

    Paper: Ioffe and Szegedy 2015, Batch Normalization: Accelerating Deep Network Training by Reducing
    Internal Covariate Shift, arXiv:1502.03167.

    Input shape:
        `(batch, ..., channels)`, any
    """


@_normalization(mask="passes", per_step=True, macs=no_products, argument_rule=known_axis_rule)
def LayerNormalization(
    axis: Axis = -1, epsilon: Epsilon = 0.001, center: Center = True, scale: Scale = True
) -> None:
    """Brings the channels of every example to mean 0 and variance 1, then scales and shifts them as learned.

    When to use: where batches are small, or examples should not depend on their batch.

    Paper: Ba, Kiros and Hinton 2016, Layer Normalization, arXiv:1607.06450.

    Input shape:
        `(batch, ..., channels)`, any
    """


@_normalization(mask="passes", argument_rule=_groups_rule)
def GroupNormalization(
    groups: Annotated[
        int,
        Setting(
            "Into how many parts the channels are split, must divide them; -1 gives each channel a part of its own.",
            minimum=-1,
            maximum=4096,
        ),
    ] = 32,
    epsilon: Epsilon = 0.001,
    center: Center = True,
    scale: Scale = True,
) -> None:
    """Brings groups of channels of every example to mean 0 and variance 1, then scales and shifts them as learned.

    When to use: in place of batch normalization where batches are small, as with large pictures.

    Paper: Wu and He 2018, Group Normalization, arXiv:1803.08494.

    Input shape:
        `(batch, ..., channels)`, any
    """


@_normalization(title="RMS normalization", macs=no_products, argument_rule=_last_axes_rule)
def RMSNormalization(axis: Axis = -1, epsilon: Epsilon = 1e-6) -> None:
    """Divides the channels of every example by their root mean square, then scales them as learned.

    When to use: in place of layer normalization in transformers: as good, and cheaper.

    Paper: Zhang and Sennrich 2019, Root Mean Square Layer Normalization, arXiv:1910.07467.

    Input shape:
        `(batch, ..., channels)`, any
    """


@_normalization(mask="passes", has_weights=False, argument_rule=axis_rule)
def UnitNormalization(axis: Axis = -1) -> None:
    """Brings the channels of every example to length 1.

    When to use: before comparing things by their direction, as with embeddings of pictures or texts.

    Input shape:
        `(batch, ..., channels)`, any
    """
