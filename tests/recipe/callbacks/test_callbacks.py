"""The setting `callbacks`: what it takes, and the sentence for what it does not."""

import pytest

from blockwright.recipe.callbacks import monitoring
from blockwright.recipe.settings import Settings, SettingsError
from blockwright.tasks.monitors import run_callbacks

NAMES = "csv_logger, early_stopping, model_checkpoint, reduce_lr_on_plateau, tensorboard"


def refused(callbacks) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        run_callbacks(Settings.read({"callbacks": callbacks}), {"head": "accuracy"})
    return caught.value.sentences


def test_a_run_has_none_unless_they_are_chosen():
    assert Settings.read().callbacks == ()
    assert "callbacks" not in Settings().document()


def test_text_and_objects_say_the_same():
    text = Settings.read({"callbacks": ["early_stopping:monitor=val_accuracy,patience=5"]})
    document = {"name": "early_stopping", "monitor": "val_accuracy", "patience": 5}
    assert text.callbacks == Settings.read({"callbacks": [document]}).callbacks


@pytest.mark.parametrize(
    ("callback", "sentence"),
    [
        ("early_stopping:patience=0", "must be at least 1. Received: callbacks.early_stopping.patience=0."),
        ("early_stopping:patience=2.5", "must be a whole number."),
        ("early_stopping:patience=soon", "must be a whole number."),
        ("early_stopping:min_delta=-1", "must be at least 0."),
        ({"name": "early_stopping", "min_delta": float("nan")}, "must be a finite number."),
        ("early_stopping:mode=up", "must be 'auto', 'min' or 'max'."),
        ("early_stopping:restore_best_weights=yes", "must be true or false."),
        (
            "early_stopping:patiense=3",
            "is not a setting of EarlyStopping; remove it. Valid names: monitor, mode,",
        ),
        ("early_stopping:monitor=3", "must be text."),
        ("early_stopping:patience", "has 'patience' without a value"),
        ("early_stopping:patience=1,patience=2", "has patience twice"),
        ("model_checkpoint:every_epochs=0", "must be at least 1."),
        ("reduce_lr_on_plateau:factor=1", "must be less than 1."),
        ("reduce_lr_on_plateau:factor=0", "must be greater than 0."),
        ("csv_logger:separator=x", "must be ',', ';' or '\\t'."),
        ("tensorboard:histogram_freq=-1", "must be at least 0."),
        ("tensorboard:update_freq=often", "must be 'epoch' or 'batch'."),
        ("learning_rate_scheduler", f"Valid names: {NAMES}."),
        ({}, f"Valid names: {NAMES}."),
        (3, f"Valid names: {NAMES}."),
    ],
)
def test_what_cannot_be_used_is_said(callback, sentence):
    (said,) = refused([callback])
    assert said.startswith("`callbacks")
    assert sentence in said


@pytest.mark.parametrize("callbacks", ["early_stopping", 5, {"early_stopping": {}}])
def test_callbacks_are_a_list(callbacks):
    assert refused(callbacks)[0].startswith("`callbacks` must be a list such as [{")


def test_a_callback_is_given_once():
    assert "has CSVLogger twice" in refused(["csv_logger", "csv_logger:separator=;"])[0]


def test_the_weights_that_are_tested_are_chosen_by_one_monitor():
    both = ["early_stopping:monitor=val_accuracy", "model_checkpoint"]
    assert "must choose the weights that are tested by one monitor" in refused(both)[0]
    for sound in (
        ["early_stopping", "model_checkpoint"],
        ["early_stopping:monitor=loss,restore_best_weights=false", "model_checkpoint"],
        ["early_stopping:monitor=loss", "model_checkpoint:save_best_only=false"],
    ):
        assert len(Settings.read({"callbacks": sound}).callbacks) == 2


@pytest.mark.parametrize("name", ["early_stopping", "model_checkpoint", "reduce_lr_on_plateau"])
def test_a_monitor_without_a_curve_names_those_that_there_are(name):
    (said,) = refused([f"{name}:monitor=val_acc"])
    assert said.endswith(
        "monitors `val_acc`, which this run does not measure. Its curves are: val_loss, val_accuracy, loss, accuracy."
    )


@pytest.mark.parametrize(
    ("callbacks", "expected"),
    [
        ([], None),
        (["csv_logger"], None),
        (["reduce_lr_on_plateau:monitor=loss", "early_stopping:monitor=val_accuracy"], "val_accuracy"),
        (["reduce_lr_on_plateau:monitor=loss"], "loss"),
    ],
)
def test_the_best_epoch_is_that_of_the_callback_that_chooses_the_weights(callbacks, expected):
    callback = monitoring(Settings.read({"callbacks": callbacks}).callbacks)
    assert (callback.monitor if callback else None) == expected


def test_a_run_keeps_the_weights_of_so_many_epochs_and_no_more():
    every = {"name": "model_checkpoint", "save_best_only": False}
    assert Settings.read({"epochs": 50, "callbacks": [every]}).callbacks
    assert Settings.read({"epochs": 10_000, "callbacks": [every | {"every_epochs": 200}]}).callbacks
    assert Settings.read({"epochs": 10_000, "callbacks": ["model_checkpoint"]}).callbacks
    with pytest.raises(
        SettingsError, match=r"of 120 epochs; at most 50 are kept\. Set `every_epochs` to 3 or more"
    ):
        Settings.read({"epochs": 120, "callbacks": [every]})
