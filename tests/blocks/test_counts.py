"""Parameter counts that are published or follow from the tutorials that the blocks come from."""

import keras
import pytest

from blocks.conv_block import ConvBlock
from blocks.downsample_block import DownsampleBlock
from blocks.inception_block import InceptionBlock
from blocks.residual_block import ResidualBlock


def classifier(layers, shape):
    inputs = x = keras.Input(shape)
    for layer in layers:
        x = layer(x)
    x = keras.layers.GlobalAveragePooling2D()(x)
    return keras.Model(inputs, keras.layers.Dense(10, activation="softmax")(x))


def test_tutorial_inception():
    layers = [
        ConvBlock(96),
        InceptionBlock(32, 32),
        InceptionBlock(32, 48),
        DownsampleBlock(80),
        InceptionBlock(112, 48),
        InceptionBlock(96, 64),
        InceptionBlock(80, 80),
        DownsampleBlock(96),
    ]
    assert classifier(layers, (28, 28, 1)).count_params() == 586_730


def test_small_inception_of_zhang_et_al():
    layers = [
        ConvBlock(96),
        InceptionBlock(32, 32),
        InceptionBlock(32, 48),
        DownsampleBlock(80),
        InceptionBlock(112, 48),
        InceptionBlock(96, 64),
        InceptionBlock(80, 80),
        InceptionBlock(48, 96),
        DownsampleBlock(96),
        InceptionBlock(176, 160),
        InceptionBlock(176, 160),
    ]
    model = classifier(layers, (28, 28, 3))
    assert model.count_params() == 1_656_250
    normalization = sum(
        layer.count_params()
        for layer in model._flatten_layers()
        if isinstance(layer, keras.layers.BatchNormalization)
    )
    assert model.count_params() - normalization == 1_649_402


@pytest.mark.parametrize(("kernel_size", "params"), [(1, 2_400_490), (3, 2_990_570)])
def test_resnet_like(kernel_size, params):
    sizes = [(32, 32, 64), (128, 128, 256), (128, 256, 512)]
    layers = [ResidualBlock(*filters, shortcut_kernel_size=kernel_size) for filters in sizes]
    assert classifier(layers, (28, 28, 1)).count_params() == params


def test_residual_block_without_pooling_keeps_the_size():
    assert ResidualBlock(4, 4, 8, pool=False).compute_output_shape((None, 9, 9, 3)) == (None, 9, 9, 8)


def test_conv_block_takes_pairs():
    block = ConvBlock(4, kernel_size=[1, 3], strides=(1, 2), padding="valid")
    assert block.compute_output_shape((None, 9, 9, 3)) == (None, 9, 4, 4)


def test_batch_normalization_takes_the_momentum():
    assert ConvBlock(4).norm.momentum == 0.9
    assert InceptionBlock(4, 4, momentum=0.5).conv_3x3.norm.momentum == 0.5
