"""Every diagnosis: an example that provokes it, and its silence on a healthy run."""

from dataclasses import replace

import numpy as np
import pytest

from blockwright.data.loading import load
from blockwright.recipe.settings import Settings
from blockwright.training.baselines import constant_baselines
from blockwright.training.diagnoses import DIAGNOSES
from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence
from blockwright.training.network_measures import Constant, Gradient, NetworkMeasures, Relu
from blockwright.training.setup.prepare_run import output_shapes, prepare_run
from tests.training.designs import dense
from tests.training.graphs import dense as units
from tests.training.graphs import table

NETWORK = NetworkMeasures(
    normalizes_batches=False,
    training_loss=0.3,
    inference_loss=0.3,
    relus=(Relu("hidden", 2, 32),),
    gradients=tuple(Gradient(name, size) for name, size in [("a", 0.01), ("b", 0.02), ("c", 0.03)]),
    first_input=0.5,
)


def epochs(losses, val_losses=None, accuracies=None, val_accuracies=None, output="n2"):
    val_losses = val_losses or losses
    accuracies = accuracies or [0.9] * len(losses)
    rows = zip(losses, val_losses, accuracies, val_accuracies or accuracies, strict=True)
    return [
        {
            "epoch": number,
            "loss": loss,
            "val_loss": val_loss,
            "outputs": {output: {"accuracy": accuracy, "val_accuracy": val_accuracy}},
            "seconds": 1.0,
            "examples_per_second": 100.0,
        }
        for number, (loss, val_loss, accuracy, val_accuracy) in enumerate(rows, 1)
    ]


def evidence_of(design, **settings):
    read = Settings.read(settings)
    prepared, objectives = prepare_run(design, output_shapes(design), read, load(read.data))
    return Evidence(
        prepared,
        objectives,
        baselines=list(constant_baselines(prepared, objectives)),
        learning_rate=0.001,
    )


@pytest.fixture(scope="module")
def healthy():
    report = {"class_names": ["a", "b"], "confusion_matrix": [[9, 1], [1, 9]]}
    return replace(
        evidence_of(dense(), data={"name": "digits"}),
        epochs=epochs(
            [1.6, 0.7, 0.4, 0.3, 0.25, 0.22],
            [0.9, 0.6, 0.5, 0.45, 0.46, 0.47],
            [0.5, 0.8, 0.9, 0.92, 0.94, 0.95],
        ),
        network=NETWORK,
        reports={"n2": report},
    )


def table_file(tmp_path, rows):
    path = tmp_path / "own.csv"
    path.write_text("\n".join(["number,size,kind", *rows]) + "\n", encoding="utf-8")
    design = table(2, units("hidden", 8, "relu"), units("kind", 2, "softmax"))
    return evidence_of(
        design, data={"name": "upload", "path": str(path), "target": "kind", "task": "classes"}
    )


def sizes(count):
    return np.random.default_rng(0).normal(size=count).round(4)


@pytest.fixture
def provoked(healthy, tmp_path, home):
    """For each cause the evidence of a run that it spoils, and words of the sentence."""
    lagging = epochs([0.5], [2.3], [0.9], [0.1])
    normalized = replace(NETWORK, normalizes_batches=True, training_loss=0.4, inference_loss=2.4)
    few = replace(healthy.prepared, validation=healthy.prepared.validation[:12])
    never = {"n2": {"class_names": ["a", "b", "c"], "confusion_matrix": [[9, 0, 1], [8, 0, 0], [1, 0, 9]]}}
    sinking = tuple(Gradient(name, size) for name, size in [("a", 1e-9), ("b", 1e-6), ("c", 0.03)])
    growing = tuple(Gradient(name, size) for name, size in [("a", 1e6), ("b", 1e3), ("c", 0.03)])
    labels = healthy.prepared.targets["n2"].copy()
    twins = np.repeat(healthy.prepared.train[:5], len(labels) // 5 + 1)[: len(labels)]
    contradicting = replace(
        healthy.prepared, inputs={name: values[twins] for name, values in healthy.prepared.inputs.items()}
    )
    raw = replace(healthy.prepared, scales={"image": 100.0})
    return {
        "validation_lag": (replace(healthy, epochs=lagging, network=normalized), "moving averages"),
        "input_scale": (replace(healthy, prepared=raw, raw_inputs=["image"]), "scaling to auto"),
        "learning_rate_high": (replace(healthy, epochs=epochs([0.5, 0.9])), "too high. Try 0.0001"),
        "learning_rate_low": (
            replace(healthy, epochs=epochs([2.3, 2.28, 2.26, 2.24, 2.22, 2.2])),
            "straight line",
        ),
        "flat_loss": (
            replace(healthy, epochs=epochs([2.3, 2.31, 2.3], accuracies=[0.1] * 3)),
            "hardly moved in 3 epochs",
        ),
        "constant_values": (
            replace(
                healthy,
                epochs=epochs([2.3, 2.3], accuracies=[0.1, 0.1]),
                network=replace(NETWORK, constant=Constant("norm", 0.0, 6e4, 6e4)),
            ),
            '"norm" outputs 0 everywhere, for every example that was tried',
        ),
        "dead_relus": (
            replace(healthy, network=replace(NETWORK, relus=(Relu("hidden", 30, 32),))),
            "30 of the 32",
        ),
        "vanishing_gradients": (
            replace(healthy, network=replace(NETWORK, gradients=sinking)),
            '"a" hardly learns',
        ),
        "exploding_gradients": (
            replace(healthy, network=replace(NETWORK, gradients=growing)),
            'in "a" they are 1.0e+06',
        ),
        "overfitting": (
            replace(healthy, epochs=epochs([0.5, 0.3, 0.2, 0.1, 0.05], [0.6, 0.5, 0.7, 0.8, 0.9])),
            "Since epoch 2",
        ),
        "validation_size": (
            replace(healthy, prepared=few, epochs=epochs([0.5], accuracies=[0.75])),
            "12 examples",
        ),
        "missing_class": (replace(healthy, reports=never), '"b" (8 test examples)'),
        "id_column": (
            table_file(tmp_path, [f"{row},{size},{'ab'[row % 2]}" for row, size in enumerate(sizes(200))]),
            '"number" numbers the rows',
        ),
        "contradicting_labels": (replace(healthy, prepared=contradicting), "contradict each other"),
    }


def test_each_diagnosis_is_provoked_by_an_example(provoked):
    assert {diagnosis.cause for diagnosis in DIAGNOSES} == provoked.keys()
    for diagnosis in DIAGNOSES:
        evidence, words = provoked[diagnosis.cause]
        sentence = diagnosis.check(evidence)
        assert sentence is not None, diagnosis.cause
        assert words in sentence
        assert sentence.endswith(".")


@pytest.mark.parametrize("diagnosis", DIAGNOSES, ids=lambda diagnosis: diagnosis.cause)
def test_a_diagnosis_keeps_silent_on_a_healthy_run_and_before_anything_is_known(
    diagnosis: Diagnosis, healthy
):
    assert diagnosis.check(healthy) is None
    assert diagnosis.check(replace(healthy, epochs=(), network=None, reports={})) is None


@pytest.mark.parametrize("diagnosis", DIAGNOSES, ids=lambda diagnosis: diagnosis.cause)
def test_a_diagnosis_has_a_title_a_stage_and_a_reason(diagnosis: Diagnosis):
    assert diagnosis.title
    assert not diagnosis.title.endswith(".")
    assert diagnosis.stage in ("data", "epoch", "network", "test")
    assert type(diagnosis).__doc__


def check(cause, evidence):
    return next(diagnosis for diagnosis in DIAGNOSES if diagnosis.cause == cause).check(evidence)


@pytest.mark.parametrize(
    ("normalizes", "accuracies", "speaks"),
    [(True, (0.82, 0.17), True), (True, (0.82, 0.8), False), (False, (0.82, 0.17), False)],
)
def test_a_validation_that_lags_behind_is_explained_where_batches_are_normalized(
    healthy, normalizes, accuracies, speaks
):
    network = replace(NETWORK, normalizes_batches=normalizes, inference_loss=3.0)
    training, validation = accuracies
    evidence = replace(healthy, epochs=epochs([1.0], [1.0], [training], [validation]), network=network)
    assert (check("validation_lag", evidence) is not None) == speaks


def test_overfitting_is_not_mistaken_for_averages_that_lag_behind(healthy):
    fitted = replace(NETWORK, normalizes_batches=True, training_loss=0.1, inference_loss=0.11)
    assert (
        check("validation_lag", replace(healthy, epochs=epochs([0.1], [3.0], [0.99], [0.5]), network=fitted))
        is None
    )


def test_a_run_that_goes_on_from_a_good_network_is_not_called_flat(healthy):
    assert (
        check("flat_loss", replace(healthy, epochs=epochs([0.02, 0.02, 0.02], accuracies=[0.99] * 3))) is None
    )


def test_gradients_of_dead_units_are_not_called_vanishing(healthy):
    dead = replace(
        NETWORK,
        relus=(Relu("hidden", 32, 32),),
        gradients=tuple(Gradient(name, size) for name, size in [("a", 0.0), ("b", 0.0), ("c", 0.1)]),
    )
    assert check("vanishing_gradients", replace(healthy, network=dead)) is None


def test_values_that_are_scaled_twice_are_noticed(healthy):
    twice = replace(healthy, network=replace(NETWORK, first_input=0.002))
    assert "scaled twice" in (check("input_scale", twice) or "")


def test_a_numbered_column_of_a_sorted_file_gives_the_answer_away(tmp_path, home):
    rows = [f"{row},{size},{'ab'[row >= 100]}" for row, size in enumerate(sizes(200))]
    assert "gives the answer away" in (check("id_column", table_file(tmp_path, rows)) or "")


@pytest.mark.parametrize("numbers", [lambda row: row // 2, lambda row: row * row, lambda row: row / 7])
def test_columns_that_count_or_measure_are_no_row_numbers(tmp_path, home, numbers):
    rows = [f"{numbers(row)},{size},{'ab'[row % 2]}" for row, size in enumerate(sizes(200))]
    assert check("id_column", table_file(tmp_path, rows)) is None


def test_equal_examples_with_equal_labels_do_not_contradict(healthy):
    twins = np.repeat(healthy.prepared.train[:5], len(healthy.prepared.targets["n2"]) // 5 + 1)
    twins = twins[: len(healthy.prepared.targets["n2"])]
    same = replace(
        healthy.prepared,
        inputs={name: values[twins] for name, values in healthy.prepared.inputs.items()},
        targets={name: values[twins] for name, values in healthy.prepared.targets.items()},
    )
    assert check("contradicting_labels", replace(healthy, prepared=same)) is None
