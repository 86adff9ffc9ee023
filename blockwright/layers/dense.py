"""Dense and the layers that change a shape."""

from typing import Annotated

from blocks.base import Setting, Shape, Start
from blockwright.layers._settings import Initializer, OptionalActivation, UseBias

CATEGORIES = dict.fromkeys(("Dense", "Flatten", "Reshape", "Identity"), "Dense and shape")


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


def Identity() -> None:
    """Gives what it reads, unchanged.

    When to use: to give a place in the network a name, as an output or where several wires meet.

    Args:
        None.

    Input shape:
        `(batch, ...)`, any

    Output shape:
        The shape of the input.
    """
