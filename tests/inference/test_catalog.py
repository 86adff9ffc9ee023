import json

import pytest

from blocks._documentation import SECTIONS, read_documentation
from blockwright.inference.catalog import catalog, layer_class, make_layer
from blockwright.schema.catalog import CATEGORIES, Catalog

LAYERS = [
    "Dense",
    "Conv2D",
    "SeparableConv2D",
    "DepthwiseConv2D",
    "MaxPooling2D",
    "AveragePooling2D",
    "GlobalAveragePooling2D",
    "GlobalMaxPooling2D",
    "BatchNormalization",
    "LayerNormalization",
    "Activation",
    "ReLU",
    "Dropout",
    "SpatialDropout2D",
    "Flatten",
    "Reshape",
    "ZeroPadding2D",
    "UpSampling2D",
    "Rescaling",
    "CenterCrop",
    "Resizing",
    "RandomFlip",
    "RandomRotation",
    "RandomTranslation",
    "Add",
    "Concatenate",
    "Multiply",
    "Subtract",
    "Average",
    "Maximum",
    "Minimum",
    "Dot",
    "Conv1D",
    "SeparableConv1D",
    "DepthwiseConv1D",
    "Conv1DTranspose",
    "Conv2DTranspose",
    "Conv3D",
    "Conv3DTranspose",
    "MaxPooling1D",
    "AveragePooling1D",
    "GlobalAveragePooling1D",
    "GlobalMaxPooling1D",
    "MaxPooling3D",
    "AveragePooling3D",
    "GlobalAveragePooling3D",
    "GlobalMaxPooling3D",
    "ZeroPadding1D",
    "ZeroPadding3D",
    "Cropping1D",
    "Cropping2D",
    "Cropping3D",
    "UpSampling1D",
    "UpSampling3D",
    "Embedding",
    "Masking",
    "RepeatVector",
    "Permute",
    "Identity",
    "LSTM",
    "GRU",
    "SimpleRNN",
    "Bidirectional",
    "MultiHeadAttention",
    "Attention",
    "AdditiveAttention",
    "TextVectorization",
    "StringLookup",
    "IntegerLookup",
    "CategoryEncoding",
    "Discretization",
    "Hashing",
    "Normalization",
    "GroupNormalization",
    "RMSNormalization",
    "UnitNormalization",
    "SpatialDropout1D",
    "SpatialDropout3D",
    "GaussianNoise",
    "GaussianDropout",
    "AlphaDropout",
    "ActivityRegularization",
    "LeakyReLU",
    "PReLU",
    "ELU",
    "Softmax",
    "RandomZoom",
    "RandomContrast",
    "RandomBrightness",
    "ConvLSTM2D",
    "HashedCrossing",
]
KINDS = catalog().blocks
BLOCKS = [name for name, kind in KINDS.items() if kind.origin == "block"]


def test_the_catalog_holds_the_blocks_and_the_listed_layers():
    assert set(KINDS) >= set(LAYERS + BLOCKS)
    assert {"ConvBlock", "DownsampleBlock", "InceptionBlock", "ResidualBlock"} <= set(BLOCKS)
    assert not set(BLOCKS) & set(LAYERS)


def test_the_catalog_survives_json():
    again = Catalog.from_list(json.loads(json.dumps(catalog().to_list())))
    assert again.blocks["Dense"].title == "Dense"
    assert again.to_list() == catalog().to_list()


def test_nothing_that_carries_code_is_there():
    with pytest.raises(KeyError):
        layer_class("Lambda")
    with pytest.raises(KeyError):
        layer_class("__import__")


@pytest.mark.parametrize("name", KINDS)
def test_every_card_is_complete_and_in_order(name):
    kind = KINDS[name]
    documentation = read_documentation(kind.doc)
    assert list(documentation.order) == [section for section in SECTIONS if section in documentation.order]
    assert set(documentation.order) >= {"When to use", "Args", "Input shape", "Output shape"}
    assert list(documentation.args) == [param.name for param in kind.params]
    assert all(documentation.args.values())
    assert documentation.summary == kind.summary
    assert kind.summary.endswith(".")
    assert documentation.when == kind.when
    assert documentation.paper == kind.paper
    assert (documentation.input_shape, documentation.output_shape) == (kind.input_shape, kind.output_shape)
    assert kind.category in CATEGORIES
    assert kind.title
    assert all(param.help.endswith(".") for param in kind.params)


@pytest.mark.parametrize("name", KINDS)
def test_every_entry_takes_its_own_starting_values(name):
    for param in KINDS[name].params:
        assert param.complaint(param.default) is None, param.name


def test_batch_normalization_says_why_its_momentum_is_another():
    kind = KINDS["BatchNormalization"]
    assert kind.defaults()["momentum"] == 0.9
    assert "Keras's default of 0.99" in kind.doc
    assert make_layer("BatchNormalization", {}).momentum == 0.9
