"""Parameter counts that are published or follow from the tutorials that the blocks come from."""

import math

import keras
import numpy as np
import pytest
from keras import ops

from blocks._shapes import without_weights
from blocks.basic_residual_block import BasicResidualBlock
from blocks.bottleneck_block import BottleneckBlock
from blocks.conv_block import ConvBlock
from blocks.convnext_block import ConvNeXtBlock
from blocks.dense_block import DenseBlock
from blocks.downsample_block import DownsampleBlock
from blocks.fire_block import FireBlock
from blocks.googlenet_block import GoogLeNetBlock
from blocks.inception_block import InceptionBlock
from blocks.inverted_residual_block import InvertedResidualBlock
from blocks.layer_scale import LayerScale
from blocks.mlp_block import MLPBlock
from blocks.positional_embedding import PositionalEmbedding
from blocks.residual_block import ResidualBlock
from blocks.scaled_add import ScaledAdd
from blocks.separable_block import SeparableBlock
from blocks.squeeze_excite_block import SqueezeExciteBlock
from blocks.stochastic_depth import StochasticDepth
from blocks.transformer_block import TransformerBlock
from blocks.transition_block import TransitionBlock


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


def small_inception(**arguments):
    layers = [
        ConvBlock(96, **arguments),
        InceptionBlock(32, 32, **arguments),
        InceptionBlock(32, 48, **arguments),
        DownsampleBlock(80, **arguments),
        InceptionBlock(112, 48, **arguments),
        InceptionBlock(96, 64, **arguments),
        InceptionBlock(80, 80, **arguments),
        InceptionBlock(48, 96, **arguments),
        DownsampleBlock(96, **arguments),
        InceptionBlock(176, 160, **arguments),
        InceptionBlock(176, 160, **arguments),
    ]
    return classifier(layers, (28, 28, 3))


def normalizations(model):
    return [layer for layer in model._flatten_layers() if isinstance(layer, keras.layers.BatchNormalization)]


def test_small_inception_of_zhang_et_al():
    assert small_inception().count_params() == 1_656_250


def test_small_inception_without_batch_normalization_has_the_parameters_of_the_paper():
    model = small_inception(batch_normalization=False)
    assert model.count_params() == 1_649_402
    assert normalizations(model) == []


def test_a_residual_block_without_batch_normalization_keeps_its_convolutions():
    model = classifier([ResidualBlock(32, 32, 64, batch_normalization=False)], (28, 28, 1))
    # Four convolutions with biases, and the classifier.
    assert model.count_params() == 320 + 9_248 + 18_496 + 64 + 650
    assert normalizations(model) == []


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


class Counting:
    """Layers one behind another, with no number of their weights made."""

    def __init__(self, shape):
        self._inputs = self.x = keras.Input(shape)

    def __call__(self, *layers):
        for layer in layers:
            self.x = layer(self.x)
        return self

    def model(self):
        return keras.Model(self._inputs, self.x)


def trainable(model):
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


def resnet(block, depths, use_bias=False, version="v1"):
    with without_weights():
        network = Counting((224, 224, 3))
        network(keras.layers.Conv2D(64, 7, strides=2, padding="same", use_bias=use_bias))
        if version == "v1":
            network(keras.layers.BatchNormalization(), keras.layers.ReLU())
        network(keras.layers.MaxPooling2D(3, strides=2, padding="same"))
        for stage, depth in enumerate(depths):
            for place in range(depth):
                strides = 2 if stage and not place else 1
                network(block(64 * 2**stage, strides=strides, use_bias=use_bias, version=version))
        if version == "v2":
            network(keras.layers.BatchNormalization(), keras.layers.ReLU())
        network(keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1000))
        return network.model()


@pytest.mark.parametrize(
    ("block", "depths", "count"),
    [
        # What torchvision's documentation names; it counts trainable weights only.
        (BasicResidualBlock, (2, 2, 2, 2), 11_689_512),
        (BasicResidualBlock, (3, 4, 6, 3), 21_797_672),
        (BottleneckBlock, (3, 4, 6, 3), 25_557_032),
        (BottleneckBlock, (3, 4, 23, 3), 44_549_160),
    ],
)
def test_resnets_without_biases(block, depths, count):
    assert trainable(resnet(block, depths)) == count


def test_resnet_50_with_biases_is_that_of_keras():
    with without_weights():
        keras_count = keras.applications.ResNet50(weights=None).count_params()
    assert resnet(BottleneckBlock, (3, 4, 6, 3), use_bias=True).count_params() == keras_count == 25_636_712


def test_resnet_50_v2_is_that_of_keras_but_for_biases_that_keras_leaves_out():
    with without_weights():
        keras_count = keras.applications.ResNet50V2(weights=None).count_params()
    ours = resnet(BottleneckBlock, (3, 4, 6, 3), use_bias=True, version="v2").count_params()
    # Keras has no biases in the first two convolutions of each block.
    left_out = sum(depth * 2 * 64 * 2**stage for stage, depth in enumerate((3, 4, 6, 3)))
    assert keras_count == 25_613_800
    assert ours - left_out == keras_count


def mobilenet_stem(network):
    network(keras.layers.Conv2D(32, 3, strides=2, padding="same", use_bias=False))
    return network(keras.layers.BatchNormalization(), keras.layers.ReLU(max_value=6))


def test_mobilenet():
    with without_weights():
        network = mobilenet_stem(Counting((224, 224, 3)))
        for filters, strides in [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2)]:
            network(SeparableBlock(filters, strides=strides))
        network(*(SeparableBlock(512) for _ in range(5)))
        network(SeparableBlock(1024, strides=2), SeparableBlock(1024))
        network(keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1000))
        model = network.model()
        keras_count = keras.applications.MobileNet(weights=None).count_params()
    assert model.count_params() == keras_count == 4_253_864


def test_mobilenet_v2():
    stages = [(16, 1, 1, 1), (24, 2, 2, 6), (32, 3, 2, 6), (64, 4, 2, 6)]
    stages += [(96, 3, 1, 6), (160, 3, 2, 6), (320, 1, 1, 6)]
    with without_weights():
        network = mobilenet_stem(Counting((224, 224, 3)))
        for filters, depth, strides, expansion in stages:
            for place in range(depth):
                step = 1 if place else strides
                network(InvertedResidualBlock(filters, expansion=expansion, strides=step))
        network(keras.layers.Conv2D(1280, 1, use_bias=False))
        network(keras.layers.BatchNormalization(), keras.layers.ReLU(max_value=6))
        network(keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1000))
        model = network.model()
        keras_count = keras.applications.MobileNetV2(weights=None).count_params()
    assert model.count_params() == keras_count == 3_538_984


def test_densenet_121():
    with without_weights():
        network = Counting((224, 224, 3))(
            keras.layers.Conv2D(64, 7, strides=2, padding="same", use_bias=False)
        )
        network(keras.layers.BatchNormalization(), keras.layers.ReLU())
        network(keras.layers.MaxPooling2D(3, strides=2, padding="same"))
        for depth in (6, 12, 24):
            network(DenseBlock(depth, 32), TransitionBlock(0.5))
        network(DenseBlock(16, 32), keras.layers.BatchNormalization(), keras.layers.ReLU())
        network(keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1000))
        model = network.model()
        keras_count = keras.applications.DenseNet121(weights=None).count_params()
    assert model.count_params() == keras_count == 8_062_504


@pytest.mark.parametrize(
    ("filters", "kernel_size", "count"),
    # Those of torchvision's SqueezeNet 1.0 and 1.1, which normalizes nothing.
    [(96, 7, 1_248_424), (64, 3, 1_235_496)],
)
def test_squeezenet(filters, kernel_size, count):
    with without_weights():
        network = Counting((224, 224, 3))(
            keras.layers.Conv2D(filters, kernel_size, strides=2, activation="relu"),
            keras.layers.MaxPooling2D(3, strides=2),
        )
        for squeeze, expand in [(16, 64), (16, 64), (32, 128), (32, 128), (48, 192), (48, 192)]:
            network(FireBlock(squeeze, expand, expand))
        network(FireBlock(64, 256, 256), FireBlock(64, 256, 256))
        network(keras.layers.Conv2D(1000, 1, activation="relu"), keras.layers.GlobalAveragePooling2D())
        model = network.model()
    assert model.count_params() == count


# Table 1 of Szegedy et al. 2014: 1x1, 3x3 reduce, 3x3, 5x5 reduce, 5x5, pool projection.
GOOGLENET = [
    (64, 96, 128, 16, 32, 32),
    (128, 128, 192, 32, 96, 64),
    (192, 96, 208, 16, 48, 64),
    (160, 112, 224, 24, 64, 64),
    (128, 128, 256, 24, 64, 64),
    (112, 144, 288, 32, 64, 64),
    (256, 160, 320, 32, 128, 128),
    (256, 160, 320, 32, 128, 128),
    (384, 192, 384, 48, 128, 128),
]


def test_googlenet():
    with without_weights():
        network = Counting((224, 224, 3))(
            ConvBlock(64, 7, strides=2, batch_normalization=False),
            keras.layers.MaxPooling2D(3, strides=2, padding="same"),
            ConvBlock(64, 1, batch_normalization=False),
            ConvBlock(192, 3, batch_normalization=False),
            keras.layers.MaxPooling2D(3, strides=2, padding="same"),
        )
        for place, filters in enumerate(GOOGLENET):
            if place in (2, 7):
                network(keras.layers.MaxPooling2D(3, strides=2, padding="same"))
            network(GoogLeNetBlock(*filters))
        network(keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(1000))
        model = network.model()
    # The sum of the table's convolutions and biases, without the two auxiliary classifiers.
    channels = 192
    expected = (7 * 7 * 3 + 1) * 64 + (64 + 1) * 64 + (9 * 64 + 1) * 192
    for one, small, three, tiny, five, pool in GOOGLENET:
        expected += (channels + 1) * (one + small + tiny + pool)
        expected += (9 * small + 1) * three + (25 * tiny + 1) * five
        channels = one + three + five + pool
    assert model.count_params() == expected + 1025 * 1000 == 6_998_552


def test_convnext_tiny():
    with without_weights():
        network = Counting((224, 224, 3))(keras.layers.Conv2D(96, 4, strides=4))
        network(keras.layers.LayerNormalization())
        for stage, depth in enumerate((3, 3, 9, 3)):
            if stage:
                network(keras.layers.LayerNormalization(), keras.layers.Conv2D(96 * 2**stage, 2, strides=2))
            network(*(ConvNeXtBlock(drop_rate=0.1) for _ in range(depth)))
        network(keras.layers.GlobalAveragePooling2D(), keras.layers.LayerNormalization())
        model = network(keras.layers.Dense(1000)).model()
        keras_count = keras.applications.ConvNeXtTiny(weights=None).count_params()
    # Keras counts the seven numbers by which its own Normalization scales the images.
    assert model.count_params() == 28_589_128
    assert keras_count in (28_589_128, 28_589_135)


def test_squeeze_and_excitation_costs_two_dense_layers():
    with without_weights():
        model = Counting((8, 8, 64))(SqueezeExciteBlock(16)).model()
    assert model.count_params() == 64 * 4 + 4 + 4 * 64 + 64


def test_the_text_classifier_of_keras():
    """ "Text classification with Transformer" (keras.io): 646,400 for the words and places, 10,656 for the block."""
    words = PositionalEmbedding(20_000, 200, 32)
    words.build((None, 200))
    block = TransformerBlock(num_heads=2, intermediate_dim=32, key_dim=32)
    block.build((None, 200, 32))
    assert (words.count_params(), block.count_params()) == (646_400, 10_656)


def test_waves_have_no_parameters_and_hold_for_any_length():
    words = PositionalEmbedding(10, 4, 6, positions="sinusoidal")
    found = ops.convert_to_numpy(words(np.zeros((1, 9), "int32")) - words.tokens(np.zeros((1, 9), "int32")))
    assert words.count_params() == 60
    place, pair = np.meshgrid(np.arange(9), np.arange(3), indexing="ij")
    angle = place / 10_000 ** (2 * pair / 6)
    np.testing.assert_allclose(found[0, :, 0::2], np.sin(angle), atol=1e-5)
    np.testing.assert_allclose(found[0, :, 1::2], np.cos(angle), atol=1e-5)


def test_learnt_places_end_with_the_sequence():
    with pytest.raises(ValueError, match=r"It learns 4 places, but a sequence has 9 tokens\."):
        PositionalEmbedding(10, 4, 6).compute_output_shape((None, 9))


def test_a_shortcut_has_weights_only_where_something_changes():
    def weights(block, shape):
        block.build(shape)
        return [weight.path.split("/")[-2] for weight in block.trainable_weights if "shortcut" in weight.path]

    assert weights(BasicResidualBlock(4, name="b"), (None, 8, 8, 4)) == []
    assert weights(BasicResidualBlock(4, name="b"), (None, 8, 8, 3))[0].endswith("shortcut")
    assert weights(BottleneckBlock(4, strides=2, name="b"), (None, 8, 8, 16))[0].endswith("shortcut")
    assert weights(BottleneckBlock(4, name="b"), (None, 8, 8, 16)) == []


def test_an_inverted_residual_adds_only_where_nothing_changes():
    def adds(block, shape):
        block.build(shape)
        return block.add is not None

    assert adds(InvertedResidualBlock(4), (None, 8, 8, 4))
    assert not adds(InvertedResidualBlock(4, strides=2), (None, 8, 8, 4))
    assert not adds(InvertedResidualBlock(4), (None, 8, 8, 3))


def test_stochastic_depth_leaves_out_whole_examples():
    keras.utils.set_random_seed(0)
    result = ops.convert_to_numpy(StochasticDepth(0.5)(np.ones((64, 3, 3, 2), "float32"), training=True))
    kept = result[:, 0, 0, 0]
    assert set(kept.tolist()) == {0.0, 2.0}
    np.testing.assert_array_equal(result, np.broadcast_to(kept[:, None, None, None], result.shape))


def test_scaled_add_is_that_of_inception_resnet():
    one, other = np.full((2, 2), 3.0, "float32"), np.full((2, 2), 10.0, "float32")
    np.testing.assert_allclose(ops.convert_to_numpy(ScaledAdd(0.17)([one, other])), 4.7, rtol=1e-6)


def test_layer_scale_begins_with_its_value_on_any_rank():
    for shape in [(2, 5), (2, 3, 5), (2, 4, 3, 5)]:
        result = LayerScale(0.25)(np.ones(shape, "float32"))
        np.testing.assert_array_equal(ops.convert_to_numpy(result), np.full(shape, 0.25, "float32"))


@pytest.mark.parametrize(("normalization", "extra"), [("none", 0), ("batch", 4 * 24), ("layer", 2 * 24)])
def test_perceptron_block(normalization, extra):
    block = MLPBlock((16, 8), normalization=normalization, dropout=0.5)
    block.build((None, 10))
    assert block.count_params() == 10 * 16 + 16 + 16 * 8 + 8 + extra
    assert MLPBlock((16, 8), dropout=0.5).compute_output_shape((None, 7, 10)) == (None, 7, 8)
