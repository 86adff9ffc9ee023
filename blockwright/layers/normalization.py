"""Normalizations: they keep the numbers inside a network at one size, so that it learns faster."""

from typing import Annotated

from blocks.base import Momentum, Setting
from blockwright.layers._settings import Axis, Center, Epsilon, Scale

CATEGORIES = dict.fromkeys(
    (
        "BatchNormalization",
        "LayerNormalization",
        "GroupNormalization",
        "RMSNormalization",
        "UnitNormalization",
    ),
    "Normalization",
)


def BatchNormalization(
    momentum: Momentum = 0.9,
    epsilon: Epsilon = 0.001,
    center: Center = True,
    scale: Scale = True,
) -> None:
    """Brings every channel to mean 0 and variance 1 over the batch, then scales and shifts it as learnt.

    When to use: after a convolution and before its activation. Networks train faster and take larger
    learning rates.

    Paper: Ioffe and Szegedy 2015, Batch Normalization: Accelerating Deep Network Training by Reducing
    Internal Covariate Shift, arXiv:1502.03167.

    Args:
        momentum: How slowly the running averages, which stand in for the batch when predicting, follow. It
            is 0.9 here and 0.99 in Keras: in a short run 0.99 leaves them far behind, and validation at chance.
        epsilon: A small number that keeps the division safe.
        center: Whether to learn a number to add to every channel.
        scale: Whether to learn a number to multiply every channel by.

    Input shape:
        `(batch, ..., channels)`, any

    Output shape:
        The shape of the input.
    """


def LayerNormalization(
    axis: Axis = -1, epsilon: Epsilon = 0.001, center: Center = True, scale: Scale = True
) -> None:
    """Brings the channels of every example to mean 0 and variance 1, then scales and shifts them as learnt.

    When to use: where batches are small, or examples should not depend on their batch.

    Paper: Ba, Kiros and Hinton 2016, Layer Normalization, arXiv:1607.06450.

    Args:
        axis: Over which dimension mean and variance are taken; a list takes several together.
        epsilon: A small number that keeps the division safe.
        center: Whether to learn a number to add to every channel.
        scale: Whether to learn a number to multiply every channel by.

    Input shape:
        `(batch, ..., channels)`, any

    Output shape:
        The shape of the input.
    """


def GroupNormalization(
    groups: Annotated[
        int,
        Setting(
            "Into how many parts the channels are split; -1 gives each channel a part of its own.",
            minimum=-1,
            maximum=4096,
        ),
    ] = 32,
    epsilon: Epsilon = 0.001,
    center: Center = True,
    scale: Scale = True,
) -> None:
    """Brings groups of channels of every example to mean 0 and variance 1, then scales and shifts them as learnt.

    When to use: in place of batch normalization where batches are small, as with large pictures.

    Paper: Wu and He 2018, Group Normalization, arXiv:1803.08494.

    Args:
        groups: Into how many parts the channels are split; must divide them. -1 makes it instance normalization.
        epsilon: A small number that keeps the division safe.
        center: Whether to learn a number to add to every channel.
        scale: Whether to learn a number to multiply every channel by.

    Input shape:
        `(batch, ..., channels)`, any

    Output shape:
        The shape of the input.
    """


def RMSNormalization(axis: Axis = -1, epsilon: Epsilon = 1e-6) -> None:
    """Divides the channels of every example by their root mean square, then scales them as learnt.

    When to use: in place of layer normalization in transformers: as good, and cheaper.

    Paper: Zhang and Sennrich 2019, Root Mean Square Layer Normalization, arXiv:1910.07467.

    Args:
        axis: Along which dimension the mean is taken.
        epsilon: A small number that keeps the division safe.

    Input shape:
        `(batch, ..., channels)`, any

    Output shape:
        The shape of the input.
    """


def UnitNormalization(axis: Axis = -1) -> None:
    """Brings the channels of every example to length 1.

    When to use: before comparing things by their direction, as with embeddings of pictures or texts.

    Args:
        axis: Along which dimension the length is taken.

    Input shape:
        `(batch, ..., channels)`, any

    Output shape:
        The shape of the input.
    """
