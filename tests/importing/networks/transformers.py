"""Networks of attention, and those that mix tokens without it."""

import keras
from keras import layers, ops

from tests.importing.networks.values import numbers, tokens


def time_series_encoder():
    steps = keras.Input((8, 1))
    x = steps
    for _ in range(2):
        y = layers.MultiHeadAttention(key_dim=4, num_heads=2, dropout=0.25)(x, x)
        y = layers.LayerNormalization(epsilon=1e-6)(layers.Dropout(0.25)(y))
        res = y + x
        y = layers.Conv1D(filters=4, kernel_size=1, activation="relu")(res)
        y = layers.Conv1D(filters=x.shape[-1], kernel_size=1)(layers.Dropout(0.25)(y))
        x = layers.LayerNormalization(epsilon=1e-6)(y) + res
    x = layers.GlobalAveragePooling1D(data_format="channels_last")(x)
    return keras.Model(steps, layers.Dense(2, activation="softmax")(x)), numbers(2, 8, 1)


def pictures_in_patches():
    image = keras.Input((8, 8, 3))
    x = layers.Reshape((-1, 6))(layers.Conv2D(6, 4, strides=4, padding="valid")(image))
    for _ in range(2):
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        y = layers.MultiHeadAttention(num_heads=2, key_dim=6, dropout=0.1)(y, y)
        z = layers.Add()([y, x])
        y = layers.LayerNormalization(epsilon=1e-6)(z)
        y = layers.Dense(12, activation=keras.activations.gelu)(y)
        x = layers.Add()([layers.Dropout(0.1)(layers.Dense(6)(y)), z])
    x = layers.Flatten()(layers.LayerNormalization(epsilon=1e-6)(x))
    return keras.Model(image, layers.Dense(4)(layers.Dropout(0.5)(x))), numbers(2, 8, 8, 3)


def first_token_for_the_class():
    steps = keras.Input((5, 6))
    x = layers.MultiHeadAttention(2, 3)(steps, steps)
    return keras.Model(steps, [layers.Dense(3)(x[:, 0]), x[:, 1:]]), numbers(2, 5, 6)


def mixer():
    patches = keras.Input((4, 6))
    x = patches
    for _ in range(2):
        y = layers.LayerNormalization(epsilon=1e-6)(x)
        channels = ops.transpose(y, axes=(0, 2, 1))
        mixed = keras.Sequential([keras.Input((6, 4)), layers.Dense(4, activation="gelu"), layers.Dense(4)])(
            channels
        )
        y = ops.transpose(mixed, axes=(0, 2, 1)) + x
        x = layers.Dense(6)(layers.LayerNormalization(epsilon=1e-6)(y)) + y
    return keras.Model(patches, layers.GlobalAveragePooling1D()(x)), numbers(2, 4, 6)


def gated_halves():
    patches = keras.Input((4, 6))
    x = layers.Dense(8, activation="gelu")(layers.LayerNormalization()(patches))
    u, v = ops.split(x, 2, axis=2)
    v = layers.LayerNormalization(epsilon=1e-6)(v)
    v = layers.Permute((2, 1))(layers.Dense(4, bias_initializer="Ones")(layers.Permute((2, 1))(v)))
    return keras.Model(patches, layers.Dense(6)(u * v) + patches), numbers(2, 4, 6)


def waves_in_place_of_attention():
    patches = keras.Input((4, 6))
    x = layers.Permute((2, 1))(patches)
    x = layers.EinsumDense("abc,cd->abd", output_shape=(None, 4), bias_axes="d", activation="relu")(x)
    return keras.Model(patches, layers.Permute((2, 1))(x)), numbers(2, 4, 6)


def text_with_causal_attention():
    words = keras.Input((6,), dtype="int32")
    x = layers.Embedding(20, 6, mask_zero=True)(words)
    y = layers.MultiHeadAttention(2, 3)(x, x, use_causal_mask=True)
    x = layers.LayerNormalization()(x + y)
    return keras.Model(words, layers.Dense(20)(x)), tokens(20, 2, 6)


def encoder_and_decoder():
    source, target = keras.Input((5, 6)), keras.Input((4, 6))
    memory = layers.LayerNormalization()(
        layers.Add()([source, layers.MultiHeadAttention(2, 3)(query=source, value=source, key=source)])
    )
    x = layers.MultiHeadAttention(2, 3)(target, target, target, use_causal_mask=True)
    y = layers.MultiHeadAttention(2, 3)(query=x, value=memory, key=memory)
    return (
        keras.Model([source, target], layers.Dense(7, activation="softmax")(y)),
        numbers(2, 5, 6),
        numbers(2, 4, 6),
    )


def grouped_queries():
    steps = keras.Input((5, 8))
    x = layers.GroupQueryAttention(head_dim=4, num_query_heads=4, num_key_value_heads=2)(steps, steps)
    return keras.Model(steps, layers.RMSNormalization()(x)), numbers(2, 5, 8)


def scores_by_hand():
    steps = keras.Input((5, 4))
    query, key, value = (layers.Dense(4, name=name)(steps) for name in ("query", "key", "value"))
    scores = ops.matmul(query, ops.transpose(key, (0, 2, 1))) / ops.sqrt(4.0)
    return keras.Model(steps, ops.matmul(ops.softmax(scores, axis=-1), value)), numbers(2, 5, 4)
