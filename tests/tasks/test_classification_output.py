import pytest

from blockwright.schema.findings import DesignError
from blockwright.tasks.classification_output import (
    Head,
    choose_loss,
    last_activation,
    read_head,
    scales_itself,
)
from tests.training.designs import dense, design

DENSE = {"block": "Dense", "params": {"units": 10}}
SOFTMAX = {"block": "Activation", "params": {"activation": "softmax"}}


@pytest.mark.parametrize(
    ("nodes", "activation"),
    [
        ([DENSE], "linear"),
        ([{"block": "Dense", "params": {"units": 10, "activation": "softmax"}}], "softmax"),
        ([{"block": "Dense", "params": {"units": 10, "activation": "linear"}}], "linear"),
        ([DENSE, SOFTMAX], "softmax"),
        ([DENSE, {**SOFTMAX, "enabled": False}], "linear"),
        ([DENSE, SOFTMAX, {"block": "Dropout", "params": {"rate": 0.1}}], "softmax"),
        ([DENSE, {"block": "ReLU"}], "relu"),
        (
            [
                {"block": "Conv2D", "params": {"filters": 10, "activation": "softmax"}},
                {"block": "GlobalAveragePooling2D"},
            ],
            "softmax",
        ),
        ([{"block": "ConvBlock", "params": {"filters": 10}}, {"block": "Flatten"}], "linear"),
    ],
)
def test_the_last_activation_is_found_through_what_passes_it_on(nodes, activation):
    assert last_activation(design(*nodes)) == activation


@pytest.mark.parametrize(
    ("nodes", "scales"),
    [
        ([{"block": "Rescaling", "params": {"scale": 0.004}}, DENSE], True),
        (
            [
                {"block": "CenterCrop", "params": {"height": 4, "width": 4}},
                {"block": "Rescaling", "params": {"scale": 0.004}},
            ],
            True,
        ),
        ([{"block": "Rescaling", "params": {"scale": 0.004}, "enabled": False}, DENSE], False),
        ([DENSE, {"block": "Rescaling", "params": {"scale": 0.004}}], False),
    ],
)
def test_a_design_that_scales_its_input_is_seen(nodes, scales):
    assert scales_itself(design(*nodes)) is scales


@pytest.mark.parametrize(
    ("activation", "units", "classes", "values", "loss"),
    [
        ("softmax", 10, 10, "probabilities", "sparse_categorical_crossentropy"),
        ("linear", 10, 10, "scores", "sparse_categorical_crossentropy"),
        ("relu", 10, 10, "scores", "sparse_categorical_crossentropy"),
        ("sigmoid", 10, 10, "shares", "binary_crossentropy"),
        ("sigmoid", 1, 2, "shares", "binary_crossentropy"),
        ("linear", 1, 2, "scores", "binary_crossentropy"),
    ],
)
def test_the_loss_fits_the_head(activation, units, classes, values, loss):
    made = dense(units, activation)
    head = read_head(made, (None, units), classes)
    assert head == Head(units, values, classes, activation)
    assert choose_loss(made, head, "auto") == loss
    assert choose_loss(made, head, "mean_squared_error") == "mean_squared_error"


@pytest.mark.parametrize(
    ("made", "shape", "classes", "sentence"),
    [
        (dense(7), (None, 7), 10, '`Dense` "n2" gives 7 values, but the data has 10 classes. Set units=10.'),
        (dense(1), (None, 1), 2, "has one unit with softmax, which always gives 1"),
        (dense(1, "sigmoid"), (None, 1), 10, "gives 1 values, but the data has 10 classes"),
        (
            design(DENSE),
            (None, 8, 8, 10),
            10,
            "gives 8 x 8 x 10 values an example, but the data has 10 classes",
        ),
        (design(DENSE), (None, None), 10, "gives any values an example"),
    ],
)
def test_a_head_that_does_not_fit_the_data_is_refused(made, shape, classes, sentence):
    with pytest.raises(DesignError) as refusal:
        read_head(made, shape, classes)
    assert sentence in str(refusal.value)
    assert refusal.value.findings[0].node == made.nodes[-1].id


def test_a_loss_for_several_units_is_refused_on_a_single_one():
    made = dense(1, "sigmoid")
    with pytest.raises(DesignError, match="needs one unit for each class"):
        choose_loss(made, read_head(made, (None, 1), 2), "sparse_categorical_crossentropy")
