"""From tokens to vectors, and layers that mark, repeat and turn the steps of a sequence."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated

from blockwright.layers.declaration.layer_functions import Params, fixed_rank, no_products
from blockwright.layers.declaration.settings import Initializer
from blockwright.layers.declaration.shapes import Shape
from blockwright.layers.declaration.spec import layer
from blockwright.layers.declaration.value_kinds import NUMBERS
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Start

_sequences = partial(layer, category="Sequences")


def _wider_rank(params: Params, rank: int | None) -> int | None:
    return None if rank is None else rank + 1


def _repeat_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    if len(shapes[0]) == 2:
        return None
    return "It repeats a vector; add Flatten or a global pooling before it."


@_sequences(
    takes=NUMBERS,
    rank=_wider_rank,
    mask="makes",
    mask_param="mask_zero",
    macs=no_products,
    scales_input=True,
    token_param="input_dim",
    example=(6,),
    example_dtype="int32",
)
def Embedding(
    input_dim: Annotated[
        int,
        Setting(
            "How many different tokens there are: the largest token and one more.",
            minimum=1,
            maximum=10_000_000,
        ),
        Start(1000),
    ],
    output_dim: Annotated[
        int, Setting("The size of the vector of each token.", minimum=1, maximum=65_536), Start(32)
    ],
    embeddings_initializer: Initializer = "uniform",
    mask_zero: Annotated[
        bool,
        Setting("Treat token 0 as padding, which recurrent layers, attention and average pooling ignore."),
    ] = False,
) -> None:
    """Looks up a learned list of numbers for every token.

    When to use: first after TextVectorization or for whole numbers that name things, so that similar things can
    come to have similar numbers.

    Paper: Bengio, Ducharme, Vincent and Jauvin 2003, A Neural Probabilistic Language Model, Journal of Machine
    Learning Research 3.

    Input shape:
        `(batch, steps)`, whole numbers from 0 to `input_dim` - 1

    Output shape:
        `(batch, steps, output_dim)`
    """


@_sequences(reads="sequence", mask="makes", has_weights=False)
def Masking(
    mask_value: Annotated[
        float, Setting("Steps in which every value is this number are skipped.", minimum=-1e9, maximum=1e9)
    ] = 0.0,
) -> None:
    """Marks the steps that are padding, so that later layers pass over them.

    When to use: before a recurrent layer, for sequences of numbers that were padded to one length.

    Input shape:
        `(batch, steps, features)`
    """


@_sequences(rank=fixed_rank(3), has_weights=False, argument_rule=_repeat_rule, example=(5,))
def RepeatVector(
    n: Annotated[int, Setting("How many steps.", minimum=1, maximum=100_000), Start(10)],
) -> None:
    """Makes a sequence by repeating a list of numbers.

    When to use: between an encoder that gives one list and a decoder that writes a sequence.

    Paper: Cho et al. 2014, Learning Phrase Representations using RNN Encoder-Decoder for Statistical Machine
    Translation, arXiv:1406.1078.

    Input shape:
        `(batch, features)`

    Output shape:
        `(batch, n, features)`
    """
