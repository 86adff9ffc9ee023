"""Recurrent layers over pictures: they read a film picture by picture and remember pictures."""

from typing import Annotated

from blocks.base import Filters, KernelSize, Setting, Start, Strides
from blockwright.layers._settings import (
    Dilation,
    Initializer,
    OptionalActivation,
    RecurrentInitializer,
    UseBias,
    ValidPadding,
)
from blockwright.layers.recurrent import GoBackwards, InputDropout, RecurrentDropout, ReturnSequences

CATEGORIES = {"ConvLSTM2D": "Sequences"}


def ConvLSTM2D(
    filters: Filters,
    kernel_size: Annotated[KernelSize, Start(3)],
    strides: Strides = 1,
    padding: ValidPadding = "valid",
    dilation_rate: Dilation = 1,
    activation: OptionalActivation = "tanh",
    recurrent_activation: OptionalActivation = "sigmoid",
    use_bias: UseBias = True,
    unit_forget_bias: Annotated[bool, Setting("Begin by remembering: the forget gate starts open.")] = True,
    return_sequences: ReturnSequences = False,
    go_backwards: GoBackwards = False,
    dropout: InputDropout = 0.0,
    recurrent_dropout: RecurrentDropout = 0.0,
    kernel_initializer: Initializer = "glorot_uniform",
    recurrent_initializer: RecurrentInitializer = "orthogonal",
) -> None:
    """An LSTM whose products are convolutions, so that what it remembers is a picture.

    When to use: for films and other series of pictures, to say what comes next.

    Paper: Shi et al. 2015, Convolutional LSTM Network: A Machine Learning Approach for Precipitation Nowcasting,
    arXiv:1506.04214.

    Args:
        filters: How many channels the layer remembers and gives.
        kernel_size: Rows and columns that each filter looks at.
        strides: How far the window moves at each step.
        padding: "valid" does not pad, "same" pads with zeros to keep the size.
        dilation_rate: Gaps between the pixels a filter looks at.
        activation: The function applied to what is remembered and given.
        recurrent_activation: The function of the gates.
        use_bias: Whether to add learnt numbers.
        unit_forget_bias: Whether the forget gate starts open, which helps to learn long memories.
        return_sequences: Whether to give a picture for every step; needed before another such layer.
        go_backwards: Whether to read the film from its end.
        dropout: The share of the input that is dropped while training.
        recurrent_dropout: The share of what is remembered that is dropped while training.
        kernel_initializer: How the weights of the input are drawn before training.
        recurrent_initializer: How the weights of what is remembered are drawn before training.

    Input shape:
        `(batch, steps, height, width, channels)`

    Output shape:
        `(batch, new_height, new_width, filters)`, or `(batch, steps, new_height, new_width, filters)` with
        `return_sequences`
    """
