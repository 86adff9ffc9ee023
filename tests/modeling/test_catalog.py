import inspect
import json

import keras
import pytest

from blocks._card import SECTIONS, read_card
from blockwright.architecture.catalog import CATEGORIES, Catalog
from blockwright.modeling import catalog
from blockwright.modeling.catalog import layer_class, make_layer

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
]
BLOCKS = ["ConvBlock", "DownsampleBlock", "InceptionBlock", "ResidualBlock"]
KINDS = catalog().blocks
OTHER_DEFAULTS = {("BatchNormalization", "momentum"): 0.9, ("AveragePooling2D", "pool_size"): 2}

every_layer = pytest.mark.parametrize("name", ISSUE)


def test_the_catalog_holds_the_blocks_and_the_listed_layers():
    assert sorted(KINDS) == sorted(ISSUE + BLOCKS)
    assert [name for name, kind in KINDS.items() if kind.origin == "block"] == BLOCKS


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


@every_layer
def test_arguments_and_defaults_are_those_of_keras(name):
    signature = inspect.signature(getattr(keras.layers, name).__init__)
    for param in KINDS[name].params:
        theirs = signature.parameters[param.name].default
        if (name, param.name) not in OTHER_DEFAULTS:
            assert param.required == (theirs is inspect.Parameter.empty)
        if param.required:
            assert param.default is not None
            continue
        pair = isinstance(theirs, tuple) and len(set(theirs)) == 1
        wanted = OTHER_DEFAULTS.get((name, param.name), theirs[0] if pair else theirs)
        assert param.default == wanted, param.name


@pytest.mark.parametrize("name", ISSUE + BLOCKS)
def test_every_entry_takes_its_own_starting_values(name):
    for param in KINDS[name].params:
        assert param.complaint(param.default) is None, param.name


@every_layer
def test_every_layer_is_made_and_runs_from_its_defaults(name):
    layer = make_layer(name, catalog().starting_params(name))
    assert type(layer) is getattr(keras.layers, name)
    images = keras.ops.ones((2, 32, 32, 3))
    result = layer([images, images]) if KINDS[name].many_inputs else layer(images)
    assert result.shape[0] == 2


CHOICES = [
    pytest.param(name, param, choice, id=f"{name}-{param.name}-{choice}")
    for name in ISSUE
    for param in KINDS[name].params
    for choice in param.choices
]


@pytest.mark.parametrize(("name", "param", "choice"), CHOICES)
def test_every_choice_is_one_that_keras_knows(name, param, choice):
    layer = make_layer(name, {**catalog().starting_params(name), param.name: choice})
    images = keras.ops.ones((2, 8, 8, 3))
    assert layer(images).shape[0] == 2


BOUNDS = [
    pytest.param(name, param, bound, id=f"{name}-{param.name}-{bound:g}")
    for name in ISSUE
    for param in KINDS[name].params
    for bound in (param.minimum, param.maximum)
    if bound is not None and param.kind != "shape" and name != "Concatenate"
]


@pytest.mark.parametrize(("name", "param", "bound"), BOUNDS)
def test_keras_takes_both_ends_of_every_range(name, param, bound):
    value = int(bound) if param.kind in ("int", "size") else bound
    params = {**catalog().starting_params(name), param.name: value}
    if (name, param.name) == ("Conv2D", "groups"):
        params["filters"] = value
    make_layer(name, params)


def test_batch_normalization_says_why_its_momentum_is_another():
    kind = KINDS["BatchNormalization"]
    assert kind.defaults()["momentum"] == 0.9
    assert "0.99 in Keras" in kind.doc
    assert make_layer("BatchNormalization", {}).momentum == 0.9
