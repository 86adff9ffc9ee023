"""The ways in which models are written down: names, nesting, objects in place of words."""

import keras
from keras import layers

from tests.importing.networks.values import numbers


def odd_names():
    x = keras.Input((4,), name="eingabe größe")
    y = layers.Dense(3, name="stufe 1·ß")(x)
    y = layers.Dense(3, name="层")(y)
    return keras.Model(x, layers.Dense(2, name="aus gabe")(y), name="ein netz · groß"), numbers(2, 4)


def objects_in_place_of_words():
    x = keras.Input((4,))
    y = layers.Dense(
        3,
        activation=keras.activations.relu,
        kernel_initializer=keras.initializers.HeNormal(seed=1),
        bias_initializer=keras.initializers.Constant(0.1),
        kernel_regularizer=keras.regularizers.L1L2(0.01, 0.02),
        kernel_constraint=keras.constraints.MaxNorm(2),
    )(x)
    y = layers.Dense(3, activation=keras.activations.softmax)(layers.Activation(keras.activations.silu)(y))
    return keras.Model(x, y), numbers(2, 4)


def a_fixed_batch():
    x = keras.Input(batch_shape=(2, 4))
    return keras.Model(x, layers.Dense(3)(x)), numbers(2, 4)


def open_sizes():
    x = keras.Input((None, None, 3))
    y = layers.Conv2D(4, 3, padding="same")(x)
    return keras.Model(x, [layers.GlobalMaxPooling2D()(y), y]), numbers(2, 5, 6, 3)


def stack_in_a_stack():
    inner = keras.Sequential([layers.Dense(4, activation="relu"), layers.Dense(3)], name="inner")
    model = keras.Sequential([keras.Input((5,)), inner, layers.Dropout(0.1), layers.Dense(2)])
    return model, numbers(2, 5)


def stack_in_a_stack_with_inputs_of_its_own():
    inner = keras.Sequential([keras.Input((5,)), layers.Dense(4), layers.BatchNormalization()], name="inner")
    return keras.Sequential([inner, layers.Dense(2)]), numbers(2, 5)


def one_model_used_twice():
    inner = keras.Sequential([keras.Input((4,)), layers.Dense(4, activation="tanh"), layers.Dense(4)])
    x = keras.Input((4,))
    return keras.Model(x, layers.Add()([inner(x), inner(inner(x))])), numbers(2, 4)


def base_frozen():
    image = keras.Input((8, 8, 3))
    y = layers.GlobalAveragePooling2D()(layers.BatchNormalization()(layers.Conv2D(4, 3)(image)))
    base = keras.Model(image, y, name="base")
    base.trainable = False
    x = keras.Input((8, 8, 3))
    y = layers.Dropout(0.2)(base(x, training=False))
    return keras.Model(x, layers.Dense(2)(y)), numbers(2, 8, 8, 3)


def base_frozen_but_for_its_end():
    image = keras.Input((8, 8, 3))
    y = layers.BatchNormalization()(layers.Conv2D(4, 3)(image))
    base = keras.Model(image, layers.Conv2D(4, 3)(y), name="base")
    for layer in base.layers[:-1]:
        layer.trainable = False
    x = keras.Input((8, 8, 3))
    return keras.Model(x, layers.GlobalAveragePooling2D()(base(x))), numbers(2, 8, 8, 3)


def embedding_frozen():
    x = keras.Input((5,), dtype="int32")
    y = layers.Embedding(9, 3, trainable=False)(x)
    return keras.Model(x, layers.GRU(4)(y)), numbers(2, 5).astype("int32") * 0 + 2


def inputs_by_name():
    inputs = {"b": keras.Input((3,), name="b"), "a": keras.Input((2,), name="a")}
    return keras.Model(inputs, layers.Concatenate()([inputs["a"], inputs["b"]])), {
        "a": numbers(2, 2),
        "b": numbers(2, 3),
    }
