import keras
import numpy as np

from blockwright.runtime.masks import keeping_masks


def words():
    return keras.layers.Embedding(5, 4, mask_zero=True)(np.array([[1, 2, 0]]))


def removing(query, value, scale):
    """As attention does."""
    del query._keras_mask
    value._keras_mask = None
    return query + scale * value


def test_a_layer_that_removes_masks_leaves_those_of_its_inputs():
    query, value = words(), words()
    outputs = keeping_masks(removing, query, value, scale=2.0)
    np.testing.assert_allclose(outputs, query + 2.0 * value)
    for read in (query, value):
        assert np.asarray(read._keras_mask).tolist() == [[True, True, False]]


def test_inputs_without_masks_stay_without():
    query = keras.ops.ones((1, 3, 4))
    keeping_masks(lambda values: values, query)
    assert getattr(query, "_keras_mask", None) is None
