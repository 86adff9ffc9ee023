"""Networks that look at pictures."""

import keras
from keras import layers, ops

from tests.importing.networks.values import numbers


def convolutions_in_a_stack():
    model = keras.Sequential(name="mnist_convnet")
    model.add(keras.Input(shape=(14, 14, 1)))
    for filters in (4, 8):
        model.add(layers.Conv2D(filters, kernel_size=(3, 3), activation="relu"))
        model.add(layers.MaxPooling2D(pool_size=(2, 2)))
    model.add(layers.Flatten())
    model.add(layers.Dropout(0.5))
    model.add(layers.Dense(10, activation="softmax"))
    return model, numbers(2, 14, 14, 1)


def toy_resnet():
    image = keras.Input((16, 16, 3), name="img")
    x = layers.Conv2D(4, 3, activation="relu")(image)
    x = layers.Conv2D(8, 3, activation="relu")(x)
    block = layers.MaxPooling2D(3)(x)
    for _ in range(2):
        x = layers.Conv2D(8, 3, activation="relu", padding="same")(block)
        x = layers.Conv2D(8, 3, activation="relu", padding="same")(x)
        block = layers.add([x, block])
    x = layers.GlobalAveragePooling2D()(layers.Conv2D(8, 3, activation="relu")(block))
    x = layers.Dropout(0.5)(layers.Dense(16, activation="relu")(x))
    return keras.Model(image, layers.Dense(10)(x), name="toy_resnet"), numbers(2, 16, 16, 3)


def _encoder() -> keras.Model:
    image = keras.Input((12, 12, 1), name="original_img")
    x = layers.Conv2D(4, 3, activation="relu")(image)
    x = layers.MaxPooling2D(2)(layers.Conv2D(6, 3, activation="relu")(x))
    return keras.Model(image, layers.GlobalMaxPooling2D()(x), name="encoder")


def _decoder() -> keras.Model:
    code = keras.Input((6,), name="encoded_img")
    x = layers.Reshape((2, 3, 1))(code)
    x = layers.Conv2DTranspose(4, 3, activation="relu")(x)
    x = layers.UpSampling2D(3)(x)
    return keras.Model(code, layers.Conv2DTranspose(1, 3, activation="relu")(x), name="decoder")


def autoencoder_of_two_models():
    image = keras.Input((12, 12, 1), name="img")
    return keras.Model(image, _decoder()(_encoder()(image)), name="autoencoder"), numbers(2, 12, 12, 1)


def ensemble_of_models():
    def member() -> keras.Model:
        vector = keras.Input((8,))
        return keras.Model(vector, layers.Dense(1)(vector))

    vector = keras.Input((8,))
    return keras.Model(vector, layers.average([member()(vector) for _ in range(3)])), numbers(3, 8)


def features_from_every_layer():
    base = keras.Sequential(
        [
            keras.Input((10, 10, 3)),
            layers.Conv2D(4, 5, strides=2, activation="relu"),
            layers.Conv2D(4, 3, activation="relu", name="my_intermediate_layer"),
            layers.GlobalAveragePooling2D(),
        ]
    )
    return keras.Model(base.inputs[0], [layer.output for layer in base.layers]), numbers(2, 10, 10, 3)


def segmentation_with_shortcuts():
    image = keras.Input((16, 16, 3))
    x = layers.Conv2D(4, 3, strides=2, padding="same")(image)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    before = x
    for filters in (6, 8):
        for _ in range(2):
            x = layers.Activation("relu")(x)
            x = layers.SeparableConv2D(filters, 3, padding="same")(x)
            x = layers.BatchNormalization()(x)
        x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
        x = layers.add([x, layers.Conv2D(filters, 1, strides=2, padding="same")(before)])
        before = x
    for filters in (8, 6, 4):
        x = layers.Activation("relu")(x)
        x = layers.Conv2DTranspose(filters, 3, padding="same")(x)
        x = layers.UpSampling2D(2)(layers.BatchNormalization()(x))
        x = layers.add([x, layers.Conv2D(filters, 1, padding="same")(layers.UpSampling2D(2)(before))])
        before = x
    return keras.Model(image, layers.Conv2D(3, 3, activation="softmax", padding="same")(x)), numbers(
        2, 16, 16, 3
    )


def u_net():
    image = keras.Input((16, 16, 1))
    skips, x = [], image
    for filters in (4, 8):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer="he_normal")(x)
        skips.append(x)
        x = layers.Dropout(0.3)(layers.MaxPool2D(2)(x))
    x = layers.Conv2D(8, 3, padding="same", activation="relu")(x)
    for filters, skip in zip((8, 4), reversed(skips), strict=True):
        x = layers.Conv2DTranspose(filters, 3, 2, padding="same")(x)
        x = layers.concatenate([x, skip])
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return keras.Model(image, layers.Conv2D(1, 1, activation="sigmoid")(x), name="U-Net"), numbers(
        2, 16, 16, 1
    )


def pictures_of_cats_and_dogs():
    image = keras.Input((20, 20, 3))
    x = layers.RandomFlip("horizontal")(image)
    x = layers.RandomRotation(0.1)(x)
    x = layers.Rescaling(1.0 / 255)(x)
    x = layers.Conv2D(4, 3, strides=2, padding="same")(x)
    x = layers.Activation("relu")(layers.BatchNormalization()(x))
    before = x
    for size in (6, 8):
        x = layers.SeparableConv2D(size, 3, padding="same")(layers.Activation("relu")(x))
        x = layers.MaxPooling2D(3, strides=2, padding="same")(layers.BatchNormalization()(x))
        x = layers.add([x, layers.Conv2D(size, 1, strides=2, padding="same")(before)])
        before = x
    x = layers.Dropout(0.25)(layers.GlobalAveragePooling2D()(x))
    return keras.Model(image, layers.Dense(1, activation=None)(x)), numbers(2, 20, 20, 3)


def augmentation_in_a_model_of_its_own():
    augmentation = keras.Sequential(
        [
            layers.RandomFlip("horizontal_and_vertical"),
            layers.RandomRotation(0.2),
            layers.RandomZoom(0.1),
            layers.RandomTranslation(0.1, 0.1),
            layers.RandomContrast(0.1),
            layers.RandomBrightness(0.1),
        ],
        name="data_augmentation",
    )
    image = keras.Input((12, 12, 3))
    x = augmentation(image)
    x = layers.CenterCrop(8, 8)(layers.Resizing(10, 10)(x))
    return keras.Model(image, layers.Dense(2)(layers.Flatten()(x))), numbers(2, 12, 12, 3)


def super_resolution():
    image = keras.Input((None, None, 1))
    settings = {"activation": "relu", "kernel_initializer": "orthogonal", "padding": "same"}
    x = layers.Conv2D(8, 5, **settings)(image)
    x = layers.Conv2D(4, 3, **settings)(x)
    x = layers.UpSampling2D(3, interpolation="bilinear")(x)
    return keras.Model(image, layers.Conv2D(1, 3, padding="same")(x)), numbers(1, 6, 5, 1)


def conv_mixer():
    image = keras.Input((12, 12, 3))
    x = layers.Rescaling(scale=1.0 / 255)(image)
    x = layers.Conv2D(6, kernel_size=4, strides=4)(x)
    x = layers.BatchNormalization()(layers.Activation("gelu")(x))
    for _ in range(2):
        before = x
        x = layers.DepthwiseConv2D(kernel_size=3, padding="same")(x)
        x = layers.Add()([layers.BatchNormalization()(layers.Activation("gelu")(x)), before])
        x = layers.Conv2D(6, kernel_size=1)(x)
        x = layers.BatchNormalization()(layers.Activation("gelu")(x))
    x = layers.GlobalAvgPool2D()(x)
    return keras.Model(image, layers.Dense(4, activation="softmax")(x)), numbers(2, 12, 12, 3)


def squeeze_and_excite():
    image = keras.Input((8, 8, 4))
    x = layers.Conv2D(6, 1, padding="same", use_bias=False, name="expand_conv")(image)
    x = layers.BatchNormalization(name="expand_bn")(x)
    x = layers.Activation("swish", name="expand_activation")(x)
    x = layers.ZeroPadding2D(((0, 1), (0, 1)), name="dwconv_pad")(x)
    x = layers.DepthwiseConv2D(3, strides=2, padding="valid", use_bias=False, name="dwconv")(x)
    se = layers.GlobalAveragePooling2D(name="se_squeeze")(x)
    se = layers.Reshape((1, 1, 6), name="se_reshape")(se)
    se = layers.Conv2D(2, 1, padding="same", activation="swish", name="se_reduce")(se)
    se = layers.Conv2D(6, 1, padding="same", activation="sigmoid", name="se_expand")(se)
    x = layers.multiply([x, se], name="se_excite")
    x = layers.Conv2D(4, 1, padding="same", use_bias=False, name="project_conv")(x)
    return keras.Model(image, x), numbers(2, 8, 8, 4)


def siamese_with_a_shared_branch():
    tower_in = keras.Input((12, 12, 1))
    x = layers.BatchNormalization()(tower_in)
    x = layers.AveragePooling2D(pool_size=(2, 2))(layers.Conv2D(4, (5, 5), activation="tanh")(x))
    x = layers.Dense(5, activation="tanh")(layers.BatchNormalization()(layers.Flatten()(x)))
    tower = keras.Model(tower_in, x)
    left, right = keras.Input((12, 12, 1)), keras.Input((12, 12, 1))
    first, second = tower(left), tower(right)
    distance = ops.sqrt(
        ops.maximum(ops.sum(ops.square(first - second), axis=1, keepdims=True), keras.config.epsilon())
    )
    out = layers.Dense(1, activation="sigmoid")(layers.BatchNormalization()(distance))
    return keras.Model([left, right], out), numbers(2, 12, 12, 1), numbers(2, 12, 12, 1) + 1


def volumes():
    scan = keras.Input((10, 10, 8, 1))
    x = layers.Conv3D(filters=4, kernel_size=3, activation="relu")(scan)
    x = layers.BatchNormalization()(layers.MaxPool3D(pool_size=2)(x))
    x = layers.Cropping3D(((0, 1), (0, 1), (0, 0)))(layers.ZeroPadding3D(1)(x))
    x = layers.AveragePooling3D(2)(layers.UpSampling3D(2)(x))
    x = layers.Conv3DTranspose(2, 2)(x)
    x = layers.GlobalAveragePooling3D()(x)
    return keras.Model(scan, layers.Dense(1, activation="sigmoid")(x)), numbers(2, 10, 10, 8, 1)


def pictures_of_a_film():
    film = keras.Input((None, 8, 8, 1))
    x = layers.ConvLSTM2D(4, (5, 5), padding="same", return_sequences=True, activation="relu")(film)
    x = layers.BatchNormalization()(x)
    x = layers.ConvLSTM2D(4, (1, 1), padding="same", return_sequences=True, activation="relu")(x)
    return keras.Model(film, layers.Conv3D(1, (3, 3, 3), activation="sigmoid", padding="same")(x)), numbers(
        2, 3, 8, 8, 1
    )


def each_picture_of_a_film_alone():
    eye = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(3, 3), layers.GlobalAveragePooling2D()])
    film = keras.Input((4, 8, 8, 1))
    x = layers.TimeDistributed(eye)(film)
    x = layers.TimeDistributed(layers.Dropout(0.2))(x)
    return keras.Model(film, layers.GRU(5)(x)), numbers(2, 4, 8, 8, 1)


def convolution_step_by_step():
    film = keras.Input((4, 8, 8, 2))
    x = layers.TimeDistributed(layers.Conv2D(3, 3, activation="relu"))(film)
    x = layers.TimeDistributed(layers.MaxPooling2D())(x)
    x = layers.TimeDistributed(layers.Flatten())(x)
    return keras.Model(film, layers.LSTM(4)(x)), numbers(2, 4, 8, 8, 2)


def normalizations_and_odd_activations():
    image = keras.Input((6, 6, 8))
    x = layers.GroupNormalization(groups=4)(image)
    x = layers.UnitNormalization()(layers.PReLU(shared_axes=[1, 2])(x))
    x = layers.ReLU(max_value=6.0, negative_slope=0.1, threshold=0.05)(x)
    x = layers.SpatialDropout2D(0.1)(layers.GaussianNoise(0.1)(x))
    x = layers.Softmax(axis=-1)(layers.ELU(alpha=0.7)(layers.AlphaDropout(0.1)(x)))
    x = layers.ActivityRegularization(l2=0.01)(layers.GaussianDropout(0.1)(x))
    return keras.Model(image, layers.LayerNormalization(axis=[1, 2, 3])(x)), numbers(2, 6, 6, 8)


def spectral_normalization():
    image = keras.Input((8, 8, 1))
    x = layers.SpectralNormalization(layers.Conv2D(4, 3))(image)
    x = layers.LeakyReLU(negative_slope=0.2)(x)
    return keras.Model(image, layers.SpectralNormalization(layers.Dense(1))(layers.Flatten()(x))), numbers(
        2, 8, 8, 1
    )


def softmax_over_the_rows():
    image = keras.Input((4, 5, 3))
    return keras.Model(image, layers.Softmax(axis=[1, 2])(layers.Softmax(axis=1)(image))), numbers(2, 4, 5, 3)
