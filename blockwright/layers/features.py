"""Text, categories and numbers of tables, made into what a network can compute with."""

from typing import Annotated

from blocks._form import Integers, Numbers, Words
from blocks.base import Setting, Start
from blockwright.layers._settings import OptionalAxis

CATEGORIES = dict.fromkeys(
    (
        "TextVectorization",
        "StringLookup",
        "IntegerLookup",
        "CategoryEncoding",
        "Discretization",
        "Hashing",
        "HashedCrossing",
        "Normalization",
    ),
    "Text and features",
)

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
    Dense ("multi_hot", "count"). The words are learnt from the training data only, before training begins.

    Args:
        max_tokens: How many words are known at most, the most frequent ones; null for all.
        standardize: What is done to the text before it is split, or null for nothing.
        split: Whether tokens are words or characters, or null to take each text whole.
        ngrams: Up to how many tokens in a row also count as one, or null for none.
        output_mode: "int" gives the numbers of the tokens in order; "multi_hot" and "count" give one number
            for each word of the vocabulary.
        output_sequence_length: To how many tokens each text is cut or padded.
        pad_to_max_tokens: Whether the result is as wide as `max_tokens`, however many words were found.
        vocabulary: The words, or null to learn them from the training data.

    Input shape:
        `(batch, 1)`, text

    Output shape:
        `(batch, output_sequence_length)` of whole numbers; with another `output_mode` `(batch, 1, max_tokens)`, of
        which Flatten makes `(batch, max_tokens)`
    """


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
    TextVectorization. The names are learnt from the training data only.

    Args:
        max_tokens: How many values are known at most, the most frequent ones; null for all.
        num_oov_indices: How many places there are for values that are not known.
        output_mode: "int" gives the place; "one_hot", "multi_hot" and "count" a number for each value.
        pad_to_max_tokens: Whether the result is as wide as `max_tokens`, however many values were found.
        vocabulary: The values, or null to learn them from the training data.

    Input shape:
        `(batch, ...)`, text

    Output shape:
        The shape of the input, or `(batch, max_tokens)` with an output mode other than "int"
    """


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

    When to use: for columns of whole numbers that name things, such as an article number. The numbers are learnt
    from the training data only.

    Args:
        max_tokens: How many values are known at most, the most frequent ones; null for all.
        num_oov_indices: How many places there are for values that are not known.
        output_mode: "int" gives the place; "one_hot", "multi_hot" and "count" a number for each value.
        pad_to_max_tokens: Whether the result is as wide as `max_tokens`, however many values were found.
        vocabulary: The values, or null to learn them from the training data.

    Input shape:
        `(batch, ...)`, whole numbers

    Output shape:
        The shape of the input, or `(batch, max_tokens)` with an output mode other than "int"
    """


def CategoryEncoding(
    num_tokens: Annotated[
        int, Setting("How many categories there are.", minimum=1, maximum=1_000_000), Start(10)
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

    Args:
        num_tokens: How many categories there are: the largest number, and one more.
        output_mode: "multi_hot" marks all of an example in one list, "one_hot" each in a list of its own, "count"
            counts how often each is there.

    Input shape:
        `(batch, values)`, whole numbers from 0 to `num_tokens` - 1

    Output shape:
        `(batch, num_tokens)`; with "one_hot" and more than one value `(batch, values, num_tokens)`
    """


def Discretization(
    num_bins: Annotated[
        int | None,
        Setting("How many ranges, learnt from the training data.", minimum=2, maximum=10_000),
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

    Args:
        num_bins: How many ranges are learnt from the training data; null when `bin_boundaries` is given.
        bin_boundaries: Where one range ends and the next begins, or null to learn it.
        output_mode: "int" gives the number of the range, the others a number for each range.

    Input shape:
        `(batch, values)`

    Output shape:
        The shape of the input, or `(batch, num_bins)` with an output mode other than "int"
    """


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

    Args:
        num_bins: Into how many places values are spread.
        output_mode: "int" gives the place, the others a number for each place.
        salt: One or two whole numbers; another salt spreads the values otherwise.

    Input shape:
        `(batch, values)`, text or whole numbers

    Output shape:
        The shape of the input, or `(batch, num_bins)` with an output mode other than "int"
    """


def HashedCrossing(
    num_bins: Annotated[
        int, Setting("Into how many places pairs are spread.", minimum=1, maximum=1_000_000), Start(64)
    ],
    output_mode: Annotated[
        str,
        Setting("int gives the place, one_hot a number for each place.", choices=("int", "one_hot")),
    ] = "int",
) -> None:
    """Gives each combination of the values of several columns a place; several combinations may share one.

    When to use: where two columns together say more than each alone, such as a time of day and a weekday.

    Paper: Cheng et al. 2016, Wide & Deep Learning for Recommender Systems, arXiv:1606.07792.

    Args:
        num_bins: Into how many places the combinations are spread.
        output_mode: "int" gives the place, "one_hot" a number for each place.

    Input shape:
        Two or more of `(batch, 1)`, text or whole numbers

    Output shape:
        The shape of the inputs, or `(batch, num_bins)` with "one_hot"
    """


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
    """Brings every feature to mean 0 and variance 1, with means learnt once from the training data.

    When to use: first after an input of numbers, such as the columns of a table, whose sizes differ widely.

    Paper: LeCun, Bottou, Orr and Müller 1998, Efficient BackProp, in Neural Networks: Tricks of the Trade.

    Args:
        axis: Which dimension keeps a mean for each of its places; null takes one for everything.
        mean: The means, or null to learn them from the training data.
        variance: The variances, or null to learn them from the training data.
        invert: Whether to do the reverse.

    Input shape:
        `(batch, ...)`, any

    Output shape:
        The shape of the input.
    """
