"""Self-attention and two dense layers, each with a shortcut."""

from typing import Annotated

from keras import layers

from blocks.base import Block, Setting


class TransformerBlock(Block):
    """A transformer encoder block: self-attention over a sequence, then two dense layers.

    When to use: on sequences such as text, after a PositionalEmbedding; attention alone does not know the
    order of its input.

    Paper: Vaswani et al. 2017, Attention Is All You Need, arXiv:1706.03762; normalizing before instead of
    after each part: Xiong et al. 2020, On Layer Normalization in the Transformer Architecture,
    arXiv:2002.04745.

    Args:
        num_heads: Number of attention heads.
        intermediate_dim: Number of units of the first of the two dense layers.
        key_dim: Size of the query and key of each head; None divides the channels between the heads.
        dropout: Fraction of the values to drop after each part during training.
        activation: Activation of the first of the two dense layers.
        normalize_first: Whether to normalize before each part, which trains deep stacks more stably; otherwise
            after each sum, as in the original paper.

    Input shape:
        `(batch, length, channels)`

    Output shape:
        `(batch, length, channels)`
    """

    examples = ((10, 32), (7, 5), (16, 8))

    def __init__(
        self,
        num_heads: Annotated[int, Setting("Number of attention heads.", minimum=1, maximum=128)] = 4,
        intermediate_dim: Annotated[
            int, Setting("Number of units of the first of the two dense layers.", minimum=1, maximum=65536)
        ] = 64,
        key_dim: Annotated[
            int | None,
            Setting(
                "Size of the query and key of each head; leave empty to divide the channels between them.",
                minimum=1,
                maximum=4096,
            ),
        ] = None,
        dropout: Annotated[
            float,
            Setting(
                "Fraction of the values to drop after each part during training.",
                minimum=0.0,
                maximum=0.95,
                step=0.05,
            ),
        ] = 0.1,
        activation: Annotated[
            str, Setting("Activation of the first of the two dense layers.", choices=("relu", "gelu"))
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
            attended = self.add_1([inputs, self.drop_1(self.attention(x, x))])
            x = self.narrow(self.widen(self.norm_2(attended)))
            return self.add_2([attended, self.drop_2(x)])
        x = self.drop_1(self.attention(inputs, inputs))
        attended = self.norm_1(self.add_1([inputs, x]))
        x = self.drop_2(self.narrow(self.widen(attended)))
        return self.norm_2(self.add_2([attended, x]))
