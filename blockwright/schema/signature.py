"""The parameters of a block, read from a typed signature: one `Param` per argument."""

import inspect
import types
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from blockwright.schema.parameters import Kind, Param, Setting

Size = int | tuple[int, int]
Size3 = int | tuple[int, int, int]
Borders = int | tuple[int, int] | tuple[tuple[int, int], ...]
Shape = tuple[int, ...]
NumberRange = float | tuple[float, float]
Numbers = float | list[float]
Integers = int | list[int]
Words = list[str]

_KINDS: dict[Any, Kind] = {
    int: "int",
    float: "float",
    bool: "bool",
    str: "text",
    Size: "size",
    Size3: "size3",
    Borders: "borders",
    Shape: "shape",
    NumberRange: "number-range",
    Numbers: "numbers",
    Integers: "integers",
    Words: "words",
}


@dataclass(frozen=True)
class Start:
    """The initial value in a new block of an argument without a default."""

    value: Any


Filters = Annotated[
    int, Setting("Number of filters: the output channels.", minimum=1, maximum=4096), Start(32)
]
KernelSize = Annotated[Size, Setting("Height and width of the kernel.", minimum=1, maximum=64)]
Strides = Annotated[
    Size, Setting("Strides of the convolution; 2 halves the feature map.", minimum=1, maximum=64)
]
Padding = Annotated[
    str,
    Setting(
        '"same" pads with zeros to keep the size, "valid" does not pad.',
        choices=("same", "valid"),
    ),
]
Momentum = Annotated[
    float,
    Setting(
        "Momentum of the moving averages of batch normalization. 0.9 suits runs of a few hundred "
        "steps; with Keras's default of 0.99 the averages lag behind in short runs.",
        minimum=0.0,
        maximum=0.9999,
        step=0.01,
    ),
]

BatchNormalized = Annotated[
    bool,
    Setting("Apply batch normalization between each convolution and ReLU, which helps deep networks train."),
]
UseBias = Annotated[
    bool, Setting("Use biases in the convolutions; batch normalization after them makes biases redundant.")
]


@cache
def form_of(function: Callable[..., Any]) -> tuple[Param, ...]:
    """The parameters of a function, without `self`, `*args` and `**kwargs`.

    Raises `TypeError` naming an argument without a valid `Annotated[type, Setting(...)]`.
    """
    hints = get_type_hints(function, include_extras=True)
    params = []
    for name, argument in inspect.signature(function).parameters.items():
        if name == "self" or argument.kind in (argument.VAR_POSITIONAL, argument.VAR_KEYWORD):
            continue
        params.append(_param(function, name, hints.get(name), argument.default))
    return tuple(params)


def _param(function: Callable[..., Any], name: str, hint: Any, default: Any) -> Param:
    notes = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    setting = next((note for note in notes if isinstance(note, Setting)), None)
    start = next((note.value for note in notes if isinstance(note, Start)), None)
    plain = get_args(hint)[0] if notes else hint
    optional = False
    if get_origin(plain) in (Union, types.UnionType) and type(None) in get_args(plain):
        optional = True
        plain = Union[tuple(arg for arg in get_args(plain) if arg is not type(None))]  # noqa: UP007
    kind = _KINDS.get(plain)
    if setting is None or kind is None:
        raise TypeError(
            f"`{name}` of `{function.__qualname__}` must be annotated as Annotated[type, Setting(...)], the type "
            f"being int, float, bool, str, Size, Shape, NumberRange or another type of this module. Received: {hint}."
        )
    required = default is inspect.Parameter.empty
    return Param(
        name=name,
        kind="choice" if kind == "text" and setting.choices else kind,
        default=start if required else default,
        required=required,
        optional=optional,
        minimum=setting.minimum,
        maximum=setting.maximum,
        step=setting.step,
        choices=setting.choices,
        most=setting.most,
        holes=setting.holes,
        help=setting.help,
    )
