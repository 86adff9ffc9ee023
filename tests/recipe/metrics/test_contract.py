"""Every metric of Keras that fits a target is declared, is built, and is written as code."""

import inspect

import keras
import pytest

from blockwright.recipe.metrics import METRICS
from blockwright.recipe.settings import Settings, SettingsError

OF_A_TASK = {"MeanAbsoluteError", "BinaryAccuracy", "SparseCategoricalAccuracy"}
"""Those that a run reports without being asked."""
NO_USE = {
    "Metric",
    "Mean",
    "Sum",
    "MeanMetricWrapper",
    # Those that read class numbers or one-hot rows, which their like declared here do not tell apart.
    "Accuracy",
    "CategoricalAccuracy",
    "SparseCategoricalCrossentropy",
    "SparseTopKCategoricalAccuracy",
    "IoU",
    "MeanIoU",
    "OneHotIoU",
}
DECLARED = [pytest.param(declared, id=name) for name, declared in METRICS.items()]


def test_every_metric_of_keras_that_fits_a_target_is_declared():
    classes = {name for name, value in vars(keras.metrics).items() if inspect.isclass(value)}
    declared = {metric.keras_class.removeprefix("metrics.") for metric in METRICS.values()} - {""}
    assert declared | OF_A_TASK == classes - NO_USE


@pytest.mark.parametrize("declared", DECLARED)
def test_every_metric_is_explained(declared):
    assert declared.title
    assert declared.help.endswith(".")
    assert bool(declared.keras_class) != bool(declared.own_class)
    for name, info in declared.fields().items():
        assert info.title, name
        assert info.description.endswith("."), name
    settings = Settings.read({"metrics": [declared().name]})
    assert Settings.read(settings.document()) == settings


@pytest.mark.parametrize("declared", DECLARED)
def test_the_code_makes_the_object_of_the_run(declared):
    from blockwright.runtime.metrics.balanced_accuracy import BalancedAccuracy
    from blockwright.runtime.metrics.macro_f1 import MacroF1
    from blockwright.runtime.metrics.one_hot_rmse import OneHotRMSE

    kind = declared.kinds[0]
    names = {
        "keras": keras,
        "BalancedAccuracy": BalancedAccuracy,
        "MacroF1": MacroF1,
        "OneHotRMSE": OneHotRMSE,
    }
    arguments = declared().output_arguments(kind, 4)
    built = declared().keras_object(**arguments)
    code = declared().expression(**{name: repr(value) for name, value in arguments.items()})
    written = eval(code, names)
    assert type(written) is type(built)
    assert written.get_config() == built.get_config()
    assert built.name == declared().name


def test_a_list_as_text_has_spaces_between_metrics_and_semicolons_between_arguments():
    settings = Settings.read({"outputs": {"kind": {"metrics": "recall auc:curve=PR;num_thresholds=50"}}})
    recall, auc = settings.outputs["kind"].metrics
    assert (recall.name, auc.curve, auc.num_thresholds) == ("recall", "PR", 50)


@pytest.mark.parametrize(
    ("metrics", "sentence"),
    [
        (["nothing"], r"`metrics` must be one of balanced_accuracy, .* Received: metrics='nothing'."),
        (["recall", "recall"], "`metrics` has recall twice; name each metric once."),
        (["top_k_accuracy:k=0"], "`metrics.top_k_accuracy.k` must be at least 1. Received: .*=0."),
        (
            ["top_k_accuracy:n=3"],
            "`metrics.top_k_accuracy.n` is not an argument of the metric Top-k accuracy",
        ),
        (["auc:curve=ROCK"], "`metrics.auc.curve` must be 'ROC' or 'PR'"),
        (["recall:thresholds=nan"], "`metrics.recall.thresholds` must be"),
        (7, "`metrics` must be a list such as"),
        ([f"m{number}" for number in range(13)], "`metrics` has 13 metrics; an output has at most 12"),
    ],
)
def test_wrong_metrics_are_refused_in_a_sentence(metrics, sentence):
    with pytest.raises(SettingsError, match=sentence):
        Settings.read({"metrics": metrics})
