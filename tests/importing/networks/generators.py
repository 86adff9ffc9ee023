"""Networks that draw, and those that judge what was drawn."""

import keras
from keras import layers, ops

from tests.importing.networks.values import numbers


def generator():
    model = keras.Sequential(
        [
            keras.Input((6,)),
            layers.Dense(3 * 3 * 8, use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Reshape((3, 3, 8)),
            layers.Conv2DTranspose(8, (5, 5), strides=(1, 1), padding="same", use_bias=False),
            layers.BatchNormalization(),
            layers.LeakyReLU(),
            layers.Conv2DTranspose(4, (4, 4), strides=(2, 2), padding="same", use_bias=False),
            layers.Conv2DTranspose(1, 4, strides=2, padding="same", use_bias=False, activation="tanh"),
        ],
        name="generator",
    )
    return model, numbers(2, 6)


def discriminator():
    model = keras.Sequential(
        [
            keras.Input((12, 12, 1)),
            layers.Conv2D(4, kernel_size=4, strides=2, padding="same"),
            layers.LeakyReLU(negative_slope=0.2),
            layers.Conv2D(8, 4, strides=2, padding="same"),
            layers.LeakyReLU(0.2),
            layers.Flatten(),
            layers.Dropout(0.2),
            layers.Dense(1, activation="sigmoid"),
        ],
        name="discriminator",
    )
    return model, numbers(2, 12, 12, 1)


def judge_behind_a_generator():
    judge, _ = discriminator()
    judge.trainable = False
    noise = keras.Input((6,))
    drawn, _ = generator()
    return keras.Model(noise, judge(drawn(noise)), name="gan"), numbers(2, 6)


def variational_decoder():
    code = keras.Input((2,))
    x = layers.Dense(3 * 3 * 4, activation="relu")(code)
    x = layers.Reshape((3, 3, 4))(x)
    x = layers.Conv2DTranspose(4, 3, activation="relu", strides=2, padding="same")(x)
    x = layers.Conv2DTranspose(1, 3, activation="sigmoid", padding="same")(x)
    return keras.Model(code, x, name="decoder"), numbers(2, 2)


def variational_encoder_without_its_sampling():
    image = keras.Input((12, 12, 1))
    x = layers.Conv2D(4, 3, activation="relu", strides=2, padding="same")(image)
    x = layers.Dense(4, activation="relu")(layers.Flatten()(x))
    mean, spread = layers.Dense(2, name="z_mean")(x), layers.Dense(2, name="z_log_var")(x)
    noise = keras.Input((2,), name="epsilon")
    return (
        keras.Model([image, noise], [mean, spread, mean + ops.exp(0.5 * spread) * noise], name="encoder"),
        numbers(2, 12, 12, 1),
        numbers(2, 2),
    )


def cycle_with_instance_normalization():
    image = keras.Input((8, 8, 3))
    x = layers.Conv2D(4, 3, padding="same", use_bias=False)(image)
    x = layers.GroupNormalization(groups=-1)(x)
    x = layers.Activation(keras.activations.leaky_relu)(x)
    x = layers.Conv2DTranspose(3, 3, strides=2, padding="same", output_padding=1)(x)
    return keras.Model(image, layers.Activation("tanh")(x)), numbers(2, 8, 8, 3)


def class_given_as_a_number():
    code, label = keras.Input((4,)), keras.Input((1,), dtype="int32")
    x = layers.multiply([code, layers.Flatten()(layers.Embedding(10, 4)(label))])
    return (
        keras.Model([code, label], layers.Dense(6)(x)),
        numbers(2, 4),
        numbers(2, 1).astype("int32") * 0 + 3,
    )
