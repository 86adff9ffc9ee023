"""Networks that read the columns of tables."""

import keras
import numpy as np
from keras import layers

from tests.importing.networks.values import numbers, tokens


def wide_and_deep():
    age, color = keras.Input((1,), name="age"), keras.Input((1,), dtype="int64", name="size")
    wide = layers.CategoryEncoding(num_tokens=6, output_mode="multi_hot")(
        layers.IntegerLookup(vocabulary=[1, 2, 3, 4, 5])(color)
    )
    age_n = layers.Normalization(mean=3.0, variance=2.0)(age)
    bins = layers.Discretization(bin_boundaries=[0.0, 1.0, 2.0], output_mode="one_hot")(age)
    deep = layers.concatenate([age_n, layers.Flatten()(layers.Embedding(8, 3)(color)), bins])
    deep = layers.Dropout(0.1)(layers.ReLU()(layers.BatchNormalization()(layers.Dense(6)(deep))))
    out = layers.Dense(1, activation="sigmoid")(layers.concatenate([wide, deep]))
    return keras.Model([age, color], out), numbers(3, 1), np.array([[1], [5], [7]], "int64")


def columns_of_text():
    name = keras.Input((1,), dtype="string", name="thal")
    kind = layers.StringLookup(vocabulary=["fixed", "normal"], output_mode="one_hot")(name)
    return keras.Model(name, layers.Dense(2)(kind)), np.array([["normal"], ["new"]])


def hashed():
    number = keras.Input((1,), dtype="int64", name="zip")
    code = layers.Hashing(num_bins=8)(number)
    return keras.Model(number, layers.Dense(2)(layers.Flatten()(layers.Embedding(8, 3)(code)))), np.array(
        [[4], [11]], "int64"
    )


def salted_hash():
    name = keras.Input((1,), dtype="string")
    return keras.Model(name, layers.Hashing(num_bins=8, salt=[3, 4], output_mode="one_hot")(name)), np.array(
        [["a"], ["b"]]
    )


def crossed_columns():
    first, second = keras.Input((1,), dtype="int64"), keras.Input((1,), dtype="int64")
    x = layers.HashedCrossing(num_bins=10, output_mode="one_hot")((first, second))
    return (
        keras.Model([first, second], layers.Dense(2)(x)),
        np.array([[1], [2]], "int64"),
        np.array([[3], [4]], "int64"),
    )


def text_in_the_model():
    text = keras.Input((1,), dtype="string")
    x = layers.TextVectorization(output_sequence_length=5, vocabulary=["the", "film", "was", "good"])(text)
    x = layers.Embedding(6, 3, mask_zero=True)(x)
    return keras.Model(text, layers.GlobalAveragePooling1D()(x)), np.array([["the film"], ["Good, good!"]])


def words_weighed_by_frequency():
    text = keras.Input((1,), dtype="string")
    vectorize = layers.TextVectorization(
        output_mode="tf_idf", vocabulary=["film", "good"], idf_weights=[0.5, 1.5]
    )
    return keras.Model(text, layers.Dense(2)(vectorize(text))), np.array([["a film"], ["good, good!"]])


def movies_and_users():
    user, film = keras.Input((1,), dtype="int32"), keras.Input((1,), dtype="int32")
    u = layers.Embedding(9, 4, embeddings_initializer="he_normal", embeddings_regularizer="l2")(user)
    f = layers.Embedding(7, 4, embeddings_initializer="he_normal", embeddings_regularizer="l2")(film)
    dot = layers.Dot(axes=2)([u, f])
    bias = layers.Add()([layers.Embedding(9, 1)(user), layers.Embedding(7, 1)(film)])
    out = layers.Activation("sigmoid")(layers.Flatten()(dot + bias))
    return keras.Model([user, film], out), tokens(7, 3, 1) + 1, tokens(6, 3, 1)


def cosine_of_two_towers():
    first, second = keras.Input((5,)), keras.Input((5,))
    left, right = layers.Dense(4)(first), layers.Dense(4)(second)
    return (
        keras.Model([first, second], layers.Dot(axes=1, normalize=True)([left, right])),
        numbers(2, 5),
        numbers(2, 5) * 2,
    )


def gated_residuals():
    columns = keras.Input((6,))
    x = layers.Dense(6, activation="elu")(columns)
    x = layers.Dropout(0.2)(layers.Dense(6)(x))
    x = layers.Dense(6)(x) * layers.Dense(6, activation="sigmoid")(x)
    x = layers.LayerNormalization()(columns + x)
    return keras.Model(columns, layers.Dense(1, activation="sigmoid")(x)), numbers(2, 6)


def q_values():
    state = keras.Input((4,))
    x = layers.Dense(8, activation="relu")(state)
    value, advantage = layers.Dense(1)(x), layers.Dense(3)(x)
    return keras.Model(
        state, [value + (advantage - keras.ops.mean(advantage, axis=1, keepdims=True)), x]
    ), numbers(2, 4)


def quantiles():
    columns = keras.Input((4,))
    x = layers.Normalization(axis=-1, mean=[0.0, 1, 2, 3], variance=[1.0, 2, 3, 4])(columns)
    x = layers.Dense(5, kernel_regularizer="l2", bias_constraint="non_neg", activity_regularizer="l1")(x)
    return keras.Model(columns, layers.Concatenate()([layers.Dense(1)(x), layers.Dense(1)(x)])), numbers(2, 4)
