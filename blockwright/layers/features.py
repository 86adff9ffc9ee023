"""Text, categories and numbers of tables, made into what a network can compute with."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Annotated, Any

from blockwright.layers.declaration.adaptation import Boundaries, MeanAndVariance, Vocabulary
from blockwright.layers.declaration.axes import axis_positions
from blockwright.layers.declaration.settings import OptionalAxis
from blockwright.layers.declaration.shapes import Shape, as_list
from blockwright.layers.declaration.spec import Params, fixed_rank, layer, unknown_rank
from blockwright.layers.declaration.value_kinds import NUMBERS, TEXT, WHOLE
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Integers, Numbers, Start, Words

_WIDTH = (
    "is as wide as its list is long, which must be known before it is learned: set `max_tokens` and "
    "`pad_to_max_tokens`, or give the `vocabulary`."
)
_MAX_MEANS = 1_000_000

_features = partial(layer, category="Text and features", rank=unknown_rank, any_dtype=True, has_weights=False)
_integers = partial(_features, sets_dtype=True)


def _one_list(params: Mapping[str, Any], shapes: Sequence[Shape]) -> str | None:
    """Keras's own account of the shape is right for one list of values for each example."""
    if params["output_mode"] != "int" and len(shapes[0]) != 2:
        return f'With `output_mode` "{params["output_mode"]}" it reads one list of values for each example.'
    return None


def _width(params: Mapping[str, Any]) -> str | None:
    if params["pad_to_max_tokens"] and params["max_tokens"] is None:
        return "`pad_to_max_tokens` needs `max_tokens`."
    wide = params["pad_to_max_tokens"] or params["vocabulary"] is not None
    return None if wide or params["output_mode"] == "int" else f"Its result {_WIDTH}"


def _special_tokens(params: Params, unknown: Any) -> list[Any]:
    """What Keras puts before the vocabulary: padding of texts, and one entry or more for unknown values."""
    if "num_oov_indices" in params:
        return [unknown] * params["num_oov_indices"]
    return ["", unknown] if params["output_mode"] == "int" else [unknown]


def _vocabulary_rule(params: Mapping[str, Any], unknown: Any, reserved: set[Any]) -> str | None:
    """What Keras refuses of a vocabulary: repeated values, reserved ones, and more than `max_tokens`."""
    most, special = params["max_tokens"], _special_tokens(params, unknown)
    if most is not None and most <= len(special):
        return f"`max_tokens` must be above {len(special)}, the entries for unknown values. Received: {most}."
    if params["vocabulary"] is None:
        return None
    tokens = as_list(params["vocabulary"])
    tokens = tokens[len(special) :] if tokens[: len(special)] == special else tokens
    if len(set(tokens)) < len(tokens):
        return "`vocabulary` must name each value once."
    if reserved & set(tokens):
        named = " and ".join(sorted(repr(token) for token in reserved & set(tokens)))
        return f"`vocabulary` must not hold {named}, which stands for padding or unknown values."
    if not tokens:
        return "`vocabulary` must hold at least one value."
    if most is not None and len(tokens) + len(special) > most:
        return f"`vocabulary` holds {len(tokens):,} values, more than `max_tokens` leaves room for. Received: {most:,}."
    return None


def _vocabulary_count(params: Params, unknown: Any) -> tuple[int | None, bool]:
    if params["vocabulary"] is None:
        return params["max_tokens"], False
    tokens = as_list(params["vocabulary"])
    special = _special_tokens(params, unknown)
    return len(tokens) + (0 if tokens[: len(special)] == special else len(special)), True


def _text_rule(params: Mapping[str, Any], shapes: Sequence[Shape]) -> str | None:
    if shapes[0] != (None, 1):
        return "It reads one text for each example, so the input must have the shape 1."
    mode = params["output_mode"]
    if mode != "int" and params["output_sequence_length"] is not None:
        return f'`output_sequence_length` goes with `output_mode` "int" only. Received: output_mode="{mode}".'
    return _width(params) or _vocabulary_rule(params, "[UNK]", {"", "[UNK]"})


def _string_rule(params: Mapping[str, Any], shapes: Sequence[Shape]) -> str | None:
    return _one_list(params, shapes) or _width(params) or _vocabulary_rule(params, "[UNK]", {"[UNK]"})


def _integer_rule(params: Mapping[str, Any], shapes: Sequence[Shape]) -> str | None:
    return _one_list(params, shapes) or _width(params) or _vocabulary_rule(params, -1, {-1})


def _category_rule(params: Mapping[str, Any], shapes: Sequence[Shape]) -> str | None:
    return None if len(shapes[0]) == 2 else "It reads one list of categories for each example."


def _no_uint8(dtypes: Sequence[str]) -> str | None:
    return (
        "TensorFlow counts int32 and int64 only; let the input be one of them."
        if dtypes[0] == "uint8"
        else None
    )


def _ranges_rule(params: Mapping[str, Any], shapes: Sequence[Shape]) -> str | None:
    bins, ends = params["num_bins"], params["bin_boundaries"]
    if (bins is None) == (ends is None):
        return (
            "It takes either `num_bins`, to learn the ranges, or `bin_boundaries`; leave the other one empty."
        )
    if ends is not None and not isinstance(ends, list | tuple):
        return "`bin_boundaries` must be a list of numbers."
    if ends is not None and any(after <= before for before, after in pairwise(ends)):
        return "`bin_boundaries` must rise from each number to the next."
    return _one_list(params, shapes)


def _ranges_count(params: Params) -> tuple[int | None, bool]:
    ends = params["bin_boundaries"]
    return (params["num_bins"], False) if ends is None else (len(ends) + 1, True)


def _hashing_rule(params: Mapping[str, Any], shapes: Sequence[Shape]) -> str | None:
    salt = params["salt"]
    if isinstance(salt, list | tuple) and len(salt) != 2:
        return f"`salt` must be one whole number or two. Received: salt={list(salt)}."
    if params["output_mode"] == "one_hot" and shapes[0] != (None, 1):
        return (
            'With `output_mode` "one_hot" it reads one value for each example; for several use "multi_hot".'
        )
    return _one_list(params, shapes)


def _crossing_rule(params: Mapping[str, Any], shapes: Sequence[Shape]) -> str | None:
    if any(shape not in ((None,), (None, 1)) for shape in shapes):
        return "It crosses columns of one value for each example."
    return None


def _normalization_rule(params: Mapping[str, Any], shapes: Sequence[Shape]) -> str | None:
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
    counts = [len(value) if isinstance(value, list | tuple) else None for value in (mean, variance)]
    if counts[0] != counts[1]:
        return "`mean` and `variance` must be as long as each other."
    if counts[0] is not None and (not sizes or counts[0] not in (1, sizes[-1])):
        each = (
            f"{sizes[-1]:,} numbers, one for each position along its axis"
            if sizes
            else "one number without a list"
        )
        return f"`mean` and `variance` must hold {each}. Received: {counts[0]:,}."
    return None


MOST_WORDS = 50_000

MaxTokens = Annotated[
    int | None,
    Setting("How many different ones are known at most; empty means all.", minimum=3, maximum=1_000_000),
]
PadToMaxTokens = Annotated[
    bool, Setting("Make the result as wide as max_tokens, however many there are; needed for multi-hot.")
]
OutputMode = Annotated[
    str,
    Setting(
        "int gives the place in the list, the others a number for each entry of the list.",
        choices=("int", "one_hot", "multi_hot", "count"),
    ),
]
OutOfVocabulary = Annotated[
    int, Setting("How many places there are for what is not known.", minimum=1, maximum=10_000)
]


# Keras 3.15 cannot load what it saved with output_mode "tf_idf" and pad_to_max_tokens, so that mode is left out.
@_integers(
    takes=frozenset({TEXT}),
    example=(1,),
    example_dtype="string",
    example_params={"vocabulary": ["red", "green", "blue"]},
    adaptation=Vocabulary("word"),
    argument_rule=_text_rule,
    token_count=lambda params: _vocabulary_count(params, "[UNK]"),
)
def TextVectorization(
    max_tokens: MaxTokens = None,
    standardize: Annotated[
        str | None,
        Setting(
            "What is done to the text before it is split.",
            choices=("lower_and_strip_punctuation", "lower", "strip_punctuation"),
        ),
    ] = "lower_and_strip_punctuation",
    split: Annotated[
        str | None,
        Setting("What a token is; empty takes each text whole.", choices=("whitespace", "character")),
    ] = "whitespace",
    ngrams: Annotated[
        int | None, Setting("Also count runs of up to this many tokens as one.", minimum=1, maximum=8)
    ] = None,
    output_mode: Annotated[
        str,
        Setting(
            "int gives the tokens in order, the others a number for each word of the vocabulary.",
            choices=("int", "multi_hot", "count"),
        ),
    ] = "int",
    output_sequence_length: Annotated[
        int | None,
        Setting("To how many tokens each text is cut or padded; for int only.", minimum=1, maximum=100_000),
    ] = None,
    pad_to_max_tokens: PadToMaxTokens = False,
    vocabulary: Annotated[
        Words | None,
        Setting("The words; empty learns them from the training data.", most=MOST_WORDS),
    ] = None,
) -> None:
    """Splits text into words and gives each word its number.

    When to use: first after an input of text, before an Embedding (`output_mode` "int"), or before Flatten and
    Dense ("multi_hot", "count"). The words are learned from the training data only, before training begins.

    Input shape:
        `(batch, 1)`, text

    Output shape:
        `(batch, output_sequence_length)` of whole numbers; with another `output_mode` `(batch, 1, max_tokens)`, of
        which Flatten makes `(batch, max_tokens)`
    """


@_integers(
    takes=frozenset({TEXT}),
    example=(3,),
    example_dtype="string",
    example_params={"vocabulary": ["red", "green", "blue"]},
    adaptation=Vocabulary("value"),
    argument_rule=_string_rule,
    token_count=lambda params: _vocabulary_count(params, "[UNK]"),
)
def StringLookup(
    max_tokens: MaxTokens = None,
    num_oov_indices: OutOfVocabulary = 1,
    output_mode: OutputMode = "int",
    pad_to_max_tokens: PadToMaxTokens = False,
    vocabulary: Annotated[
        Words | None,
        Setting("The known values; empty learns them from the training data.", most=MOST_WORDS),
    ] = None,
) -> None:
    """Gives each of a set of words its number.

    When to use: for columns whose values are names, such as a colour or a department; whole sentences go into
    TextVectorization. The names are learned from the training data only.

    Input shape:
        `(batch, ...)`, text

    Output shape:
        The shape of the input, or `(batch, max_tokens)` with an output mode other than "int"
    """


@_integers(
    takes=frozenset({WHOLE}),
    example=(3,),
    example_dtype="int64",
    example_params={"vocabulary": [1, 2, 5]},
    scales_input=True,
    adaptation=Vocabulary("value"),
    argument_rule=_integer_rule,
    token_count=lambda params: _vocabulary_count(params, -1),
)
def IntegerLookup(
    max_tokens: MaxTokens = None,
    num_oov_indices: OutOfVocabulary = 1,
    output_mode: OutputMode = "int",
    pad_to_max_tokens: PadToMaxTokens = False,
    vocabulary: Annotated[
        Integers | None,
        Setting(
            "The known values; empty learns them from the training data.",
            minimum=-(2**53),
            maximum=2**53,
            most=MOST_WORDS,
        ),
    ] = None,
) -> None:
    """Gives each of a set of whole numbers its place in a list.

    When to use: for columns of whole numbers that name things, such as an article number. The numbers are learned
    from the training data only.

    Input shape:
        `(batch, ...)`, whole numbers

    Output shape:
        The shape of the input, or `(batch, max_tokens)` with an output mode other than "int"
    """


@_features(
    takes=NUMBERS,
    example=(3,),
    example_dtype="int32",
    dtype_rule=_no_uint8,
    rank=fixed_rank(2),
    scales_input=True,
    argument_rule=_category_rule,
    token_param="num_tokens",
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


@_integers(
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


@_integers(
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


@_integers(
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
