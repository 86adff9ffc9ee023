from dataclasses import replace

import keras
import numpy as np
import pytest

from blockwright.schema.data.features import class_target
from blockwright.schema.findings import DesignError
from blockwright.tasks.classification import Classification, class_probabilities
from blockwright.tasks.output_spec import OutputSpec
from tests.training.designs import dense, design

DENSE = {"block": "Dense", "params": {"units": 10}}


def spec(made, shape, classes, loss="auto"):
    target = class_target(tuple(str(number) for number in range(classes)))
    return OutputSpec(made, made.nodes[-1].id, shape, target, loss)


@pytest.mark.parametrize(
    ("activation", "units", "classes", "from_logits", "loss"),
    [
        ("softmax", 10, 10, False, "sparse_categorical_crossentropy"),
        ("linear", 10, 10, True, "sparse_categorical_crossentropy"),
        ("relu", 10, 10, True, "sparse_categorical_crossentropy"),
        ("sigmoid", 10, 10, False, "binary_crossentropy"),
        ("sigmoid", 1, 2, False, "binary_crossentropy"),
        ("linear", 1, 2, True, "binary_crossentropy"),
    ],
)
def test_the_loss_and_how_values_are_read_follow_from_units_and_activation(
    activation, units, classes, from_logits, loss
):
    made = dense(units, activation)
    found = Classification().objective(spec(made, (units,), classes))
    assert (found.units, found.from_logits, found.activation, found.loss) == (
        units,
        from_logits,
        activation,
        loss,
    )
    assert found.metric.name == "accuracy"
    own = spec(made, (units,), classes, "mean_squared_error")
    assert Classification().objective(own).loss == "mean_squared_error"


@pytest.mark.parametrize(
    ("made", "shape", "classes", "code", "sentence"),
    [
        (
            dense(7),
            (7,),
            10,
            "head-units",
            '`Dense` "n2" outputs 7 values, but the target "class" has 10 classes. Set units=10.',
        ),
        (dense(1), (1,), 2, "softmax-of-one", "has one unit with softmax, which always outputs 1"),
        (
            dense(1, "sigmoid"),
            (1,),
            10,
            "head-units",
            'outputs 1 value, but the target "class" has 10 classes',
        ),
        (design(DENSE), (8, 8, 10), 10, "no-head", "outputs 8 x 8 x 10 values per example, but the target"),
        (design(DENSE), (None,), 10, "no-head", "outputs any values per example"),
    ],
)
def test_an_output_that_does_not_fit_the_classes_is_refused(made, shape, classes, code, sentence):
    (finding,) = Classification().check(spec(made, shape, classes))
    assert (finding.code, finding.node, finding.severity) == (code, made.nodes[-1].id, "error")
    assert sentence in finding.message
    with pytest.raises(DesignError):
        Classification().objective(spec(made, shape, classes))


def test_more_units_than_classes_are_a_warning_and_trained_as_classes_that_no_example_has():
    (finding,) = Classification().check(spec(dense(4, "softmax"), (4,), 3))
    assert (finding.code, finding.severity) == ("head-units", "warning")
    objective = Classification().objective(spec(dense(4, "softmax"), (4,), 3))
    assert objective.target.class_names == ("0", "1", "2", "(unused 3)")
    assert objective.warnings == (finding.message,)


def test_a_loss_for_several_units_is_refused_on_a_single_one():
    (finding,) = Classification().check(spec(dense(1, "sigmoid"), (1,), 2, "sparse_categorical_crossentropy"))
    assert finding.code == "output-loss"
    assert "needs one unit for each class" in finding.message


@pytest.mark.parametrize(("units", "activation"), [(3, "softmax"), (3, "linear"), (1, "sigmoid")])
def test_labels_are_smoothed_as_keras_smooths_them(units, activation):
    given = replace(spec(dense(units, activation), (units,), max(units, 2)), label_smoothing=0.2)
    objective = Classification().objective(given)
    values = np.array([[0.7, 0.2, 0.1], [0.3, 0.3, 0.4]], "f4")[:, :units]
    numbers = np.array([0, 1])
    if units == 1:
        true, predicted = np.array([[0.1], [0.9]]), values
        expected = -(true * np.log(predicted) + (1 - true) * np.log(1 - predicted)).mean()
    else:
        true = 0.8 * np.eye(3)[numbers] + 0.2 / 3
        exponents = np.exp(values) if activation == "linear" else values
        expected = -(true * np.log(exponents / exponents.sum(axis=1, keepdims=True))).sum(axis=1).mean()
    assert float(Classification().keras_loss(objective)(numbers, values)) == pytest.approx(expected, rel=1e-5)


def test_a_loss_without_label_smoothing_is_refused_with_a_sentence():
    given = replace(
        spec(dense(10, "softmax"), (10,), 10, "sparse_categorical_crossentropy"), label_smoothing=0.1
    )
    (finding,) = Classification().check(given)
    assert (
        'The loss sparse_categorical_crossentropy of `Dense` "n2" has no label smoothing. Choose the loss '
        "categorical_crossentropy or binary_crossentropy or categorical_focal_crossentropy or "
        "binary_focal_crossentropy, or set the label smoothing of this output to 0. Received: "
        "label_smoothing=0.1."
    ) in finding.message


def test_probabilities_come_from_logits_or_are_taken_as_they_are():
    logits = np.array([[np.log(3.0), 0.0], [0.0, 0.0]])
    assert class_probabilities(logits, from_logits=True).tolist() == [[0.75, 0.25], [0.5, 0.5]]
    assert class_probabilities(np.array([[0.25]]), from_logits=False).tolist() == [[0.75, 0.25]]
    far = class_probabilities(np.array([[-1000.0], [0.0], [1000.0]]), from_logits=True)
    np.testing.assert_allclose(far[:, 1], [0, 0.5, 1])


def test_a_loss_that_is_not_told_of_logits_is_that_of_keras_without_from_logits():
    objective = replace(Classification().objective(spec(dense(3, "linear"), (3,), 3)), tells_loss=False)
    values, numbers = np.array([[2.0, -1.0, 0.5], [-3.0, 0.2, 4.0]], "f4"), np.array([1, 0])
    expected = keras.losses.SparseCategoricalCrossentropy(from_logits=False)(numbers, values)
    assert float(Classification().keras_loss(objective)(numbers, values)) == pytest.approx(float(expected))
    told = replace(objective, tells_loss=True)
    assert float(Classification().keras_loss(told)(numbers, values)) < float(expected)
