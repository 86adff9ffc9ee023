"""Dropout."""

from blockwright.modeling.layers._settings import Rate

CATEGORIES = dict.fromkeys(("Dropout", "SpatialDropout2D"), "Regularization")


def Dropout(rate: Rate) -> None:
    """Sets a random share of the numbers to zero while training, and none when predicting.

    When to use: before or between Dense layers, when training accuracy runs ahead of validation accuracy.

    Paper: Srivastava et al. 2014, Dropout: A Simple Way to Prevent Neural Networks from Overfitting,
    Journal of Machine Learning Research 15.

    Args:
        rate: The share that is dropped, from 0 to 1.

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
