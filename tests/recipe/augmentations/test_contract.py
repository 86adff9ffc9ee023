"""What every augmentation's declaration holds."""

import inspect

import keras
import numpy as np
import pytest

from blockwright.recipe.augmentations import AUGMENTATIONS
from blockwright.recipe.settings import Settings, SettingsError

IMAGES = np.random.default_rng(0).random((6, 12, 12, 3)).astype("float32")


def chosen(name):
    return Settings.read({"augmentations": [name]}).augmentations[0]


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_every_augmentation_is_declared_whole(name):
    declaration = AUGMENTATIONS[name]
    assert declaration.title
    assert declaration.help.endswith(".")
    for field in declaration.fields().values():
        assert field.title
        assert field.description.endswith(".")
    parameters = inspect.signature(getattr(keras.layers, declaration.__name__)).parameters
    assert set(declaration.fields()) <= set(parameters)
    document = Settings.read({"augmentations": [name]}).document()
    assert Settings.read(document).augmentations == (chosen(name),)


@pytest.mark.parametrize("name", AUGMENTATIONS)
def test_the_expression_makes_the_layer_of_a_run(name):
    augmentation = chosen(name)
    of_run = augmentation.layer(3, (0.0, 1.0))
    of_code = eval(augmentation.written("SEED + 1", (0.0, 1.0)), {"keras": keras, "SEED": 2})
    varied = np.asarray(of_run(IMAGES, training=True))
    assert varied.tolist() == np.asarray(of_code(IMAGES, training=True)).tolist()
    assert varied.shape == IMAGES.shape
    assert not np.array_equal(varied, IMAGES)
    assert varied.min() >= 0.0
    assert varied.max() <= 1.0 + 1e-5


def test_each_is_applied_once():
    with pytest.raises(SettingsError, match="has Random flip twice"):
        Settings.read({"augmentations": ["random_flip", "random_flip"]})


def test_an_unknown_augmentation_is_refused_with_the_names():
    with pytest.raises(SettingsError, match="random_flip"):
        Settings.read({"augmentations": [{"name": "nonsense"}]})
