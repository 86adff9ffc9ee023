"""Chosen metrics in a generated file: their classes, their names, and their values."""

import re

import keras
import numpy as np
import pytest
import tensorflow as tf

from blockwright.codegen import generate
from tests.codegen.running import values_of
from tests.network.designs import classifier, node
from tests.training.graphs import tickets

DESIGN = classifier(node("ConvBlock", "stem", filters=2), shape=(8, 8, 1))


def text_of(design, loop="fit", **settings):
    code = generate(design, "functional", loop, settings)
    assert code.problem is None, code.problem
    return code.text


def flat(text):
    """A text without line breaks, indents and trailing commas."""
    text = re.sub(r"([\[({]) ", r"\1", " ".join(text.split()))
    return re.sub(r",? ?([\])}])", r"\1", text)


def test_own_metrics_stand_as_classes_and_those_of_keras_by_their_name():
    text = text_of(DESIGN, metrics=["macro_f1", "top_k_accuracy:k=3"])
    assert "class MacroF1(keras.metrics.Metric):" in text
    assert "def reset_state(self):" in text
    assert 'OfProbabilities(keras.metrics.TopKCategoricalAccuracy(name="top_k_accuracy", k=3)' in flat(text)
    assert "OneHotRMSE" not in text
    names = values_of(text)
    metric = names["OfProbabilities"](names["MacroF1"](name="macro_f1", classes=3), classes=3)
    metric.update_state(tf.constant([0, 1, 1]), tf.constant(np.eye(3)[[0, 1, 2]], "float32"))
    assert float(metric.result()) == pytest.approx((1 + 2 / 3) / 3)
    again = keras.metrics.deserialize(keras.metrics.serialize(metric))
    assert again.name == "macro_f1"


def test_a_file_without_chosen_metrics_has_none_of_it():
    assert "keras.metrics.Metric" not in text_of(DESIGN)


def test_targets_that_are_one_hot_already_are_not_made_so_again():
    text = text_of(DESIGN, loss="categorical_crossentropy", metrics=["f1_score"])
    assert "OfProbabilities" not in text
    assert 'keras.metrics.F1Score(name="f1_score", average="macro")' in flat(text)


def test_each_output_has_its_own_and_callbacks_monitor_them():
    text = flat(
        text_of(
            tickets(),
            "custom",
            data={"name": "tickets", "examples": 300},
            outputs={"priority": {"metrics": ["log_cosh"]}, "department": {"metrics": ["recall"]}},
            callbacks=["early_stopping:monitor=val_department_recall"],
        )
    )
    metrics = 'keras.metrics.MeanAbsoluteError("mae"), keras.metrics.LogCoshError(name="log_cosh")'
    assert f'"priority": [{metrics}]' in text
    assert 'monitor="val_department_recall"' in text
    assert 'mode="max"' in text
    assert '"department_recall"' in text


def test_the_arguments_of_a_loss_stand_in_the_file():
    text = flat(text_of(DESIGN, loss="categorical_focal_crossentropy:gamma=3", label_smoothing=0.1))
    assert "loss=keras.losses.CategoricalFocalCrossentropy(label_smoothing=0.1, gamma=3.0)" in text
    assert 'loss="kl_divergence"' in flat(text_of(DESIGN, loss="kl_divergence"))
    of_noise = flat(text_of(DESIGN, loss="categorical_generalized_cross_entropy"))
    assert "loss=keras.losses.CategoricalGeneralizedCrossEntropy()" in of_noise
