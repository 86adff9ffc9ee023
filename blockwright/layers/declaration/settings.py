"""The kinds of argument that several layers share."""

from typing import Annotated

from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Integers, Start

_ACTIVATIONS = (
    "relu",
    "softmax",
    "sigmoid",
    "tanh",
    "elu",
    "gelu",
    "leaky_relu",
    "selu",
    "silu",
    "softplus",
    "hard_sigmoid",
    "hard_silu",
    "relu6",
    "softsign",
    "exponential",
    "mish",
    "log_softmax",
    "linear",
)

StepActivation = Annotated[
    str | None, Setting("The function applied to the result of each step.", choices=_ACTIVATIONS)
]
GateActivation = Annotated[str | None, Setting("The function of the gates.", choices=_ACTIVATIONS)]
RequiredGateActivation = Annotated[
    str, Setting("The function of the gates; SimpleRNN has none.", choices=_ACTIVATIONS)
]
ActivationName = Annotated[
    str,
    Setting(
        "The function applied to every number; softmax turns scores into probabilities.", choices=_ACTIVATIONS
    ),
    Start("relu"),
]
OptionalActivation = Annotated[
    str | None,
    Setting(
        "The function applied to the result. Empty leaves it as it is; softmax turns scores into probabilities.",
        choices=_ACTIVATIONS,
    ),
]
UseBias = Annotated[bool, Setting("Add a learned number to every channel.")]
Initializer = Annotated[
    str,
    Setting(
        "How the weights are initialized.",
        choices=(
            "glorot_uniform",
            "glorot_normal",
            "he_uniform",
            "he_normal",
            "lecun_uniform",
            "lecun_normal",
            "random_normal",
            "random_uniform",
            "truncated_normal",
            "uniform",
            "zeros",
            "ones",
        ),
    ),
]
Groups = Annotated[
    int,
    Setting(
        "Parts the channels are split into, each convolved alone; must divide the channels and the filters.",
        minimum=1,
        maximum=4096,
    ),
]
DepthMultiplier = Annotated[
    int, Setting("How many channels come from each channel of the input.", minimum=1, maximum=64)
]
Axis = Annotated[
    Integers,
    Setting(
        "Which dimension, the batch being 0; -1 is the last. Also a list of them.",
        minimum=-5,
        maximum=5,
        most=5,
    ),
]
RecurrentInitializer = Annotated[
    str,
    Setting(
        "How the recurrent weights are initialized.",
        choices=("orthogonal", "glorot_uniform", "glorot_normal", "he_uniform", "he_normal", "zeros"),
    ),
]
RateBelowOne = Annotated[
    float,
    Setting(
        "How strongly it works during training: like dropout of this fraction.",
        minimum=0.0,
        maximum=0.99,
        step=0.05,
    ),
    Start(0.5),
]
OptionalAxis = Annotated[
    Integers | None,
    Setting(
        "Which dimension keeps its own numbers, the batch being 0; -1 is the last, empty is none.",
        minimum=-5,
        maximum=5,
        most=5,
    ),
]
Epsilon = Annotated[
    float, Setting("A small number that keeps the division safe.", minimum=1e-12, maximum=1.0, step=0.001)
]
Center = Annotated[bool, Setting("Learn a number to add to every channel.")]
Scale = Annotated[bool, Setting("Learn a number to multiply every channel by.")]
Rate = Annotated[
    float,
    Setting("The fraction that is dropped during training.", minimum=0.0, maximum=1.0, step=0.05),
    Start(0.5),
]
Interpolation = Annotated[
    str, Setting("How new pixels come from the old ones.", choices=("bilinear", "nearest"))
]
FillMode = Annotated[
    str,
    Setting(
        "What fills the pixels outside the image.",
        choices=("reflect", "constant", "wrap", "nearest"),
    ),
]
FillValue = Annotated[
    float, Setting('The value outside the image, with fill mode "constant".', minimum=-1e6, maximum=1e6)
]
