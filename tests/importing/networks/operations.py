"""Functional models that compute with operators and `keras.ops` between their layers."""

import keras
from keras import layers, ops

from tests.importing.networks.values import numbers


def _pair(*shape: int):
    return keras.Input(shape, name="one"), keras.Input(shape, name="other")


def arithmetic():
    first, second = _pair(6)
    return (
        keras.Model(
            [first, second],
            [
                1 - first,
                first * 0.5,
                first / 4,
                -first,
                2 * first + second - 3,
                first / (ops.square(second) + 1),
                1 / (1 + first**2),
            ],
        ),
        numbers(2, 6),
        numbers(2, 6) + 1,
    )


def powers_and_roots():
    x = keras.Input((6,))
    positive = ops.abs(x) + 0.5
    return keras.Model(
        x,
        [
            ops.sqrt(positive),
            ops.log(positive),
            ops.exp(x),
            positive**3,
            ops.rsqrt(positive),
            ops.sin(x),
            ops.cos(x),
            ops.round(3 * x),
        ],
    ), numbers(2, 6)


def limits():
    first, second = _pair(6)
    return (
        keras.Model(
            [first, second],
            [
                ops.clip(first, -1, 1),
                ops.maximum(first, 0.1),
                ops.minimum(first, second),
                ops.minimum(0.2, first),
            ],
        ),
        numbers(2, 6),
        numbers(2, 6) * 2,
    )


def activations():
    x = keras.Input((6,))
    return keras.Model(
        x,
        [
            ops.relu(x),
            ops.softmax(x),
            ops.gelu(x),
            ops.gelu(x, approximate=False),
            ops.leaky_relu(x, 0.1),
            ops.elu(x),
            ops.silu(x),
            ops.sigmoid(x),
            ops.log_softmax(x),
            ops.hard_sigmoid(x),
            ops.softplus(x),
            ops.relu6(x),
        ],
    ), numbers(2, 6)


def sums_along_axes():
    x = keras.Input((4, 5, 3))
    return keras.Model(
        x,
        [
            ops.mean(x, axis=-1),
            ops.sum(x, axis=1),
            ops.max(x, axis=[1, 2]),
            ops.min(x, axis=2, keepdims=True),
            ops.mean(x, axis=(1, 2, 3), keepdims=True),
            ops.var(x, axis=1),
            ops.std(x, axis=-1, keepdims=True),
            ops.prod(x, axis=1),
        ],
    ), numbers(2, 4, 5, 3)


def slices():
    x = keras.Input((6, 4))
    return keras.Model(
        x,
        [
            x[:, 0],
            x[:, -1],
            x[:, 1:3],
            x[:, ::2],
            x[..., 0],
            x[:, :, 1:],
            x[..., -2:],
            x[:, -1:, :],
            x[:, 2, 1:3],
            x[:, 0, 0],
        ],
    ), numbers(2, 6, 4)


def shapes():
    x = keras.Input((6, 4))
    return keras.Model(
        x,
        [
            ops.reshape(x, (-1, 3, 8)),
            ops.reshape(x, (-1, 24)),
            ops.transpose(x, (0, 2, 1)),
            ops.expand_dims(x, axis=1),
            ops.expand_dims(x, -1),
            ops.squeeze(ops.expand_dims(x, 2), axis=2),
            ops.concatenate([x, x], axis=1),
            ops.stack([x, x], axis=1),
            ops.stack([x, x], axis=-1),
            x[:, None, :],
            ops.swapaxes(x, 1, 2),
            ops.repeat(x, 2, axis=1),
            ops.flip(x, axis=1),
            ops.tile(x, (1, 2, 1)),
            ops.pad(x, [[0, 0], [1, 2], [0, 0]]),
        ],
    ), numbers(2, 6, 4)


def broadcasting():
    row, table = keras.Input((4,)), keras.Input((5, 4))
    gate = layers.Dense(1)(table)
    return (
        keras.Model(
            [row, table],
            [table * gate, table + ops.expand_dims(row, 1), table - ops.mean(table, axis=1, keepdims=True)],
        ),
        numbers(2, 4),
        numbers(2, 5, 4),
    )


def products():
    first, second = keras.Input((3, 4)), keras.Input((4, 5))
    return (
        keras.Model([first, second], [ops.matmul(first, second), first @ second]),
        numbers(2, 3, 4),
        numbers(2, 4, 5),
    )


def distances():
    first, second = _pair(6)
    return (
        keras.Model(
            [first, second],
            [ops.absolute(first - second), ops.norm(first, axis=-1), ops.normalize(first, axis=-1)],
        ),
        numbers(2, 6),
        numbers(2, 6) - 1,
    )


def splits():
    x = keras.Input((6, 4))
    left, right = ops.split(x, 2, axis=-1)
    first, second, third = ops.split(x, 3, axis=1)
    return keras.Model(x, [right, left, third, first + second]), numbers(2, 6, 4)


def casts():
    x = keras.Input((6,))
    return keras.Model(x, layers.Dense(2)(ops.cast(x, "float32"))), numbers(2, 6)
