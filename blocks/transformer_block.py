"""Self-attention and two dense layers, each with a shortcut."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Setting


class TransformerBlock(Block):
    """Every place of a sequence looks at all others, then two dense layers work on each: a transformer encoder.

    When to use: on sequences, text above all, behind a PositionalEmbedding; attention alone does not know
    the order of what it looks at.

    Paper: Vaswani et al. 2017, Attention Is All You Need, arXiv:1706.03762; normalizing before instead of
    after each part: Xiong et al. 2020, On Layer Normalization in the Transformer Architecture,
    arXiv:2002.04745.

    Args:
        num_heads: How many ways of looking around there are side by side.
        intermediate_dim: How many units the first of the two dense layers has.
        key_dim: How many numbers each head compares; none gives each head its share of the channels.
        dropout: The part of the numbers that is left out at random behind each part while training.
        activation: The function between the two dense layers.
        normalize_first: Whether to normalize before each part, which trains deep stacks more steadily; else
            after each sum, as in the first paper.

    Input shape:
        `(batch, length, channels)`

    Output shape:
        `(batch, length, channels)`
    """

    examples = ((10, 32), (7, 5), (16, 8))

    def __init__(
        self,
        num_heads: Annotated[
            int, Setting("How many ways of looking around there are side by side.", minimum=1, maximum=128)
        ] = 4,
        intermediate_dim: Annotated[
            int, Setting("How many units the first of the two dense layers has.", minimum=1, maximum=65536)
        ] = 64,
        key_dim: Annotated[
            int | None,
            Setting(
                "How many numbers each head compares; without it, its share of the channels.",
                minimum=1,
                maximum=4096,
            ),
        ] = None,
        dropout: Annotated[
            float,
            Setting(
                "The part of the numbers that is left out at random behind each part while training.",
                minimum=0.0,
                maximum=0.95,
                step=0.05,
            ),
        ] = 0.1,
        activation: Annotated[
            str, Setting("The function between the two dense layers.", choices=("relu", "gelu"))
        ] = "relu",
        normalize_first: Annotated[bool, Setting("Normalize before each part, not after each sum.")] = False,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.num_heads = num_heads
        self.key_dim = key_dim
        self.normalize_first = normalize_first
        self.norm_1 = layers.LayerNormalization(epsilon=1e-6)
        self.drop_1 = layers.Dropout(dropout)
        self.add_1 = layers.Add()
        self.norm_2 = layers.LayerNormalization(epsilon=1e-6)
        self.widen = layers.Dense(intermediate_dim, activation=activation)
        self.drop_2 = layers.Dropout(dropout)
        self.add_2 = layers.Add()

    def make_parts(self, input_shape):
        channels = input_shape[-1]
        key_dim = self.key_dim or max(1, channels // self.num_heads)
        self.attention = layers.MultiHeadAttention(self.num_heads, key_dim)
        self.narrow = layers.Dense(channels)

    def call(self, inputs):
        if self.normalize_first:
            x = self.norm_1(inputs)
            seen = self.add_1([inputs, self.drop_1(self.attention(x, x))])
            x = self.narrow(self.widen(self.norm_2(seen)))
            return self.add_2([seen, self.drop_2(x)])
        x = self.drop_1(self.attention(inputs, inputs))
        seen = self.norm_1(self.add_1([inputs, x]))
        x = self.drop_2(self.narrow(self.widen(seen)))
        return self.norm_2(self.add_2([seen, x]))
