import keras
import numpy as np
import pytest
import tensorflow as tf

from blockwright.training.setup.acceleration import fused_batch_normalization

SHAPE = (8, 5, 6, 7)


def values(shape=SHAPE, seed=0):
    return np.random.default_rng(seed).normal(3.0, 2.0, shape).astype(np.float32)


def layer(**options):
    made = keras.layers.BatchNormalization(momentum=0.8, **options)
    made.build(SHAPE)
    generator = np.random.default_rng(1)
    made.set_weights([generator.uniform(0.5, 1.5, weight.shape) for weight in made.get_weights()])
    return made


def step(made, x, training):
    """Outputs, gradients by input and weights, and the moving averages afterwards."""

    @tf.function
    def run(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = made(x, training=training)
            loss = tf.reduce_sum(y * tf.cast(values(seed=2), y.dtype))
        return y, tape.gradient(loss, [x, *made.trainable_variables])

    y, gradients = run(tf.constant(x))
    return [y, *gradients, *made.get_weights()]


def kernel_was_used(made, shape=SHAPE, **options):
    graph = tf.function(lambda x: made(x, training=True, **options)).get_concrete_function(
        tf.TensorSpec(shape, made.compute_dtype)
    )
    return "FusedBatchNormV3" in {operation.type for operation in graph.graph.get_operations()}


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("options", [{}, {"scale": False}, {"center": False}, {"epsilon": 0.1}], ids=str)
def test_the_numbers_are_kerass(options, training):
    plain = step(layer(**options), values(), training)
    with fused_batch_normalization():
        made = layer(**options)
        fused = step(made, values(), training)
        assert kernel_was_used(made)
    for expected, weight in zip(plain, fused, strict=True):
        expected, weight = np.asarray(expected), np.asarray(weight)
        assert np.abs(expected - weight).max() <= 3e-5 * np.abs(expected).max()


def test_moving_averages_follow_the_momentum():
    with fused_batch_normalization():
        made = keras.layers.BatchNormalization(momentum=0.8)
        made(values(), training=True)
    mean, variance = values().mean((0, 1, 2)), values().var((0, 1, 2))
    np.testing.assert_allclose(made.moving_mean.numpy(), mean * 0.2, rtol=1e-5)
    np.testing.assert_allclose(made.moving_variance.numpy(), 0.8 + variance * 0.2, rtol=1e-5)


def test_averages_stay_in_float32_under_bfloat16():
    with fused_batch_normalization():
        made = keras.layers.BatchNormalization(momentum=0.9, dtype="mixed_bfloat16")
        for _ in range(3):
            outputs = made(values(), training=True)
        assert kernel_was_used(made)
    assert outputs.dtype == tf.bfloat16
    assert made.moving_mean.dtype == "float32"
    expected = tf.cast(tf.cast(values(), tf.bfloat16), tf.float32).numpy().mean((0, 1, 2)) * (1 - 0.9**3)
    np.testing.assert_allclose(made.moving_mean.numpy(), expected, rtol=1e-4)


def test_a_frozen_layer_keeps_its_averages():
    with fused_batch_normalization():
        made = layer()
        made.trainable = False
        before = made.get_weights()
        made(values(), training=True)
    for weight, later in zip(before, made.get_weights(), strict=True):
        assert np.array_equal(weight, later)


@pytest.mark.parametrize(
    ("options", "shape"),
    [({}, (8, 7)), ({}, (8, 5, 7)), ({"axis": 1}, (8, 5, 6, 7)), ({"renorm": True}, SHAPE)],
    ids=str,
)
def test_what_does_not_fit_the_kernel_is_left_to_keras(options, shape):
    with fused_batch_normalization():
        made = keras.layers.BatchNormalization(**options)
        made.build(shape)
        assert not kernel_was_used(made, shape)
        outputs = made(values(shape), training=True)
    made = keras.layers.BatchNormalization(**options)
    np.testing.assert_array_equal(np.asarray(outputs), np.asarray(made(values(shape), training=True)))


def test_masks_are_left_to_keras():
    with fused_batch_normalization():
        made = keras.layers.BatchNormalization()
        made.build(SHAPE)
        assert not kernel_was_used(made, mask=tf.ones(SHAPE[:-1], tf.bool))


def test_keras_is_as_before_afterwards():
    before = keras.layers.BatchNormalization.call

    def fails():
        with fused_batch_normalization():
            assert keras.layers.BatchNormalization.call is not before
            raise KeyError

    with pytest.raises(KeyError):
        fails()
    assert keras.layers.BatchNormalization.call is before
