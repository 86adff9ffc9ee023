"""Layers that give each value of a vocabulary its number."""

from collections.abc import Sequence
from typing import Annotated, Any

from blockwright.layers.declaration.adaptation import Vocabulary
from blockwright.layers.declaration.encoding import OutputMode, integer_encoding, one_list_rule
from blockwright.layers.declaration.layer_functions import Params
from blockwright.layers.declaration.shapes import Shape, as_list
from blockwright.layers.declaration.value_kinds import TEXT, WHOLE
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Integers, Words

_OPEN_WIDTH = (
    "Its result is as wide as its list is long, which must be known before it is learned: set `max_tokens` and "
    "`pad_to_max_tokens`, or give the `vocabulary`."
)
MOST_WORDS = 50_000

MaxTokens = Annotated[
    int | None,
    Setting("How many different ones are known at most; empty means all.", minimum=3, maximum=1_000_000),
]
PadToMaxTokens = Annotated[
    bool, Setting("Make the result as wide as max_tokens, however many there are; needed for multi-hot.")
]
OutOfVocabulary = Annotated[
    int, Setting("How many places there are for what is not known.", minimum=1, maximum=10_000)
]


def _width(params: Params) -> str | None:
    if params["pad_to_max_tokens"] and params["max_tokens"] is None:
        return "`pad_to_max_tokens` needs `max_tokens`."
    wide = params["pad_to_max_tokens"] or params["vocabulary"] is not None
    return None if wide or params["output_mode"] == "int" else _OPEN_WIDTH


def _special_tokens(params: Params, unknown: Any) -> list[Any]:
    """What Keras puts before the vocabulary: padding of texts, and one entry or more for unknown values."""
    if "num_oov_indices" in params:
        return [unknown] * params["num_oov_indices"]
    return ["", unknown] if params["output_mode"] == "int" else [unknown]


def _vocabulary_rule(params: Params, unknown: Any, reserved: set[Any]) -> str | None:
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


def _text_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    if shapes[0] != (None, 1):
        return "It reads one text for each example, so the input must have the shape 1."
    mode = params["output_mode"]
    if mode != "int" and params["output_sequence_length"] is not None:
        return f'`output_sequence_length` goes with `output_mode` "int" only. Received: output_mode="{mode}".'
    return _width(params) or _vocabulary_rule(params, "[UNK]", {"", "[UNK]"})


def _string_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    return one_list_rule(params, shapes) or _width(params) or _vocabulary_rule(params, "[UNK]", {"[UNK]"})


def _integer_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    return one_list_rule(params, shapes) or _width(params) or _vocabulary_rule(params, -1, {-1})


# Keras 3.15 cannot load what it saved with output_mode "tf_idf" and pad_to_max_tokens, so that mode is left out.
@integer_encoding(
    takes=frozenset({TEXT}),
    example=(1,),
    example_dtype="string",
    example_params={"vocabulary": ["red", "green", "blue"]},
    adaptation=Vocabulary("word"),
    argument_rule=_text_rule,
    token_count=lambda params: _vocabulary_count(params, "[UNK]"),
    ignored=("vocabulary_size",),
    counts_words=lambda params: params.get("output_mode") in ("multi_hot", "count", "tf_idf"),
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


@integer_encoding(
    takes=frozenset({TEXT}),
    example=(3,),
    example_dtype="string",
    example_params={"vocabulary": ["red", "green", "blue"]},
    adaptation=Vocabulary("value"),
    argument_rule=_string_rule,
    token_count=lambda params: _vocabulary_count(params, "[UNK]"),
    ignored=("vocabulary_size",),
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


@integer_encoding(
    takes=frozenset({WHOLE}),
    example=(3,),
    example_dtype="int64",
    example_params={"vocabulary": [1, 2, 5]},
    scales_input=True,
    adaptation=Vocabulary("value"),
    argument_rule=_integer_rule,
    token_count=lambda params: _vocabulary_count(params, -1),
    ignored=("vocabulary_size",),
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
