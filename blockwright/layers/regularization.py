"""Dropout and noise: they make a network rely on nothing in particular."""

from typing import Annotated

from blocks.base import Setting, Shape, Start
from blockwright.layers._settings import Rate, RateBelowOne

CATEGORIES = dict.fromkeys(
    (
        "Dropout",
        "SpatialDropout1D",
        "SpatialDropout2D",
        "SpatialDropout3D",
        "GaussianNoise",
        "GaussianDropout",
        "AlphaDropout",
        "ActivityRegularization",
    ),
    "Regularization",
)

NoiseShape = Annotated[
    Shape | None,
    Setting(
        "Dimensions of 1 are dropped together, null drops each place alone: null, 1, 1, 1 drops whole examples.",
        minimum=1,
        maximum=100_000,
        holes=True,
    ),
]


def Dropout(rate: Rate, noise_shape: NoiseShape = None) -> None:
    """Sets a random share of the numbers to zero while training, and none when predicting.

    When to use: before or between Dense layers, when training accuracy runs ahead of validation accuracy.

    Paper: Srivastava et al. 2014, Dropout: A Simple Way to Prevent Neural Networks from Overfitting,
    Journal of Machine Learning Research 15.

    Args:
        rate: The share that is dropped, from 0 to 1.
        noise_shape: Which places are dropped together, the batch included: 1 for a dimension that is dropped as
            one; or null, where every number is dropped alone.

    Input shape:
        `(batch, ...)`, any

    Output shape:
        The shape of the input.
    """


def SpatialDropout2D(rate: Rate) -> None:
    """Sets a random share of whole channels to zero while training, and none when predicting.

    When to use: between convolutions, where neighbouring pixels say nearly the same and single dropped
    ones would be filled in.

    Paper: Tompson et al. 2014, Efficient Object Localization Using Convolutional Networks, arXiv:1411.4280.

    Args:
        rate: The share of channels that is dropped, from 0 to 1.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        The shape of the input.
    """


def SpatialDropout1D(rate: Rate) -> None:
    """Sets a random share of whole channels to zero while training, and none when predicting.

    When to use: after an Embedding or between convolutions of a sequence, where neighbouring steps say nearly
    the same.

    Paper: Tompson et al. 2014, Efficient Object Localization Using Convolutional Networks, arXiv:1411.4280.

    Args:
        rate: The share of channels that is dropped, from 0 to 1.

    Input shape:
        `(batch, steps, channels)`

    Output shape:
        The shape of the input.
    """


def SpatialDropout3D(rate: Rate) -> None:
    """Sets a random share of whole channels to zero while training, and none when predicting.

    When to use: between convolutions of volumes, where neighbouring points say nearly the same.

    Paper: Tompson et al. 2014, Efficient Object Localization Using Convolutional Networks, arXiv:1411.4280.

    Args:
        rate: The share of channels that is dropped, from 0 to 1.

    Input shape:
        `(batch, depth, height, width, channels)`

    Output shape:
        The shape of the input.
    """


def GaussianNoise(
    stddev: Annotated[
        float, Setting("How strong the noise is.", minimum=0.0, maximum=1.0, step=0.05), Start(0.1)
    ],
) -> None:
    """Adds random noise while training, and none when predicting.

    When to use: after an input of numbers, so that small differences in the data do not matter.

    Paper: Bishop 1995, Training with Noise is Equivalent to Tikhonov Regularization, Neural Computation 7(1).

    Args:
        stddev: The standard deviation of the noise.

    Input shape:
        `(batch, ...)`, any

    Output shape:
        The shape of the input.
    """


def GaussianDropout(rate: RateBelowOne) -> None:
    """Multiplies the numbers by random ones around 1 while training, and leaves them alone when predicting.

    When to use: in place of dropout, where nothing should be lost entirely.

    Paper: Srivastava et al. 2014, Dropout: A Simple Way to Prevent Neural Networks from Overfitting,
    Journal of Machine Learning Research 15.

    Args:
        rate: As strong as dropout of this share.

    Input shape:
        `(batch, ...)`, any

    Output shape:
        The shape of the input.
    """


def AlphaDropout(rate: RateBelowOne) -> None:
    """Drops a random share of the numbers while training in a way that keeps mean and variance.

    When to use: in networks with the activation "selu", which rely on both.

    Paper: Klambauer et al. 2017, Self-Normalizing Neural Networks, arXiv:1706.02515.

    Args:
        rate: The share that is dropped, from 0 to 1.

    Input shape:
        `(batch, ...)`, any

    Output shape:
        The shape of the input.
    """


def ActivityRegularization(
    l1: Annotated[float, Setting("Weight of the sum of sizes.", minimum=0.0, maximum=1e6, step=0.001)] = 0.0,
    l2: Annotated[
        float, Setting("Weight of the sum of squares.", minimum=0.0, maximum=1e6, step=0.001)
    ] = 0.0,
) -> None:
    """Passes numbers on unchanged and adds their size to the loss, so that the network keeps them small.

    When to use: in the middle of an autoencoder, so that few numbers say much.

    Args:
        l1: How much the sum of the sizes counts; it makes many numbers zero.
        l2: How much the sum of the squares counts; it keeps all numbers small.

    Input shape:
        `(batch, ...)`, any

    Output shape:
        The shape of the input.
    """
