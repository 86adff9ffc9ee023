"""Attention: every step looks at all others and takes what it needs."""

from collections.abc import Sequence
from functools import partial
from typing import Annotated, Any

from blockwright.layers.declaration.layer_functions import Params
from blockwright.layers.declaration.settings import Initializer, UseBias
from blockwright.layers.declaration.shapes import Shape, known_sizes, points_in
from blockwright.layers.declaration.spec import layer
from blockwright.schema.parameters import Setting
from blockwright.schema.signature import Start

_attention = partial(
    layer,
    category="Attention",
    inputs=(1, 3),
    call_params=("use_causal_mask",),
    mask="first",
    uses_mask=True,
    example=(12, 32),
)


def _multi_head_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    query, value, key = shapes[0], shapes[min(1, len(shapes) - 1)], shapes[-1]
    if len(query) < 3 or any(len(shape) != len(query) for shape in shapes):
        return "It reads sequences (steps, channels), all of them with the same number of dimensions."
    if any(shape[-1] is None for shape in shapes):
        return "It has weights for each channel, so their number must be known."
    if len(shapes) == 3 and key[1:-1] != value[1:-1]:
        return "There must be as many keys as values: each key leads to one value."
    if params["use_causal_mask"] and len(query) > 3:
        return "Later steps can be hidden in sequences (steps, channels) only."
    return None


def _attention_rule(params: Params, shapes: Sequence[Shape]) -> str | None:
    query, value, key = shapes[0], shapes[min(1, len(shapes) - 1)], shapes[-1]
    if len(shapes) == 2:
        key = value
    if any(len(shape) != 3 for shape in shapes):
        return "It reads sequences (steps, channels)."
    if query[-1] != key[-1] or query[-1] is None:
        return "Queries and keys are compared channel by channel, so both must have as many of them."
    if key[1] != value[1]:
        return "There must be as many keys as values: each key leads to one value."
    return None


def _multi_head_macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    """The projections of query, key and value, the scores, the weighted values, and the projection of the result.

    Vaswani et al. 2017, arXiv:1706.03762, section 3.2.
    """
    query, value = shapes[:2]
    key = shapes[2] if len(shapes) > 2 else value
    sizes = known_sizes(points_in(query), points_in(value), query[-1], value[-1], key[-1], result[-1])
    if sizes is None:
        return None
    queries, values, query_size, value_size, key_size, result_size = sizes
    head_keys, head_values = layer.num_heads * layer.key_dim, layer.num_heads * layer.value_dim
    projections = queries * query_size * head_keys + values * (
        key_size * head_keys + value_size * head_values
    )
    return projections + queries * values * (head_keys + head_values) + queries * head_values * result_size


def _pair_macs(shapes: Sequence[Shape], compared: int) -> int | None:
    """The products of every query with every key, `compared` for each channel, and of the scores with the values."""
    query, value = shapes[:2]
    sizes = known_sizes(points_in(query), query[-1], value[-1], value[-2])
    if sizes is None:
        return None
    queries, query_size, value_size, values = sizes
    return queries * values * (value_size + query_size * compared)


def _attention_macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    """Luong et al. 2015, arXiv:1508.04025; with "concat" query and key are added, not multiplied."""
    return _pair_macs(shapes, int(layer.score_mode == "dot"))


def _additive_macs(layer: Any, shapes: Sequence[Shape], result: Shape) -> int | None:
    """Bahdanau et al. 2014, arXiv:1409.0473: the sum of query and key is multiplied by the scale."""
    return _pair_macs(shapes, int(layer.use_scale))


ScoreDropout = Annotated[
    float,
    Setting(
        "The share of the attention that is dropped during training.", minimum=0.0, maximum=0.99, step=0.05
    ),
]
CausalMask = Annotated[bool, Setting("Mask later steps, so that no step attends to those after it.")]


@_attention(
    title="Multi-head attention",
    call="arguments",
    macs=_multi_head_macs,
    argument_rule=_multi_head_rule,
    random_when_built=True,
    removes_mask=True,
    ignored=("flash_attention", "query_shape", "key_shape", "value_shape"),
    unfrozen_parts=True,
)
def MultiHeadAttention(
    num_heads: Annotated[
        int, Setting("How many attention heads there are.", minimum=1, maximum=256), Start(2)
    ],
    key_dim: Annotated[
        int, Setting("The size of each head's queries and keys.", minimum=1, maximum=4096), Start(16)
    ],
    value_dim: Annotated[
        int | None,
        Setting("The size of each head's values; empty means key_dim.", minimum=1, maximum=4096),
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

    Input shape:
        `(batch, steps, channels)`; or query, value and key, in this order

    Output shape:
        `(batch, query_steps, channels)`, the channels of the query
    """


@_attention(call="pair", macs=_attention_macs, argument_rule=_attention_rule)
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

    Input shape:
        `(batch, steps, channels)`; or query, value and key, in this order

    Output shape:
        `(batch, query_steps, value_channels)`
    """


@_attention(call="pair", macs=_additive_macs, argument_rule=_attention_rule, random_when_built=True)
def AdditiveAttention(
    use_scale: Annotated[bool, Setting("Learn a number for every channel of the scores.")] = True,
    dropout: ScoreDropout = 0.0,
    use_causal_mask: CausalMask = False,
) -> None:
    """Weighs the steps of one sequence by the learned sum of each of them with a step of another.

    When to use: as Attention, in networks after Bahdanau.

    Paper: Bahdanau, Cho and Bengio 2014, Neural Machine Translation by Jointly Learning to Align and Translate,
    arXiv:1409.0473.

    Input shape:
        `(batch, steps, channels)`; or query, value and key, in this order, with as many channels

    Output shape:
        `(batch, query_steps, value_channels)`
    """
