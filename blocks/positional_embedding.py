"""Token and position embeddings."""

from typing import Annotated

import keras
from keras import layers

from blocks.base import Block, Setting, Start


class PositionalEmbedding(Block):
    """Embeds each token of a sequence and adds an embedding of its position.

    When to use: between integer tokens and a TransformerBlock, which by itself does not know the order of
    its input.

    Paper: Vaswani et al. 2017, Attention Is All You Need, arXiv:1706.03762, with sinusoidal positions;
    learned positions: Gehring et al. 2017, Convolutional Sequence to Sequence Learning, arXiv:1705.03122.

    Args:
        vocabulary_size: Size of the vocabulary; tokens are integers below it.
        sequence_length: Maximum number of tokens in a sequence.
        embedding_dim: Size of the embedding of a token.
        positions: "learnt" learns an embedding of each position; "sinusoidal" uses sine and cosine waves
            of increasing length, which have no parameters and also work for longer sequences.

    Input shape:
        `(batch, length)`, integers, length at most `sequence_length` with learned positions

    Output shape:
        `(batch, length, embedding_dim)`
    """

    examples = ((4,), (3,), (1,))
    takes = "int32"
    token_param = "vocabulary_size"

    def __init__(
        self,
        vocabulary_size: Annotated[
            int, Setting("Size of the vocabulary.", minimum=1, maximum=1_000_000), Start(10_000)
        ],
        sequence_length: Annotated[
            int, Setting("Maximum number of tokens in a sequence.", minimum=1, maximum=100_000), Start(100)
        ],
        embedding_dim: Annotated[
            int, Setting("Size of the embedding of a token.", minimum=1, maximum=4096), Start(32)
        ],
        positions: Annotated[
            str, Setting("Learned embeddings, or sinusoidal waves.", choices=("learnt", "sinusoidal"))
        ] = "learnt",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.sequence_length = sequence_length
        self.embedding_dim = embedding_dim
        self.tokens = layers.Embedding(vocabulary_size, embedding_dim)
        self.places = layers.Embedding(sequence_length, embedding_dim) if positions == "learnt" else None
        self.add = layers.Add()

    def call(self, inputs):
        length = inputs.shape[1]
        if self.places is not None and length is not None and length > self.sequence_length:
            raise ValueError(
                f"It learns {self.sequence_length} places, but a sequence has {length} tokens. Set "
                "`sequence_length` to the longest sequence, or take sinusoidal positions."
            )
        places = keras.ops.cumsum(keras.ops.ones_like(inputs), axis=1) - 1
        x = self.waves(places) if self.places is None else self.places(places)
        return self.add([self.tokens(inputs), x])

    def waves(self, places):
        """Sine for the even numbers, cosine for the odd ones, the waves getting longer from pair to pair."""
        even = [place - place % 2 for place in range(self.embedding_dim)]
        rates = [10_000 ** (-place / self.embedding_dim) for place in even]
        quarter = [(place % 2) * 3.14159265358979 / 2 for place in range(self.embedding_dim)]
        places = keras.ops.cast(keras.ops.expand_dims(places, axis=-1), "float32")
        waves = keras.ops.sin(places * keras.ops.array(rates) + keras.ops.array(quarter))
        return keras.ops.cast(waves, self.compute_dtype)
