"""What every callback's declaration holds."""

import keras
import pytest

from blockwright.recipe.callbacks import CALLBACKS, resolved
from blockwright.recipe.settings import Settings
from blockwright.runtime.tensorboard_log import TensorBoardLog
from blockwright.tasks.monitors import monitors
from blockwright.training.loops.chosen_callbacks import keras_callback

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
    of_run = keras_callback(callback, tmp_path, 7)
    code = callback.expression(**callback.code_arguments())
    of_code = eval(code, {"keras": keras, "TensorBoardLog": TensorBoardLog, "train_data": range(7)})
    assert type(of_run) is type(of_code)
    places = ("file", "log_dir", "_model")
    own = {key: value for key, value in vars(of_run).items() if not any(word in key for word in places)}
    assert {key: vars(of_code)[key] for key in own} == own
