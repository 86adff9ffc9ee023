"""Categories and numbers of tables, made into what a network can compute with."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

from blockwright.layers.declaration.adaptation import Boundaries, MeanAndVariance
from blockwright.layers.declaration.axes import axis_positions
from blockwright.layers.declaration.encoding import OutputMode, encoding, integer_encoding, one_list_rule
from blockwright.layers.declaration.layer_functions import Params, fixed_rank
from blockwright.layers.declaration.settings import OptionalAxis
from blockwright.layers.declaration.shapes import Shape
from blockwright.layers.declaration.spec import layer
from blockwright.layers.declaration.value_kinds import NUMBERS, TEXT, WHOLE
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Integers, Numbers, Start

_MAX_MEANS = 1_000_000


def _category_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    return None if len(shapes[0]) == 2 else "It reads one list of categories for each example."


def _no_uint8(dtypes: Sequence[str]) -> str | None:
    return (
        "TensorFlow counts int32 and int64 only; let the input be one of them."
        if dtypes[0] == "uint8"
        else None
    )


def _ranges_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    bins, ends = params["num_bins"], params["bin_boundaries"]
    if (bins is None) == (ends is None):
        return (
            "It takes either `num_bins`, to learn the ranges, or `bin_boundaries`; leave the other one empty."
        )
    if ends is not None and not isinstance(ends, list | tuple):
        return "`bin_boundaries` must be a list of numbers."
    if ends is not None and any(after <= before for before, after in pairwise(ends)):
        return "`bin_boundaries` must rise from each number to the next."
    return one_list_rule(params, shapes)


def _ranges_count(params: Params) -> tuple[int | None, bool]:
    ends = params["bin_boundaries"]
    return (params["num_bins"], False) if ends is None else (len(ends) + 1, True)


def _hashing_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    salt = params["salt"]
    if isinstance(salt, list | tuple) and len(salt) != 2:
        return f"`salt` must be one whole number or two. Received: salt={list(salt)}."
    if params["output_mode"] == "one_hot" and shapes[0] != (None, 1):
        return (
            'With `output_mode` "one_hot" it reads one value for each example; for several use "multi_hot".'
        )
    return one_list_rule(params, shapes)


def _crossing_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    if any(shape not in ((None,), (None, 1)) for shape in shapes):
        return "It crosses columns of one value for each example."
    return None


def _normalization_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    mean, variance, axis = params["mean"], params["variance"], params["axis"]
    positions = [] if axis is None else axis_positions(axis, shapes[0])
    if isinstance(positions, str):
        return positions
    sizes = [size for position in positions if (size := shapes[0][position]) is not None]
    if len(sizes) < len(positions):
        return "It keeps a mean for each position along its axis, so that size must be known."
    if math.prod(sizes) > _MAX_MEANS:
        return (
            f"It would keep {math.prod(sizes):,} means, and at most {_MAX_MEANS:,} make sense. Let `axis` name the "
            "features only, such as -1."
        )
    if (mean is None) != (variance is None):
        return (
            "`mean` and `variance` belong together: give both, or none to learn them from the training data."
        )
    if mean is None:
        return None
    count, other = (len(value) if isinstance(value, list | tuple) else None for value in (mean, variance))
    if count != other:
        return "`mean` and `variance` must be as long as each other."
    if count is not None and not sizes:
        return f"`mean` and `variance` must hold one number without a list. Received: {count:,}."
    if count is not None and count not in (1, sizes[-1]):
        numbers = f"{sizes[-1]:,} numbers, one for each position along its axis"
        return f"`mean` and `variance` must hold {numbers}. Received: {count:,}."
    return None


@encoding(
    takes=NUMBERS,
    example=(3,),
    example_dtype="int32",
    dtype_rule=_no_uint8,
    rank=fixed_rank(2),
    scales_input=True,
    argument_rule=_category_rule,
    token_param="num_tokens",
    leaves_out_tokens=True,
    other_defaults={"num_tokens": 10},
)
def CategoryEncoding(
    num_tokens: Annotated[
        int,
        Setting(
            "How many categories there are: the largest number and one more.", minimum=1, maximum=1_000_000
        ),
        Start(10),
    ],
    output_mode: Annotated[
        str,
        Setting(
            "multi_hot marks all categories of an example, one_hot each one alone, count counts them.",
            choices=("one_hot", "multi_hot", "count"),
        ),
    ] = "multi_hot",
) -> None:
    """Writes the numbers of categories as lists of zeros and ones.

    When to use: after StringLookup or for numbers that name things, before Dense.

    Input shape:
        `(batch, values)`, whole numbers from 0 to `num_tokens` - 1

    Output shape:
        `(batch, num_tokens)`; with "one_hot" and more than one value `(batch, values, num_tokens)`
    """


@integer_encoding(
    takes=NUMBERS,
    example=(3,),
    example_params={"num_bins": None, "bin_boundaries": [0.25, 0.5, 0.75]},
    scales_input=True,
    adaptation=Boundaries(),
    other_defaults={"num_bins": 10},
    argument_rule=_ranges_rule,
    token_count=_ranges_count,
)
def Discretization(
    num_bins: Annotated[
        int | None,
        Setting("How many ranges, learned from the training data.", minimum=2, maximum=10_000),
        Start(10),
    ],
    bin_boundaries: Annotated[
        Numbers | None,
        Setting("Where ranges end, rising; empty learns them.", minimum=-1e30, maximum=1e30, most=10_000),
    ] = None,
    output_mode: OutputMode = "int",
) -> None:
    """Sorts numbers into ranges and gives the number of the range.

    When to use: for a number whose effect is not straight, such as an age, before an Embedding or Dense. The
    ranges hold about equally many examples of the training data.

    Input shape:
        `(batch, values)`

    Output shape:
        The shape of the input, or `(batch, num_bins)` with an output mode other than "int"
    """


@integer_encoding(
    takes=frozenset({WHOLE, TEXT}),
    example=(1,),
    example_dtype="string",
    argument_rule=_hashing_rule,
    token_count=lambda params: (params["num_bins"], False),
)
def Hashing(
    num_bins: Annotated[
        int, Setting("Into how many places values are spread.", minimum=1, maximum=1_000_000), Start(64)
    ],
    output_mode: OutputMode = "int",
    salt: Annotated[
        Integers | None,
        Setting(
            "One or two numbers that spread otherwise; empty for none.", minimum=0, maximum=2**53, most=2
        ),
    ] = None,
) -> None:
    """Spreads values over a number of places, with nothing to learn; several values may share one.

    When to use: for names or numbers of which there are too many for a list, before an Embedding.

    Paper: Weinberger et al. 2009, Feature Hashing for Large Scale Multitask Learning, arXiv:0902.2206.

    Input shape:
        `(batch, values)`, text or whole numbers

    Output shape:
        The shape of the input, or `(batch, num_bins)` with an output mode other than "int"
    """


@integer_encoding(
    call="list",
    inputs=(2, 2),
    takes=frozenset({WHOLE, TEXT}),
    example=(1,),
    example_dtype="string",
    argument_rule=_crossing_rule,
)
def HashedCrossing(
    num_bins: Annotated[
        int, Setting("Into how many places pairs are spread.", minimum=1, maximum=1_000_000), Start(64)
    ],
    output_mode: Annotated[
        str,
        Setting("int gives the place, one_hot a number for each place.", choices=("int", "one_hot")),
    ] = "int",
) -> None:
    """Gives each combination of the values of two columns a place; several combinations may share one.

    When to use: where two columns together say more than each alone, such as a time of day and a weekday.

    Paper: Cheng et al. 2016, Wide & Deep Learning for Recommender Systems, arXiv:1606.07792.

    Input shape:
        Two of `(batch, 1)`, text or whole numbers

    Output shape:
        The shape of the inputs, or `(batch, num_bins)` with "one_hot"
    """


@layer(
    category="Text and features",
    takes=NUMBERS,
    mask="passes",
    scales_input=True,
    adaptation=MeanAndVariance(),
    argument_rule=_normalization_rule,
)
def Normalization(
    axis: OptionalAxis = -1,
    mean: Annotated[
        Numbers | None,
        Setting(
            "The means; empty learns them from the training data.", minimum=-1e30, maximum=1e30, most=10_000
        ),
    ] = None,
    variance: Annotated[
        Numbers | None,
        Setting(
            "The variances; empty learns them from the training data.", minimum=0.0, maximum=1e30, most=10_000
        ),
    ] = None,
    invert: Annotated[
        bool, Setting("Do the reverse: from normalized numbers back to the first ones.")
    ] = False,
) -> None:
    """Brings every feature to mean 0 and variance 1, with means learned once from the training data.

    When to use: first after an input of numbers, such as the columns of a table, whose sizes differ widely.

    Paper: LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, in Neural Networks: Tricks of the Trade.
    """
