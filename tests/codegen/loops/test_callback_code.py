"""Callbacks in generated files."""

import csv
import re

import pytest

from blockwright.codegen import generate
from blockwright.runs.epoch_table import flat_epoch
from blockwright.runs.files.home import run_folder
from blockwright.runs.history import fold
from blockwright.runs.store import RunStore
from blockwright.training.worker import execute
from tests.codegen.running import values_of
from tests.event_files import summaries
from tests.training.designs import dense, new_run, only

CALLBACKS = ["early_stopping:min_delta=0.01,patience=1", "model_checkpoint", "csv_logger:separator=;"]


def written(callbacks, loop="fit", design=None, **settings) -> str:
    return generate(design or dense(), "functional", loop, {"callbacks": callbacks, **settings}).text


def test_callbacks_are_written_without_what_keras_does_anyway():
    text = written([*CALLBACKS, "reduce_lr_on_plateau:monitor=val_accuracy,patience=10"])
    expressions = re.sub(r"\s+", " ", text[text.index("    callbacks = [") : text.index("    # `shuffle")])
    assert expressions.strip() == (
        "callbacks = [ keras.callbacks.EarlyStopping( patience=1, min_delta=0.01, restore_best_weights=True ), "
        'keras.callbacks.ModelCheckpoint( filepath="best.weights.h5", save_best_only=True, save_weights_only=True ), '
        'keras.callbacks.CSVLogger(filename="training_log.csv", separator=";"), '
        'keras.callbacks.ReduceLROnPlateau(monitor="val_accuracy", mode="max"), ]'
    )
    assert 'model.load_weights("best.weights.h5")' in text


@pytest.mark.parametrize(("loop", "says"), [("fit", True), ("train_step", True), ("custom", False)])
def test_beside_checkpoints_the_file_says_how_it_can_be_resumed(loop, says):
    assert ('keras.callbacks.BackupAndRestore("backup")' in written(["model_checkpoint"], loop)) is says
    assert "BackupAndRestore" not in written(["early_stopping"], loop)


def test_a_file_without_callbacks_names_none():
    assert "callbacks" not in written([])


def test_a_monitor_that_is_not_measured_leaves_the_training_out_and_says_why():
    generated = generate(dense(), "functional", "fit", {"callbacks": ["early_stopping:monitor=val_acc"]})
    assert "monitors `val_acc`, which this run does not measure" in generated.untrained


@pytest.mark.slow
@pytest.mark.parametrize("loop", ["fit", "train_step", "custom"])
@pytest.mark.parametrize("restoring", [CALLBACKS, [CALLBACKS[0], CALLBACKS[2]]], ids=["checkpoint", "memory"])
def test_a_file_with_callbacks_gives_the_numbers_of_the_run(
    home, tmp_path, monkeypatch, capsys, loop, restoring
):
    store = RunStore()
    callbacks = [*restoring, "reduce_lr_on_plateau:patience=1"]
    settings = {"callbacks": callbacks, "epochs": 6, "learning_rate": 0.02, "loop": loop}
    run = new_run(store, dense(), precision="float32", **settings)
    ending = execute(run.id)
    history = fold(store.events(run.id))
    store.close()
    monkeypatch.chdir(tmp_path)
    generated = generate(dense(), "functional", loop, {**settings, "precision": "float32"}, exact=True)
    values_of(generated.text)["main"]()
    printed = capsys.readouterr().out
    assert history.evaluated["weights"]["which"] == "best"
    assert len(history.epochs) < 6
    assert f"Test accuracy: {only(history.evaluated)['test_accuracy']:.4f}" in printed, ending.message
    lines = (tmp_path / "training_log.csv").read_text().splitlines()
    logged = [float(row["val_loss"]) for row in csv.DictReader(lines, delimiter=";")]
    expected = [flat_epoch(epoch)["val_loss"] for epoch in history.epochs]
    assert logged == pytest.approx(expected, rel=1e-4)


def test_tensorboard_is_a_class_of_the_file_that_needs_no_further_package():
    text = written(["tensorboard:update_freq=batch"])
    assert (
        'TensorBoardLog( log_dir="logs", examples=next(iter(validation_data)), update_freq="batch" )'
    ) in re.sub(r"\s+", " ", text)
    assert text.count("class TensorBoardLog(keras.callbacks.Callback):") == 1
    compile(text, "generated", "exec")
    assert "TensorBoardLog" not in written(["csv_logger"])


@pytest.mark.slow
@pytest.mark.parametrize("loop", ["fit", "train_step", "custom"])
def test_a_file_writes_what_the_run_writes_for_tensorboard(home, tmp_path, monkeypatch, loop):
    settings = {"callbacks": ["tensorboard"], "epochs": 1, "loop": loop, "precision": "float32"}
    store = RunStore()
    run = new_run(store, dense(), **settings)
    assert execute(run.id).status == "finished"
    store.close()
    monkeypatch.chdir(tmp_path)
    values_of(generate(dense(), "functional", loop, settings, exact=True).text)["main"]()
    of_run, of_file = (
        {tag: value for part in ("train", "validation") for tag, value in summaries(folder, part)}
        for folder in (run_folder(run.id) / "tensorboard", tmp_path / "logs")
    )
    assert len(of_run) == len(of_file)
    assert sum(tag.startswith("gradients/") for tag in of_file) == 4
    assert of_file["epoch_loss"] == pytest.approx(of_run["epoch_loss"], rel=1e-4)
