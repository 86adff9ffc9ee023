import keras
import numpy as np
import pytest

from blockwright.runtime.batch_normalization import BatchNormalization

IMAGES = np.random.default_rng(0).normal(2, 3, (8, 5, 5, 3)).astype("float32")


@pytest.mark.parametrize("shape", [(8, 5, 5, 3), (200, 3)])
@pytest.mark.parametrize("options", [{}, {"scale": False, "center": False, "momentum": 0.9}])
def test_the_fused_layer_computes_what_keras_computes(options, shape):
    values = IMAGES.reshape(shape)
    fused, plain = BatchNormalization(**options), keras.layers.BatchNormalization(**options)
    for training in (True, False):
        np.testing.assert_allclose(
            fused(values, training=training), plain(values, training=training), atol=1e-5
        )
    for average, expected in zip(fused.non_trainable_variables, plain.non_trainable_variables, strict=True):
        np.testing.assert_allclose(average, expected, rtol=1e-5)


def test_a_frozen_layer_normalizes_by_its_averages():
    layer = BatchNormalization(trainable=False)
    np.testing.assert_allclose(layer(IMAGES, training=True), IMAGES / np.sqrt(1.001), rtol=1e-5)
