import keras
import numpy as np
import pytest
import tensorflow as tf

from blockwright.runtime.masks import keeping_masks


class Reader(keras.layers.Layer):
    """Attention, and next to it a layer that leaves out padding."""

    def __init__(self):
        super().__init__()
        self.vectors = keras.layers.Embedding(5, 4, mask_zero=True)
        self.attention = keras.layers.MultiHeadAttention(1, 2)
        self.average = keras.layers.GlobalAveragePooling1D()

    def build(self, input_shape):
        """Nothing: the first call builds the parts."""

    def call(self, words):
        vectors = self.vectors(words)
        attended = keeping_masks(self.attention, vectors, vectors)
        return self.average(vectors), attended


@pytest.mark.parametrize("compiled", [False, True])
def test_layers_after_attention_still_see_the_padding(compiled):
    reader = Reader()
    call = tf.function(reader) if compiled else reader
    short, attended = call(np.array([[1, 2, 0]]))
    expected = keras.ops.mean(reader.vectors(np.array([[1, 2]])), axis=1)
    np.testing.assert_allclose(short, expected, rtol=1e-6)
    without_copies = reader.attention(*[reader.vectors(np.array([[1, 2, 0]]))] * 2)
    np.testing.assert_array_equal(attended, without_copies)


def test_attention_on_copies_leaves_the_names_of_other_layers_alone():
    reader = Reader()
    first = keras.layers.Activation("relu").name
    reader(np.array([[1, 2, 0]]))
    number = int(first.removeprefix("activation").removeprefix("_") or 0)
    assert keras.layers.Activation("relu").name == f"activation_{number + 1}"


def test_inputs_keep_their_dtype():
    query = keras.ops.ones((1, 3, 4), "bfloat16")
    assert keeping_masks(lambda values: values, query).dtype == tf.bfloat16
