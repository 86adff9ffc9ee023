import keras
import numpy as np

from blockwright.runtime.masks import keeping_masks


def test_attention_leaves_the_masks_of_what_it_reads():
    words = keras.layers.Embedding(5, 4, mask_zero=True)(np.array([[1, 2, 0]]))
    plain = keras.layers.Embedding(5, 4, mask_zero=True)(np.array([[1, 2, 0]]))
    attention = keras.layers.MultiHeadAttention(1, 2)
    expected = attention(plain, plain)
    outputs = keeping_masks(attention, words, words)
    assert outputs.shape == expected.shape
    assert not hasattr(plain, "_keras_mask")
    assert np.asarray(words._keras_mask).tolist() == [[True, True, False]]
