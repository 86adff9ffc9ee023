"""What simple models reach, in words."""

import pytest

from blockwright.runs.baselines import of_output, sentence
from blockwright.tasks.base import METRICS


def baseline(model, metric="accuracy", output="head", validation=0.25, test=0.5):
    return {
        "output": output,
        "model": model,
        "metric": metric,
        "train_examples": 100,
        "validation": validation,
        "test": test,
    }


@pytest.mark.parametrize(
    ("model", "metric", "expected"),
    [
        ("linear", "accuracy", "A linear model reaches 50.0% on the same data."),
        ("linear", "mae", "A linear model has a mean absolute error of 0.5 on the same data."),
        ("most_frequent_class", "accuracy", "Always predicting the most frequent class reaches 50.0%."),
        ("mean", "mae", "Always predicting the mean has a mean absolute error of 0.5."),
    ],
)
def test_each_model_has_its_sentence(model, metric, expected):
    assert sentence(baseline(model, metric), "test", METRICS[metric].text) == expected


def test_a_part_without_examples_has_no_sentence():
    assert sentence(baseline("linear", validation=None), "validation", METRICS["accuracy"].text) == ""


def test_the_simpler_models_of_an_output_come_first():
    linear, simple = baseline("linear"), baseline("most_frequent_class")
    assert of_output([linear, baseline("mean", output="other"), simple], "head") == [simple, linear]
