"""Runs with callbacks: when they end, which weights they end with, and what lies in their folders."""

import csv
import math

import keras
import numpy as np
import pytest

from blockwright.network import build
from blockwright.recipe.settings import SettingsError
from blockwright.runs.epoch_table import flat_epoch
from blockwright.runs.files.home import run_folder
from blockwright.runs.history import History, fold
from blockwright.training.artifacts import load_weights
from blockwright.training.worker import Ending, execute
from tests.event_files import graphs, summaries
from tests.training.designs import Watcher, dense, kinds, new_run, wait_until

STEPS = 22
SHORT = {"batch_size": 64, "learning_rate": 0.02, "precision": "float32"}


def trained(store, *callbacks, **settings) -> tuple[str, Ending, History]:
    run = new_run(store, dense(), callbacks=list(callbacks), **{**SHORT, **settings})
    ending = execute(run.id)
    return run.id, ending, fold(store.events(run.id))


def losses(history: History) -> list[float]:
    return [flat_epoch(epoch)["val_loss"] for epoch in history.epochs]


def weights_of(store, run_id: str) -> list[np.ndarray]:
    """The weights that a run keeps, as a fresh network reads them."""
    model = build(dense())
    load_weights(model, run_folder(run_id))
    return model.get_weights()


@pytest.mark.parametrize("loop", ["fit", "train_step", "custom"])
def test_early_stopping_ends_a_run_and_the_best_weights_are_tested(store, loop):
    never = "early_stopping:min_delta=1000,patience=2"
    _, ending, history = trained(store, never, epochs=9, loop=loop)
    assert len(history.epochs) == 3
    assert ending.status == "finished"
    assert ending.message.startswith(
        "Finished 3 epochs. EarlyStopping ended training, as `val_loss` had not improved for 2 epochs. "
        "Tested with the weights of epoch 1, the best by `val_loss`. Test accuracy "
    )
    assert history.evaluated["weights"] == {"which": "best", "epoch": 1, "monitor": "val_loss"}
    _, _, first = trained(store, epochs=1, loop=loop)
    assert history.evaluated["test_loss"] == first.evaluated["test_loss"]


def test_without_restoring_the_last_weights_are_tested(store):
    _, ending, history = trained(
        store, "early_stopping:min_delta=1000,patience=1,restore_best_weights=false", epochs=9
    )
    assert ending.message.startswith(
        "Finished 2 epochs. EarlyStopping ended training, as `val_loss` had not improved for 1 epoch. Test "
    )
    assert history.evaluated["weights"] == {"which": "last", "epoch": 2, "monitor": None}


def test_a_run_without_callbacks_says_that_the_last_weights_were_tested(store):
    _, ending, history = trained(store, epochs=2)
    assert ending.message.startswith("Finished 2 epochs. Test accuracy ")
    assert history.evaluated["weights"] == {"which": "last", "epoch": 2, "monitor": None}


@pytest.mark.parametrize(
    ("monitor", "mode", "choose"), [("val_loss", "max", np.argmax), ("loss", "auto", np.argmin)]
)
def test_a_checkpoint_of_the_best_epoch_is_what_is_tested_and_exported(store, monitor, mode, choose):
    checkpoint = {"name": "model_checkpoint", "monitor": monitor, "mode": mode}
    run_id, _, history = trained(store, checkpoint, epochs=4)
    best = int(choose([flat_epoch(epoch)[monitor] for epoch in history.epochs])) + 1
    assert history.evaluated["weights"] == {"which": "best", "epoch": best, "monitor": monitor}
    _, _, alone = trained(store, epochs=best)
    assert history.evaluated["test_loss"] == alone.evaluated["test_loss"]
    model = build(dense())
    model.load_weights(run_folder(run_id) / "checkpoints" / "best.weights.h5")
    for kept, tested in zip(model.get_weights(), weights_of(store, run_id), strict=True):
        np.testing.assert_array_equal(kept, tested)


def test_every_second_epoch_can_be_kept(store):
    run_id, _, history = trained(store, "model_checkpoint:save_best_only=false,every_epochs=2", epochs=5)
    names = [path.name for path in sorted((run_folder(run_id) / "checkpoints").iterdir())]
    assert names == ["epoch_0002.weights.h5", "epoch_0004.weights.h5"]
    assert history.evaluated["weights"]["which"] == "last"


def test_the_learning_rate_is_lowered_on_a_plateau_and_the_log_says_so(store):
    run_id, _, history = trained(
        store, "reduce_lr_on_plateau:min_delta=1000,patience=1,factor=0.5", "csv_logger", epochs=3
    )
    messages = [entry["message"] for entry in history.logs]
    assert messages == [
        "ReduceLROnPlateau lowered the learning rate to 0.01 after epoch 2.",
        "ReduceLROnPlateau lowered the learning rate to 0.005 after epoch 3.",
    ]
    rows = list(csv.DictReader((run_folder(run_id) / "training_log.csv").read_text().splitlines()))
    assert [float(row["val_loss"]) for row in rows] == losses(history)
    assert [round(float(row["learning_rate"]), 6) for row in rows] == [0.02, 0.02, 0.01]


def test_a_run_that_is_stopped_ends_with_the_best_weights_too(store):
    run = new_run(
        store, dense(), callbacks=["early_stopping:min_delta=1000,patience=5000"], epochs=5000, batch_size=64
    )

    def stop_after_an_epoch():
        wait_until(lambda: kinds(store, run.id).count("epoch") > 1)
        store.request(run.id, "me", "stop")

    with Watcher(stop_after_an_epoch):
        ending = execute(run.id)
    assert ending.status == "stopped"
    assert "Tested with the weights of epoch 1, the best by `val_loss`." in ending.message
    assert fold(store.events(run.id)).evaluated["weights"]["epoch"] == 1


def test_a_run_that_diverges_keeps_the_best_weights_and_says_so(store):
    rising = {"optimizer": "sgd", "learning_rate": 1e12, "schedule": "cosine:warmup=0.5"}
    _, ending, history = trained(store, "early_stopping:patience=9", epochs=10, batch_size=9999, **rising)
    assert ending.status == "failed"
    assert len(history.epochs) == 2
    assert (
        "The weights of epoch 1 are kept. Tested with the weights of epoch 1, the best by `val_loss`."
        in ending.message
    )


@pytest.mark.parametrize(
    ("optimizer", "sentence"),
    [
        ("adam:use_ema=true", "so the average of the weights is not used"),
        (
            "adam:gradient_accumulation_steps=23",
            "over 23 batches, but the run has 22: its weights never change",
        ),
        ("adam:gradient_accumulation_steps=22", None),
    ],
)
def test_settings_that_others_leave_without_effect_are_said(store, optimizer, sentence):
    _, _, history = trained(store, "early_stopping", epochs=1, optimizer=optimizer)
    messages = [entry["message"] for entry in history.logs]
    assert len(messages) == (sentence is not None)
    assert sentence is None or sentence in messages[0]


@pytest.mark.parametrize("name", ["early_stopping", "model_checkpoint", "reduce_lr_on_plateau"])
def test_a_monitor_that_is_not_measured_is_refused_with_those_that_are(store, name):
    run_id, ending, _ = trained(store, f"{name}:monitor=val_acc")
    assert isinstance(ending.error, SettingsError)
    assert "monitors `val_acc`, which this run does not measure" in ending.message
    assert ending.message.endswith("Its curves are: val_loss, val_accuracy, loss, accuracy.")
    assert "started" not in kinds(store, run_id)


def test_callbacks_of_keras_are_what_runs():
    from blockwright.recipe.settings import Settings
    from blockwright.training.loops.chosen_callbacks import ChosenCallbacks

    settings = Settings.read({"callbacks": ["early_stopping", "csv_logger"]})
    chosen = ChosenCallbacks(settings.callbacks, run_folder("x" * 32), 1, None, print, tuple)
    assert [type(callback) for callback in chosen.callbacks] == [
        keras.callbacks.EarlyStopping,
        keras.callbacks.CSVLogger,
    ]


@pytest.mark.parametrize("name", ["early_stopping", "model_checkpoint"])
def test_an_epoch_without_a_finite_loss_is_never_the_best(name, tmp_path):
    from blockwright.recipe.settings import Settings
    from blockwright.training.loops.chosen_callbacks import ChosenCallbacks
    from blockwright.training.setup.metrics import LoggedValues

    settings = Settings.read({"callbacks": [{"name": name, "monitor": "loss", "mode": "max"}]})
    chosen = ChosenCallbacks(settings.callbacks, tmp_path, 1, LoggedValues([]), print, tuple)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    chosen.set_model(model)
    chosen.on_train_begin()
    for epoch, loss in enumerate([1.0, math.nan]):
        model.layers[0].bias.assign([epoch + 1.0])
        chosen.on_epoch_begin(epoch)
        chosen.on_epoch_end(epoch, {"loss": epoch + 1.0, "val_loss": loss})
    chosen.close()
    assert chosen.restore_best() == {"which": "best", "epoch": 1, "monitor": "loss"}
    assert float(model.layers[0].bias[0]) == 1.0


@pytest.mark.parametrize(("update_freq", "batches"), [("epoch", 0), ("batch", 2 * STEPS)])
def test_tensorboard_is_given_scalars_and_histograms(store, update_freq, batches):
    run_id, _, history = trained(store, f"tensorboard:update_freq={update_freq}", epochs=2)
    tags = [tag for tag, _ in summaries(run_folder(run_id) / "tensorboard", "train")]
    assert tags.count("batch_loss") == batches
    assert tags.count("epoch_loss") == tags.count("epoch_accuracy") == 2
    assert len([tag for tag in tags if tag.endswith("/kernel")]) == 2 * 2 * 2
    assert len([tag for tag in tags if tag.startswith("gradients/")]) == 2 * 4
    validated = [
        value
        for tag, value in summaries(run_folder(run_id) / "tensorboard", "validation")
        if tag == "epoch_loss"
    ]
    assert validated == pytest.approx(losses(history))


def test_histograms_can_be_left_out(store):
    run_id, _, _ = trained(store, "tensorboard:histogram_freq=0", epochs=1)
    assert {tag for tag, _ in summaries(run_folder(run_id) / "tensorboard", "train")} == {
        "epoch_loss",
        "epoch_accuracy",
        "input",
    }


@pytest.mark.parametrize("loop", ["fit", "train_step", "custom"])
def test_tensorboard_is_given_the_graph_images_and_gradients_and_changes_no_number(store, loop):
    run_id, _, history = trained(store, "tensorboard", epochs=2, loop=loop)
    _, _, without = trained(store, epochs=2, loop=loop)
    assert losses(history) == losses(without)
    written = dict(summaries(run_folder(run_id) / "tensorboard", "train"))
    assert written["input"] == 8
    assert sum(tag.startswith("gradients/") for tag in written) == 4
    (graph,) = graphs(run_folder(run_id) / "tensorboard")
    assert any(name.endswith("/MatMul") for name in graph)
