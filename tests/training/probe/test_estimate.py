"""How long a run takes, from a few of its steps."""

import time

import keras
import pytest

from blockwright.design.parse import read_design
from blockwright.recipe.loops import LOOPS
from blockwright.recipe.settings import Settings
from blockwright.schema.data.errors import DataError
from blockwright.schema.findings import DesignError
from blockwright.schema.run.probes import total_seconds
from blockwright.training.probe import estimate as probe
from blockwright.training.probe.batch_table import batch_table
from blockwright.training.probe.estimate import Timer, estimate
from blockwright.training.probe.range_test import range_test
from tests.cli.commands import PERCEPTRON


@pytest.fixture(autouse=True)
def _short(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(probe, "TRAIN_SECONDS", 0.05)
    monkeypatch.setattr(probe, "TEST_SECONDS", 0.02)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_few_steps_of_each_loop_are_timed(home, loop):
    settings = Settings.read({"data": {"name": "digits"}, "loop": loop, "batch_size": 64})
    result = estimate(read_design(PERCEPTRON), settings)
    assert result["steps"] >= probe.LEAST_STEPS
    assert (result["steps_per_epoch"], result["train_examples"]) == (22, 1350)
    assert 0 < result["train_seconds"] <= result["epoch_seconds"]
    assert result["memory_bytes"] > 1e6
    assert 0 <= result["busy"] <= 1
    assert total_seconds(result, 3) == pytest.approx(
        result["start_seconds"] + 3 * result["epoch_seconds"] + result["end_seconds"]
    )


def test_an_epoch_longer_than_the_probe_is_worked_out_from_its_steps(home):
    settings = Settings.read({"data": {"name": "digits"}, "batch_size": 2})
    result = estimate(read_design(PERCEPTRON), settings)
    assert result["steps"] < result["steps_per_epoch"]
    assert result["epoch_seconds"] > result["train_seconds"] > 0


def test_an_epoch_of_fewer_steps_than_are_timed_is_repeated(home):
    settings = Settings.read({"data": {"name": "digits"}, "batch_size": 2048})
    result = estimate(read_design(PERCEPTRON), settings)
    assert (result["steps_per_epoch"], result["steps"] >= probe.LEAST_STEPS) == (1, True)


def test_the_step_that_traces_counts_for_the_start_and_not_for_an_epoch(monkeypatch: pytest.MonkeyPatch):
    clock = iter([0.0, 5.0, 5.0, 6.0, 6.0, 6.5, 6.5, 7.0, 7.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(clock))
    timer = Timer(seconds=10.0)
    timer.begin()
    for _ in range(4):
        timer.step()
    assert (timer.first, timer.mean, timer.timed) == (5.0, 0.5, 2)


def test_a_design_that_does_not_fit_the_data_is_refused_with_the_findings_of_a_run(home):
    broken = {**PERCEPTRON, "nodes": [{"id": "head", "block": "Dense", "params": {"units": 3}}]}
    with pytest.raises((DesignError, DataError)):
        estimate(read_design(broken), Settings.read({"data": {"name": "digits"}}))


def test_files_of_another_workspace_are_not_read(home, tmp_path):
    path = tmp_path / "theirs.csv"
    path.write_text("a,b\n1,2\n")
    settings = Settings.read({"data": {"name": "upload", "path": str(path), "target": "b"}})
    with pytest.raises(DataError, match="another workspace"):
        estimate(read_design(PERCEPTRON), settings, "somebody")


def test_a_probe_leaves_the_precision_of_the_process_as_it_was(home):
    settings = Settings.read({"data": {"name": "digits"}, "precision": "bfloat16"})
    estimate(read_design(PERCEPTRON), settings)
    assert keras.config.dtype_policy().name == "float32"


@pytest.mark.parametrize("loop", LOOPS)
def test_a_training_that_nothing_validates_is_measured_too(home, loop):
    settings = Settings.read({"data": {"name": "digits"}, "validation": "none", "loop": loop})
    result = estimate(read_design(PERCEPTRON), settings)
    assert result["train_examples"] == 1500
    assert result["epoch_seconds"] > 0


@pytest.mark.parametrize("measure", [estimate, range_test, batch_table])
def test_augmentations_and_preprocessing_in_the_pipeline_are_those_of_the_run(home, measure):
    nodes = [{"id": "scale", "block": "Rescaling", "params": {"scale": 0.1}}, *PERCEPTRON["nodes"]]
    settings = {"data": {"name": "digits"}, "preprocessing": "pipeline", "augmentations": ["random_flip"]}
    assert measure(read_design({**PERCEPTRON, "nodes": nodes}), Settings.read(settings))
