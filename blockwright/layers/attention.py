"""Attention: every step looks at all others and takes what it needs."""

from typing import Annotated

from blocks.base import Setting, Start
from blockwright.layers._settings import Initializer, UseBias

CATEGORIES = dict.fromkeys(("MultiHeadAttention", "Attention", "AdditiveAttention"), "Attention")

ScoreDropout = Annotated[
    float,
    Setting(
        "The share of the attention that is dropped while training.", minimum=0.0, maximum=0.99, step=0.05
    ),
]
CausalMask = Annotated[bool, Setting("Hide later steps, so that none sees what comes after it.")]


def MultiHeadAttention(
    num_heads: Annotated[int, Setting("How many ways to look at once.", minimum=1, maximum=256), Start(2)],
    key_dim: Annotated[
        int, Setting("Numbers for each head's questions and keys.", minimum=1, maximum=4096), Start(16)
    ],
    value_dim: Annotated[
        int | None,
        Setting("Numbers for each head's answers; empty means as many as key_dim.", minimum=1, maximum=4096),
    ] = None,
    dropout: ScoreDropout = 0.0,
    use_bias: UseBias = True,
    output_shape: Annotated[
        int | None,
        Setting("How many channels come out; empty keeps those of the query.", minimum=1, maximum=65_536),
    ] = None,
    kernel_initializer: Initializer = "glorot_uniform",
    use_causal_mask: CausalMask = False,
) -> None:
    """Lets every step of a sequence look at all steps, with several heads that each look for something else.

    When to use: the heart of a transformer. Reading one node it is self-attention; reading two, the first asks
    and the second answers; a third node gives keys of their own.

    Paper: Vaswani et al. 2017, Attention Is All You Need, arXiv:1706.03762.

    Args:
        num_heads: How many ways of looking there are at once.
        key_dim: How many numbers each head compares.
        value_dim: How many numbers each head takes from what it looks at, or null for `key_dim`.
        dropout: The share of the attention that is dropped while training.
        use_bias: Whether to add learnt numbers.
        output_shape: How many channels come out, or null for as many as the query has.
        kernel_initializer: How the weights are drawn before training.
        use_causal_mask: Whether no step may see a later one, as when text is written word by word.

    Input shape:
        `(batch, steps, channels)`; or query, value and key, in this order

    Output shape:
        `(batch, query_steps, channels)`, the channels of the query
    """


def Attention(
    use_scale: Annotated[bool, Setting("Learn one number to multiply the scores by.")] = False,
    score_mode: Annotated[
        str,
        Setting(
            "How a query and a key are compared: by their product or their sum.", choices=("dot", "concat")
        ),
    ] = "dot",
    dropout: ScoreDropout = 0.0,
    use_causal_mask: CausalMask = False,
) -> None:
    """Weighs the steps of one sequence by how well they fit each step of another.

    When to use: to let a decoder look at what an encoder read, with hardly any weights. The first node asks, the
    second answers; a third gives keys of their own. Reading one node it is self-attention.

    Paper: Luong, Pham and Manning 2015, Effective Approaches to Attention-based Neural Machine Translation,
    arXiv:1508.04025.

    Args:
        use_scale: Whether to learn a number that the scores are multiplied by.
        score_mode: "dot" compares by the product, "concat" by the sum under tanh.
        dropout: The share of the attention that is dropped while training.
        use_causal_mask: Whether no step may see a later one.

    Input shape:
        `(batch, steps, channels)`; or query, value and key, in this order

    Output shape:
        `(batch, query_steps, value_channels)`
    """


def AdditiveAttention(
    use_scale: Annotated[bool, Setting("Learn a number for every channel of the scores.")] = True,
    dropout: ScoreDropout = 0.0,
    use_causal_mask: CausalMask = False,
) -> None:
    """Weighs the steps of one sequence by the learnt sum of each of them with a step of another.

    When to use: as Attention, in networks after Bahdanau.

    Paper: Bahdanau, Cho and Bengio 2014, Neural Machine Translation by Jointly Learning to Align and Translate,
    arXiv:1409.0473.

    Args:
        use_scale: Whether to learn a number for every channel of the scores.
        dropout: The share of the attention that is dropped while training.
        use_causal_mask: Whether no step may see a later one.

    Input shape:
        `(batch, steps, channels)`; or query, value and key, in this order, with as many channels

    Output shape:
        `(batch, query_steps, value_channels)`
    """
