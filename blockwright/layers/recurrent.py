"""Recurrent layers: they read a sequence step by step and remember."""

from typing import Annotated

from blocks.base import Setting, Start
from blockwright.layers._settings import (
    ActivationChoice,
    Initializer,
    OptionalActivation,
    RecurrentInitializer,
    UseBias,
)

CATEGORIES = dict.fromkeys(("LSTM", "GRU", "SimpleRNN", "Bidirectional"), "Sequences")

Units = Annotated[
    int, Setting("How many numbers the layer remembers and gives.", minimum=1, maximum=4096), Start(32)
]
ReturnSequences = Annotated[bool, Setting("Give a result for every step, not only the last.")]
ReturnState = Annotated[bool, Setting('Also give what is remembered at the end, as "node/1" and so on.')]
GoBackwards = Annotated[bool, Setting("Read the sequence from its end.")]
InputDropout = Annotated[
    float,
    Setting("The share of the input that is dropped while training.", minimum=0.0, maximum=0.99, step=0.05),
]
RecurrentDropout = Annotated[
    float,
    Setting(
        "The share of what is remembered that is dropped while training; slow.",
        minimum=0.0,
        maximum=0.99,
        step=0.05,
    ),
]
ResetAfter = Annotated[
    bool, Setting("Apply the reset gate after the product, with a second bias, as fast implementations do.")
]


def LSTM(
    units: Units,
    activation: OptionalActivation = "tanh",
    recurrent_activation: OptionalActivation = "sigmoid",
    use_bias: UseBias = True,
    unit_forget_bias: Annotated[bool, Setting("Begin by remembering: the forget gate starts open.")] = True,
    return_sequences: ReturnSequences = False,
    return_state: ReturnState = False,
    go_backwards: GoBackwards = False,
    dropout: InputDropout = 0.0,
    recurrent_dropout: RecurrentDropout = 0.0,
    kernel_initializer: Initializer = "glorot_uniform",
    recurrent_initializer: RecurrentInitializer = "orthogonal",
) -> None:
    """Reads a sequence step by step, with gates that decide what to remember and what to forget.

    When to use: for texts and time series where what came long before matters. Read three nodes to begin with the
    states that another LSTM ended with, as a decoder does.

    Paper: Hochreiter and Schmidhuber 1997, Long Short-Term Memory, Neural Computation 9(8).

    Args:
        units: How many numbers the layer remembers, and so how many come out.
        activation: The function applied to what is remembered and given.
        recurrent_activation: The function of the gates.
        use_bias: Whether to add learnt numbers.
        unit_forget_bias: Whether the forget gate starts open, which helps to learn long memories.
        return_sequences: Whether to give the result of every step; needed before another recurrent layer.
        return_state: Whether to also give the two states at the end.
        go_backwards: Whether to read the sequence from its end.
        dropout: The share of the input that is dropped while training.
        recurrent_dropout: The share of what is remembered that is dropped while training.
        kernel_initializer: How the weights of the input are drawn before training.
        recurrent_initializer: How the weights of what is remembered are drawn before training.

    Input shape:
        `(batch, steps, features)`, and if given two states of `(batch, units)`

    Output shape:
        `(batch, units)`, or `(batch, steps, units)` with `return_sequences`; with `return_state` also two of
        `(batch, units)`
    """


def GRU(
    units: Units,
    activation: OptionalActivation = "tanh",
    recurrent_activation: OptionalActivation = "sigmoid",
    use_bias: UseBias = True,
    return_sequences: ReturnSequences = False,
    return_state: ReturnState = False,
    go_backwards: GoBackwards = False,
    dropout: InputDropout = 0.0,
    recurrent_dropout: RecurrentDropout = 0.0,
    reset_after: ResetAfter = True,
    kernel_initializer: Initializer = "glorot_uniform",
    recurrent_initializer: RecurrentInitializer = "orthogonal",
) -> None:
    """Reads a sequence step by step with two gates, a lighter relative of LSTM.

    When to use: where LSTM would do: it has a quarter fewer parameters and often serves as well. Read two nodes to
    begin with the state that another GRU ended with.

    Paper: Cho et al. 2014, Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine
    Translation, arXiv:1406.1078.

    Args:
        units: How many numbers the layer remembers, and so how many come out.
        activation: The function applied to what is remembered.
        recurrent_activation: The function of the gates.
        use_bias: Whether to add learnt numbers.
        return_sequences: Whether to give the result of every step; needed before another recurrent layer.
        return_state: Whether to also give the state at the end.
        go_backwards: Whether to read the sequence from its end.
        dropout: The share of the input that is dropped while training.
        recurrent_dropout: The share of what is remembered that is dropped while training.
        reset_after: Whether the reset gate is applied after the product with the recurrent weights.
        kernel_initializer: How the weights of the input are drawn before training.
        recurrent_initializer: How the weights of what is remembered are drawn before training.

    Input shape:
        `(batch, steps, features)`, and if given a state of `(batch, units)`

    Output shape:
        `(batch, units)`, or `(batch, steps, units)` with `return_sequences`; with `return_state` also one of
        `(batch, units)`
    """


def SimpleRNN(
    units: Units,
    activation: OptionalActivation = "tanh",
    use_bias: UseBias = True,
    return_sequences: ReturnSequences = False,
    return_state: ReturnState = False,
    go_backwards: GoBackwards = False,
    dropout: InputDropout = 0.0,
    recurrent_dropout: RecurrentDropout = 0.0,
    kernel_initializer: Initializer = "glorot_uniform",
    recurrent_initializer: RecurrentInitializer = "orthogonal",
) -> None:
    """Reads a sequence step by step, each result made of the step and of the result before.

    When to use: to see how recurrent networks work, or for short sequences; LSTM and GRU remember longer.

    Paper: Elman 1990, Finding Structure in Time, Cognitive Science 14(2).

    Args:
        units: How many numbers the layer remembers, and so how many come out.
        activation: The function applied to the result of each step.
        use_bias: Whether to add learnt numbers.
        return_sequences: Whether to give the result of every step; needed before another recurrent layer.
        return_state: Whether to also give the state at the end.
        go_backwards: Whether to read the sequence from its end.
        dropout: The share of the input that is dropped while training.
        recurrent_dropout: The share of what is remembered that is dropped while training.
        kernel_initializer: How the weights of the input are drawn before training.
        recurrent_initializer: How the weights of what is remembered are drawn before training.

    Input shape:
        `(batch, steps, features)`, and if given a state of `(batch, units)`

    Output shape:
        `(batch, units)`, or `(batch, steps, units)` with `return_sequences`; with `return_state` also one of
        `(batch, units)`
    """


def Bidirectional(
    units: Units,
    layer: Annotated[
        str, Setting("Which layer reads in both directions.", choices=("LSTM", "GRU", "SimpleRNN"))
    ] = "LSTM",
    merge_mode: Annotated[
        str,
        Setting(
            "How the two results become one; concat gives twice the units.",
            choices=("concat", "sum", "mul", "ave"),
        ),
    ] = "concat",
    activation: OptionalActivation = "tanh",
    recurrent_activation: ActivationChoice = "sigmoid",
    use_bias: UseBias = True,
    unit_forget_bias: Annotated[bool, Setting("Begin by remembering; for LSTM only.")] = True,
    return_sequences: ReturnSequences = False,
    return_state: ReturnState = False,
    dropout: InputDropout = 0.0,
    recurrent_dropout: RecurrentDropout = 0.0,
    reset_after: ResetAfter = True,
    kernel_initializer: Initializer = "glorot_uniform",
    recurrent_initializer: RecurrentInitializer = "orthogonal",
) -> None:
    """Reads a sequence forwards and backwards with two layers of one kind, and joins what they give.

    When to use: where the whole sequence is there from the start, as with texts: a word is then understood from
    what follows, too. Not for forecasts.

    Paper: Schuster and Paliwal 1997, Bidirectional Recurrent Neural Networks, IEEE Transactions on Signal
    Processing 45(11).

    Args:
        units: How many numbers each of the two layers remembers.
        layer: Which layer reads: LSTM, GRU or SimpleRNN.
        merge_mode: How the two results become one.
        activation: The function applied to what is remembered and given.
        recurrent_activation: The function of the gates; SimpleRNN has none.
        use_bias: Whether to add learnt numbers.
        unit_forget_bias: Whether the forget gate of an LSTM starts open.
        return_sequences: Whether to give the result of every step; needed before another recurrent layer.
        return_state: Whether to also give the states at the end, first those of the forward layer.
        dropout: The share of the input that is dropped while training.
        recurrent_dropout: The share of what is remembered that is dropped while training.
        reset_after: Whether the reset gate of a GRU is applied after the product.
        kernel_initializer: How the weights of the input are drawn before training.
        recurrent_initializer: How the weights of what is remembered are drawn before training.

    Input shape:
        `(batch, steps, features)`

    Output shape:
        `(batch, 2 * units)`, or `(batch, steps, 2 * units)` with `return_sequences`; `units` in place of
        `2 * units` unless `merge_mode` is "concat"; with `return_state` also the states of `(batch, units)`
    """
