import inspect
import json

import keras
import pytest

from blocks._card import SECTIONS, read_card
from blockwright.inference.catalog import catalog, layer_class, make_layer
from blockwright.inference.layer_call import call_layer
from blockwright.layers import ADAPTING, CALL_PARAMS
from blockwright.schema.catalog import CATEGORIES, Catalog
from tests.layers.layer_inputs import VOCABULARY, suitable, values

ISSUE = [
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
OTHER_DEFAULTS = {
    ("BatchNormalization", "momentum"): 0.9,
    ("AveragePooling1D", "pool_size"): 2,
    ("AveragePooling2D", "pool_size"): 2,
    ("AveragePooling3D", "pool_size"): 2,
    ("CategoryEncoding", "num_tokens"): 10,
    ("Discretization", "num_bins"): 10,
    ("PReLU", "alpha_initializer"): "zeros",
}

every_layer = pytest.mark.parametrize("name", ISSUE)


def test_the_catalog_holds_the_blocks_and_the_listed_layers():
    assert sorted(KINDS) == sorted(ISSUE + BLOCKS)
    assert {"ConvBlock", "DownsampleBlock", "InceptionBlock", "ResidualBlock"} <= set(BLOCKS)
    assert not set(BLOCKS) & set(ISSUE)


def test_the_catalog_survives_json():
    again = Catalog.from_list(json.loads(json.dumps(catalog().to_list())))
    assert again.blocks["Dense"].title == "Dense"
    assert again.to_list() == catalog().to_list()


def test_nothing_that_carries_code_is_there():
    with pytest.raises(KeyError):
        layer_class("Lambda")
    with pytest.raises(KeyError):
        layer_class("__import__")


@pytest.mark.parametrize("name", ISSUE + BLOCKS)
def test_every_card_is_complete_and_in_order(name):
    kind = KINDS[name]
    card = read_card(kind.doc)
    assert list(card.order) == [section for section in SECTIONS if section in card.order]
    assert set(card.order) >= {"When to use", "Args", "Input shape", "Output shape"}
    assert list(card.args) == [param.name for param in kind.params]
    assert all(card.args.values())
    assert card.summary == kind.summary
    assert kind.summary.endswith(".")
    assert card.when == kind.when
    assert card.paper == kind.paper
    assert kind.category in CATEGORIES
    assert kind.title
    assert all(param.help.endswith(".") for param in kind.params)


@pytest.mark.parametrize("name", [name for name in ISSUE if name != "Bidirectional"])
def test_arguments_and_defaults_are_those_of_keras(name):
    made = getattr(keras.layers, name)
    signature = inspect.signature(made.__init__)
    called = inspect.signature(made.call).parameters
    for param in KINDS[name].params:
        where = called if param.name in CALL_PARAMS.get(name, ()) else signature.parameters
        theirs = where[param.name].default
        if (name, param.name) not in OTHER_DEFAULTS:
            assert param.required == (theirs is inspect.Parameter.empty)
        if param.required:
            assert param.default is not None
            continue
        wanted = OTHER_DEFAULTS.get((name, param.name), _short(theirs))
        assert param.default == wanted, param.name


def test_the_flat_form_of_bidirectional_has_the_arguments_of_its_layers():
    ours = {param.name: param for param in KINDS["Bidirectional"].params}
    inner = {param.name: param for name in ("LSTM", "GRU", "SimpleRNN") for param in KINDS[name].params}
    assert set(ours) == (set(inner) - {"go_backwards"}) | {"layer", "merge_mode"}
    assert all(ours[name].default == inner[name].default for name in set(ours) & set(inner))
    assert inspect.signature(keras.layers.Bidirectional.__init__).parameters["merge_mode"].default == "concat"


def _short(value):
    """Equal numbers in a pair, or in pairs, are written as one number."""
    while isinstance(value, tuple) and len(set(value)) == 1:
        value = value[0]
    return value


@pytest.mark.parametrize("name", ISSUE + BLOCKS)
def test_every_entry_takes_its_own_starting_values(name):
    for param in KINDS[name].params:
        assert param.complaint(param.default) is None, param.name


def run(name, **params):
    params = {**catalog().starting_params(name), **VOCABULARY.get(name, {}), **params}
    layer = make_layer(name, params)
    return layer, call_layer(layer, KINDS[name], params, values(*suitable(KINDS[name])))


@every_layer
def test_every_layer_is_made_and_runs_from_its_defaults(name):
    layer, result = run(name)
    assert type(layer) is getattr(keras.layers, name)
    assert result.shape[0] == 2


CHOICES = [
    pytest.param(name, param, choice, id=f"{name}-{param.name}-{choice}")
    for name in ISSUE
    for param in KINDS[name].params
    for choice in param.choices
]


@pytest.mark.parametrize(("name", "param", "choice"), CHOICES)
def test_every_choice_is_one_that_keras_knows(name, param, choice):
    if choice in ("one_hot", "multi_hot", "count") and name in ADAPTING:
        layer = make_layer(name, {**catalog().starting_params(name), param.name: choice})
        assert layer.get_config()["output_mode"] == choice
        return
    assert run(name, **{param.name: choice})[1].shape[0] == 2


TOGETHER = {
    ("Normalization", "mean"),
    ("Normalization", "variance"),
    ("TextVectorization", "output_sequence_length"),
    ("Discretization", "bin_boundaries"),
    ("Dot", "axes"),
}
BOUNDS = [
    pytest.param(name, param, bound, id=f"{name}-{param.name}-{bound:g}")
    for name in ISSUE
    for param in KINDS[name].params
    for bound in (param.minimum, param.maximum)
    if bound is not None and param.kind != "shape" and (name, param.name) not in TOGETHER
]


@pytest.mark.parametrize(("name", "param", "bound"), BOUNDS)
def test_keras_takes_both_ends_of_every_range(name, param, bound):
    value = bound if param.kind in ("float", "number-range", "numbers") else int(bound)
    params = {**catalog().starting_params(name), param.name: value}
    if param.name == "groups" and "filters" in params:
        params["filters"] = value
    if param.name == "output_padding":
        params["strides"] = value + 1
    make_layer(name, params)


def test_batch_normalization_says_why_its_momentum_is_another():
    kind = KINDS["BatchNormalization"]
    assert kind.defaults()["momentum"] == 0.9
    assert "0.99 in Keras" in kind.doc
    assert make_layer("BatchNormalization", {}).momentum == 0.9
