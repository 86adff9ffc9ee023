"""What every callback's declaration holds."""

import keras
import pytest

from blockwright.recipe.callbacks import CALLBACKS, resolved
from blockwright.recipe.settings import Settings
from blockwright.runtime.tensorboard_log import TensorBoardLog
from blockwright.tasks.monitors import monitors
from blockwright.training.loops.chosen_callbacks import keras_callback

BATCH = ("x", "y")
MONITORS = monitors({"head": "accuracy"})


@pytest.mark.parametrize("name", CALLBACKS)
def test_every_callback_is_declared_whole(name, tmp_path):
    declaration = CALLBACKS[name]
    assert declaration.title
    assert declaration.help.endswith(".")
    for field in declaration.fields().values():
        assert field.title
        assert field.description
        assert field.description.endswith(".")
    assert set(declaration.usual) <= set(declaration.fields())
    (callback,) = Settings.read({"callbacks": [name]}).callbacks
    assert Settings.read(Settings.read({"callbacks": [name]}).document()).callbacks == (callback,)


@pytest.mark.parametrize("name", CALLBACKS)
def test_the_expression_makes_the_object_of_a_run(name, tmp_path):
    (callback,) = resolved(Settings.read({"callbacks": [name]}).callbacks, MONITORS)
    of_run = keras_callback(callback, tmp_path, 7, lambda: BATCH)
    code = callback.expression(**callback.code_arguments())
    names = {"train_data": range(7), "validation_data": [BATCH]}
    of_code = eval(code, {"keras": keras, "TensorBoardLog": TensorBoardLog, **names})
    assert type(of_run) is type(of_code)
    places = ("file", "log_dir", "_model")
    own = {key: value for key, value in vars(of_run).items() if not any(word in key for word in places)}
    assert {key: vars(of_code)[key] for key in own} == own


_OF_ONE_TRAINING = {"_current_epoch", "monitor_op", "epochs_since_last_save", "append_header", "min_delta"}
"""What a callback sets at the start of a training or of an epoch, or never reads."""


@pytest.mark.parametrize("name", CALLBACKS)
def test_what_a_callback_keeps_from_epoch_to_epoch_is_declared(name, tmp_path):
    (callback,) = resolved(Settings.read({"callbacks": [name]}).callbacks, MONITORS)
    keras_object = keras_callback(
        callback, tmp_path, 2, lambda: (keras.ops.ones((2, 1)), keras.ops.ones((2, 1)))
    )
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    keras_object.set_model(model)
    keras_object.on_train_begin({})
    before = dict(vars(keras_object))
    (tmp_path / "checkpoints").mkdir()
    for epoch in range(3):
        keras_object.on_epoch_begin(epoch, {})
        for batch in range(2):
            keras_object.on_train_batch_end(batch, {"loss": 1.0})
        keras_object.on_epoch_end(epoch, {"loss": 1.0, "val_loss": 1.0 + epoch})
    plain = int | float | str | list | None
    changed = {
        key
        for key, value in vars(keras_object).items()
        if isinstance(value, plain) and value is not before.get(key) and key != "keys"
    }
    keras_object.on_train_end({})
    assert changed <= set(callback.state) | _OF_ONE_TRAINING
    assert all(hasattr(keras_object, key) for key in callback.state)
