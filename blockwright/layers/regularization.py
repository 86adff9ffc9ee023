"""Dropout and noise: they make a network rely on nothing in particular."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from blockwright.layers.declaration.family import family
from blockwright.layers.declaration.layer_functions import Params, same_shape
from blockwright.layers.declaration.settings import Rate, RateBelowOne
from blockwright.layers.declaration.shapes import Shape
from blockwright.layers.declaration.spec import layer
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Shape as ShapeParam
from blockwright.schema.signature import Start

_regularization = partial(layer, category="Regularization", has_weights=False, mask="passes", random=True)


def _noise_shape_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    noise, shape = params["noise_shape"], shapes[0]
    if noise is None:
        return None
    fits = len(noise) == len(shape) and all(
        size in (None, 1, input_size) for size, input_size in zip(noise, shape, strict=True)
    )
    if not fits:
        return (
            f"`noise_shape` must have {len(shape)} entries, the batch included, each null, 1 or the size of "
            f"that dimension. Received: noise_shape={list(noise)}."
        )
    return None


NoiseShape = Annotated[
    ShapeParam | None,
    Setting(
        "Dimensions of 1 are dropped together, null drops each place alone: null, 1, 1, 1 drops whole examples.",
        minimum=1,
        maximum=100_000,
        holes=True,
    ),
]


@_regularization(
    drops=True,
    passes_activation=True,
    on_any_rank=True,
    weights=same_shape,
    argument_rule=_noise_shape_rule,
)
def Dropout(rate: Rate, noise_shape: NoiseShape = None) -> None:
    """Sets a random share of the numbers to zero during training, and none when predicting.

    When to use: before or between Dense layers, when training accuracy runs ahead of validation accuracy.

    Paper: Srivastava et al. 2014, Dropout: A Simple Way to Prevent Neural Networks from Overfitting,
    Journal of Machine Learning Research 15.
    """


@family(
    category="Regularization",
    has_weights=False,
    mask="passes",
    random=True,
    drops=True,
    passes_activation=True,
    when={
        1: "after an Embedding or between convolutions of a sequence, where neighbouring steps are nearly alike.",
        2: "between convolutions, where neighbouring pixels are nearly alike and single dropped ones would be filled "
        "in.",
        3: "between convolutions of volumes, where neighbouring points are nearly alike.",
    },
    paper="Tompson et al. 2014, Efficient Object Localization Using Convolutional Networks, arXiv:1411.4280.",
)
def SpatialDropout(rate: Rate) -> None:
    """Sets a random fraction of whole channels to zero during training, and none when predicting."""


@_regularization()
def GaussianNoise(
    stddev: Annotated[
        float,
        Setting("The standard deviation of the noise.", minimum=0.0, maximum=1.0, step=0.05),
        Start(0.1),
    ],
) -> None:
    """Adds random noise during training, and none when predicting.

    When to use: after an input of numbers, so that small differences in the data do not matter.

    Paper: Bishop 1995, Training with Noise is Equivalent to Tikhonov Regularization, Neural Computation 7(1).
    """


@_regularization()
def GaussianDropout(rate: RateBelowOne) -> None:
    """Multiplies the numbers by random ones around 1 during training, and leaves them alone when predicting.

    When to use: in place of dropout, where nothing should be lost entirely.

    Paper: Srivastava et al. 2014, Dropout: A Simple Way to Prevent Neural Networks from Overfitting,
    Journal of Machine Learning Research 15.
    """


@_regularization()
def AlphaDropout(rate: RateBelowOne) -> None:
    """Drops a random share of the numbers during training in a way that keeps mean and variance.

    When to use: in networks with the activation "selu", which rely on both.

    Paper: Klambauer et al. 2017, Self-Normalizing Neural Networks, arXiv:1706.02515.
    """


@_regularization(random=False, adds_loss=True)
def ActivityRegularization(
    l1: Annotated[
        float,
        Setting(
            "How much the sum of the sizes counts; it makes many numbers zero.",
            minimum=0.0,
            maximum=1e6,
            step=0.001,
        ),
    ] = 0.0,
    l2: Annotated[
        float,
        Setting(
            "How much the sum of the squares counts; it keeps all numbers small.",
            minimum=0.0,
            maximum=1e6,
            step=0.001,
        ),
    ] = 0.0,
) -> None:
    """Passes numbers on unchanged and adds their size to the loss, so that the network keeps them small.

    When to use: in the middle of an autoencoder, so that few numbers say much.
    """
