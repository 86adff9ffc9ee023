"""Dense, the layers that change a shape, activations and normalizations."""

from typing import Annotated

from blocks.base import Momentum, Setting, Shape, Start
from blockwright.modeling.layers._settings import (
    ActivationName,
    Center,
    Epsilon,
    Initializer,
    OptionalActivation,
    Scale,
    UseBias,
)

CATEGORIES = {
    "Dense": "Dense and shape",
    "Flatten": "Dense and shape",
    "Reshape": "Dense and shape",
    "Activation": "Activation",
    "ReLU": "Activation",
    "BatchNormalization": "Normalization",
    "LayerNormalization": "Normalization",
}


def Dense(
    units: Annotated[int, Setting("How many numbers come out.", minimum=1, maximum=1_000_000), Start(10)],
    activation: OptionalActivation = None,
    use_bias: UseBias = True,
    kernel_initializer: Initializer = "glorot_uniform",
) -> None:
    """Every number that comes out is a weighted sum of all that come in.

    When to use: at the end of a classifier, with one unit for each class and softmax; before that, with
    ReLU, to combine what was found.

    Args:
        units: How many numbers come out.
        activation: The function applied to the result, or null for none.
        use_bias: Whether to add a learnt number to every unit.
        kernel_initializer: How the weights are drawn before training.

    Input shape:
        `(batch, features)`; with more dimensions it works on the last one

    Output shape:
        `(batch, units)`
    """


def Flatten() -> None:
    """Writes all numbers of a feature map into one list.

    When to use: before Dense, where the place of a feature in the image matters. GlobalAveragePooling2D
    is the smaller alternative.

    Args:
        None.

    Input shape:
        `(batch, height, width, channels)`, or any other

    Output shape:
        `(batch, height * width * channels)`
    """


def Reshape(
    target_shape: Annotated[
        Shape,
        Setting(
            "The new shape without the batch; one -1 stands for what is left.", minimum=-1, maximum=100_000
        ),
        Start((-1,)),
    ],
) -> None:
    """Writes the same numbers in another shape.

    When to use: to make an image of a list of numbers, or the other way round.

    Args:
        target_shape: The new shape without the batch; one -1 stands for what is left.

    Input shape:
        `(batch, ...)`, any shape with as many numbers as the new one

    Output shape:
        `(batch, *target_shape)`
    """


def Activation(activation: ActivationName) -> None:
    """Applies a function to every number.

    When to use: after a layer without an activation of its own, such as batch normalization.

    Args:
        activation: The function's name in Keras.

    Input shape:
        `(batch, ...)`, any

    Output shape:
        The shape of the input.
    """


def ReLU(
    max_value: Annotated[
        float | None, Setting("The largest number that passes; empty for no limit.", minimum=0.0, maximum=1e6)
    ] = None,
    negative_slope: Annotated[
        float,
        Setting(
            "What is left of negative numbers: 0.1 makes it leaky.", minimum=0.0, maximum=10.0, step=0.01
        ),
    ] = 0.0,
    threshold: Annotated[
        float, Setting("Numbers up to this one count as negative.", minimum=0.0, maximum=1e6)
    ] = 0.0,
) -> None:
    """Lets positive numbers pass and makes negative ones zero.

    When to use: between layers with weights; without something like it, stacked layers are no more than one.

    Paper: Nair and Hinton 2010, Rectified Linear Units Improve Restricted Boltzmann Machines, ICML.

    Args:
        max_value: The largest number that passes, or null for no limit.
        negative_slope: What negative numbers are multiplied by, in place of becoming zero.
        threshold: Numbers up to this one count as negative.

    Input shape:
        `(batch, ...)`, any

    Output shape:
        The shape of the input.
    """


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


def LayerNormalization(epsilon: Epsilon = 0.001, center: Center = True, scale: Scale = True) -> None:
    """Brings the channels of every example to mean 0 and variance 1, then scales and shifts them as learnt.

    When to use: where batches are small, or examples should not depend on their batch.

    Paper: Ba, Kiros and Hinton 2016, Layer Normalization, arXiv:1607.06450.

    Args:
        epsilon: A small number that keeps the division safe.
        center: Whether to learn a number to add to every channel.
        scale: Whether to learn a number to multiply every channel by.

    Input shape:
        `(batch, ..., channels)`, any

    Output shape:
        The shape of the input.
    """
