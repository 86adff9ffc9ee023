"""Recurrent layers: they read a sequence step by step and remember."""

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any

from blockwright.layers.declaration.recurrence import (
    GATES,
    STATES,
    both_macs,
    both_states,
    films_macs,
    films_rank,
    films_rule,
    gates_macs,
    states_rule,
    steps_rank,
)
from blockwright.layers.declaration.settings import (
    GateActivation,
    Initializer,
    RecurrentInitializer,
    RequiredGateActivation,
    StepActivation,
    UseBias,
)
from blockwright.layers.declaration.spec import LayerSpec, layer
from blockwright.layers.declaration.windows import ValidPadding
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Filters, KernelSize, Size, Start, Strides

_recurrent = partial(
    layer,
    category="Sequences",
    call="states",
    reads="sequence",
    rank=steps_rank,
    mask="steps",
    uses_mask=True,
    ignored=("unroll", "use_cudnn"),
)


def _one_direction(name: str, **facts: Any) -> Callable[[Callable[..., None]], LayerSpec]:
    states = STATES[name]
    return _recurrent(
        inputs=(1, 1 + states),
        states=lambda params: states,
        macs=gates_macs(GATES[name]),
        argument_rule=states_rule(lambda params: states),
        **facts,
    )


Units = Annotated[
    int, Setting("The size of the state and of the output.", minimum=1, maximum=4096), Start(32)
]
ReturnSequences = Annotated[
    bool, Setting("Output every step, not only the last; needed before another recurrent layer.")
]
ReturnState = Annotated[bool, Setting('Also output the last states, as "node/1" and so on.')]
GoBackwards = Annotated[bool, Setting("Read the sequence from its end.")]
InputDropout = Annotated[
    float,
    Setting("The share of the input that is dropped during training.", minimum=0.0, maximum=0.99, step=0.05),
]
RecurrentDropout = Annotated[
    float,
    Setting(
        "The share of the state that is dropped during training; slow.",
        minimum=0.0,
        maximum=0.99,
        step=0.05,
    ),
]
Dilation = Annotated[
    Size,
    Setting(
        "The spacing between the pixels under a filter; above 1 only with strides of 1.",
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
    unit_forget_bias: Annotated[
        bool, Setting("Initialize the bias of the forget gate to 1, so that it starts open.")
    ] = True,
    return_sequences: ReturnSequences = False,
    return_state: ReturnState = False,
    go_backwards: GoBackwards = False,
    dropout: InputDropout = 0.0,
    recurrent_dropout: RecurrentDropout = 0.0,
    kernel_initializer: Initializer = "glorot_uniform",
    recurrent_initializer: RecurrentInitializer = "orthogonal",
) -> None:
    """Reads a sequence step by step, with gates that decide what to remember and what to forget.

    When to use: for texts and time series with long-range dependencies. Connect three inputs to start from the last
    states of another LSTM, as a decoder does.

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
    """Reads a sequence step by step with two gates, a lighter variant of LSTM.

    When to use: in place of LSTM: it has a quarter fewer parameters and is often as accurate. Connect two inputs to
    start from the last state of another GRU.

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
    """Reads a sequence step by step; each output depends on the step and on the previous output.

    When to use: to see how recurrent networks work, or for short sequences; LSTM and GRU remember longer.

    Paper: Elman 1990, Finding Structure in Time, Cognitive Science 14(2).

    Input shape:
        `(batch, steps, features)`, and if given a state of `(batch, units)`

    Output shape:
        `(batch, units)`, or `(batch, steps, units)` with `return_sequences`; with `return_state` also one of
        `(batch, units)`
    """


@_recurrent(
    inputs=(1, 5), states=both_states, macs=both_macs, argument_rule=states_rule(both_states), wraps="layer"
)
def Bidirectional(
    units: Units,
    layer: Annotated[
        str, Setting("Which layer reads in both directions.", choices=("LSTM", "GRU", "SimpleRNN"))
    ] = "LSTM",
    merge_mode: Annotated[
        str,
        Setting(
            "How the two outputs are merged; concat gives twice the units.",
            choices=("concat", "sum", "mul", "ave"),
        ),
    ] = "concat",
    activation: StepActivation = "tanh",
    recurrent_activation: RequiredGateActivation = "sigmoid",
    use_bias: UseBias = True,
    unit_forget_bias: Annotated[
        bool, Setting("Initialize the bias of the forget gate to 1; for LSTM only.")
    ] = True,
    return_sequences: ReturnSequences = False,
    return_state: ReturnState = False,
    dropout: InputDropout = 0.0,
    recurrent_dropout: RecurrentDropout = 0.0,
    reset_after: ResetAfter = True,
    kernel_initializer: Initializer = "glorot_uniform",
    recurrent_initializer: RecurrentInitializer = "orthogonal",
) -> None:
    """Reads a sequence forwards and backwards with two layers of one kind, and merges their outputs.

    When to use: where the whole sequence is available at once, as with texts, so that each word is also read in the
    context of what follows. Not for forecasts.

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
    rank=films_rank,
    mask="steps",
    uses_mask=True,
    unfrozen_parts=True,
    macs=films_macs,
    argument_rule=films_rule,
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
    unit_forget_bias: Annotated[
        bool, Setting("Initialize the bias of the forget gate to 1, so that it starts open.")
    ] = True,
    return_sequences: ReturnSequences = False,
    go_backwards: GoBackwards = False,
    dropout: InputDropout = 0.0,
    recurrent_dropout: RecurrentDropout = 0.0,
    kernel_initializer: Initializer = "glorot_uniform",
    recurrent_initializer: RecurrentInitializer = "orthogonal",
) -> None:
    """An LSTM with convolutions in place of matrix products, so that its state is an image.

    When to use: for videos and other sequences of images, to predict the next ones.

    Paper: Shi et al. 2015, Convolutional LSTM Network: A Machine Learning Approach for Precipitation Nowcasting,
    arXiv:1506.04214.

    Output shape:
        `(batch, new_height, new_width, filters)`, or `(batch, steps, new_height, new_width, filters)` with
        `return_sequences`
    """
