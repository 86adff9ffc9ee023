"""Recurrent layers: they read a sequence step by step and remember."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Annotated, Any

from blockwright.layers.declaration.settings import (
    GateActivation,
    Initializer,
    RecurrentInitializer,
    RequiredGateActivation,
    StepActivation,
    UseBias,
)
from blockwright.layers.declaration.shapes import Shape, known_sizes, points_in
from blockwright.layers.declaration.spec import ArgumentRule, LayerSpec, Macs, Params, layer
from blockwright.layers.declaration.windows import UNKNOWN_CHANNELS, ValidPadding, strides_rule, window_rule
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Filters, KernelSize, Size, Start, Strides


def _steps_rank(params: Params, rank: int | None) -> int:
    return 3 if params.get("return_sequences") else 2


def _films_rank(params: Params, rank: int | None) -> int:
    return 5 if params.get("return_sequences") else 4


_recurrent = partial(
    layer,
    category="Sequences",
    call="states",
    reads="sequence",
    rank=_steps_rank,
    mask="steps",
    uses_mask=True,
    ignored=("unroll", "use_cudnn"),
)


_STATES = {"LSTM": 2, "GRU": 1, "SimpleRNN": 1}
_GATES = {"LSTM": 4, "GRU": 3, "SimpleRNN": 1}


def _one_direction(name: str, **facts: Any) -> Callable[[Callable[..., None]], LayerSpec]:
    states = _STATES[name]
    return _recurrent(
        inputs=(1, 1 + states),
        states=lambda params: states,
        macs=_gates_macs(_GATES[name]),
        argument_rule=_states_rule(lambda params: states),
        **facts,
    )


def _both_states(params: Params) -> int:
    return 2 * _STATES[params["layer"]]


def _states_rule(states: Callable[[Params], int]) -> ArgumentRule:
    def rule(params: Params, shapes: Sequence[Shape]) -> str | None:
        units, count = params["units"], states(params)
        if len(shapes) not in (1, 1 + count):
            return f"It begins with {count} states: connect a sequence and all of them, or the sequence only."
        for shape in shapes[1:]:
            if shape != (None, units):
                return f"A state that it begins with must be {units:,} numbers, as many as it has units."
        if shapes[0][-1] is None:
            return "It has weights for each feature, so their number must be known."
        return None

    return rule


def _films_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    *sizes, channels = shapes[0][2:]
    if channels is None:
        return UNKNOWN_CHANNELS
    if None in sizes:
        return "It remembers pictures, so their height and width must be known."
    return strides_rule(params, len(sizes)) or window_rule(params, [(None, *sizes, channels)])


def _gates_macs(gates: int) -> Macs:
    """For each step and gate the products of the input and of the state with their weights.

    An LSTM has four such products (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000), a GRU
    three (Cho et al. 2014, arXiv:1406.1078), a simple recurrent layer one.
    """

    def macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
        sizes = known_sizes(*shapes[0][1:])
        if sizes is None:
            return None
        steps, features = sizes
        return gates * steps * layer.units * (features + layer.units)

    return macs


def _both_macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    inner = layer.forward_layer
    once = _gates_macs(_GATES[type(inner).__name__])(inner, shapes, result)
    return None if once is None else 2 * once


def _films_macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    """Four convolutions of the input and of the state, at every step (Shi et al. 2015, arXiv:1506.04214)."""
    sizes = known_sizes(shapes[0][1], shapes[0][-1], points_in((None, *result[-3:])))
    if sizes is None:
        return None
    steps, channels, points = sizes
    kernel = layer.kernel_size[0] * layer.kernel_size[1]
    return 4 * steps * points * kernel * (channels + layer.filters) * layer.filters


Units = Annotated[
    int, Setting("How many numbers the layer remembers and gives.", minimum=1, maximum=4096), Start(32)
]
ReturnSequences = Annotated[
    bool, Setting("Give a result for every step, not only the last; needed before another recurrent layer.")
]
ReturnState = Annotated[bool, Setting('Also give what is remembered at the end, as "node/1" and so on.')]
GoBackwards = Annotated[bool, Setting("Read the sequence from its end.")]
InputDropout = Annotated[
    float,
    Setting("The share of the input that is dropped during training.", minimum=0.0, maximum=0.99, step=0.05),
]
RecurrentDropout = Annotated[
    float,
    Setting(
        "The share of what is remembered that is dropped during training; slow.",
        minimum=0.0,
        maximum=0.99,
        step=0.05,
    ),
]
Dilation = Annotated[
    Size,
    Setting(
        "Gaps between the pixels that a filter looks at; above 1 only with strides of 1.",
        minimum=1,
        maximum=32,
    ),
]
ResetAfter = Annotated[
    bool, Setting("Apply the reset gate after the product, with a second bias, as fast implementations do.")
]


@_one_direction("LSTM", title="LSTM")
def LSTM(
    units: Units,
    activation: StepActivation = "tanh",
    recurrent_activation: GateActivation = "sigmoid",
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

    Input shape:
        `(batch, steps, features)`, and if given two states of `(batch, units)`

    Output shape:
        `(batch, units)`, or `(batch, steps, units)` with `return_sequences`; with `return_state` also two of
        `(batch, units)`
    """


@_one_direction("GRU", title="GRU", keras_2={"reset_after": False})
def GRU(
    units: Units,
    activation: StepActivation = "tanh",
    recurrent_activation: GateActivation = "sigmoid",
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

    Input shape:
        `(batch, steps, features)`, and if given a state of `(batch, units)`

    Output shape:
        `(batch, units)`, or `(batch, steps, units)` with `return_sequences`; with `return_state` also one of
        `(batch, units)`
    """


@_one_direction("SimpleRNN", title="Simple recurrent layer")
def SimpleRNN(
    units: Units,
    activation: StepActivation = "tanh",
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

    Input shape:
        `(batch, steps, features)`, and if given a state of `(batch, units)`

    Output shape:
        `(batch, units)`, or `(batch, steps, units)` with `return_sequences`; with `return_state` also one of
        `(batch, units)`
    """


@_recurrent(inputs=(1, 5), states=_both_states, macs=_both_macs, argument_rule=_states_rule(_both_states))
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
    activation: StepActivation = "tanh",
    recurrent_activation: RequiredGateActivation = "sigmoid",
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
    """Reads a sequence forwards and backwards with two layers of one kind, and merges their outputs.

    When to use: where the whole sequence is there from the start, as with texts: a word is then understood from
    what follows, too. Not for forecasts.

    Paper: Schuster and Paliwal 1997, Bidirectional Recurrent Neural Networks, IEEE Transactions on Signal
    Processing 45(11).

    Input shape:
        `(batch, steps, features)`

    Output shape:
        `(batch, 2 * units)`, or `(batch, steps, 2 * units)` with `return_sequences`; `units` in place of
        `2 * units` unless `merge_mode` is "concat"; with `return_state` also the states of `(batch, units)`
    """


@layer(
    category="Sequences",
    title="Convolutional LSTM",
    reads="film",
    rank=_films_rank,
    mask="steps",
    uses_mask=True,
    macs=_films_macs,
    argument_rule=_films_rule,
    ignored=("unroll",),
)
def ConvLSTM2D(
    filters: Filters,
    kernel_size: Annotated[KernelSize, Start(3)],
    strides: Strides = 1,
    padding: ValidPadding = "valid",
    dilation_rate: Dilation = 1,
    activation: StepActivation = "tanh",
    recurrent_activation: GateActivation = "sigmoid",
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

    Output shape:
        `(batch, new_height, new_width, filters)`, or `(batch, steps, new_height, new_width, filters)` with
        `return_sequences`
    """
