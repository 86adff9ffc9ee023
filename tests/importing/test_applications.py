"""Every architecture of `keras.applications` through import: equal counts, output shapes and outputs.

Counts and shapes are compared at the size that Keras takes by itself, without making weights; outputs at a size
near the smallest that each takes, with random weights copied over.
"""

import inspect
from collections.abc import Iterator

import keras
import numpy as np
import pytest

from blocks._shapes import without_weights
from tests.importing.comparing import check_counts, check_outputs, settle, shake

QUICK = ("ResNet50", "MobileNetV3Small", "ConvNeXtTiny", "EfficientNetB0")
"""One of each: batch normalization before addition, operations, inner models, squeeze and excitation."""

SMALLEST = {
    "DenseNet": 32,
    "InceptionResNetV2": 75,
    "InceptionV3": 75,
    "NASNet": 32,
    "VGG": 32,
    "Xception": 71,
}
"""Pixels per side; 64 where nothing is said."""

PUBLISHED = {"ResNet50": 25_636_712, "DenseNet121": 8_062_504, "VGG16": 138_357_544}
"""Parameters at 1,000 classes, from the table in Keras's documentation of its applications."""


def architectures() -> list[str]:
    """The names of all functions of `keras.applications` that build a network."""
    return sorted(
        name
        for name in dir(keras.applications)
        if name[0].isupper() and inspect.isfunction(getattr(keras.applications, name))
    )


@pytest.fixture(autouse=True)
def _forgotten() -> Iterator[None]:
    yield
    keras.backend.clear_session()


def make(name: str, **options: object) -> keras.Model:
    return getattr(keras.applications, name)(weights=None, **options)


def size_of(name: str) -> int:
    return next((size for start, size in SMALLEST.items() if name.startswith(start)), 64)


def check_default_size(name: str) -> None:
    with without_weights():
        model = make(name)
        check_counts(model)
    if name in PUBLISHED:
        assert model.count_params() == PUBLISHED[name]


def check_small(name: str, **options: object) -> None:
    shape = (size_of(name), size_of(name), 3)
    images = np.random.default_rng(1).uniform(0, 255, (2, *shape)).astype("float32")
    model = settle(shake(make(name, input_shape=shape, **options)), images)
    check_outputs(model, images)
    assert np.ptp(np.asarray(model(images, training=False)), axis=-1).min() > 1e-3


def test_there_are_architectures_to_import():
    assert len(architectures()) >= 40
    assert set(QUICK) <= set(architectures())


@pytest.mark.parametrize("name", QUICK)
def test_a_sample_has_the_counts_and_shapes_of_keras(name):
    check_default_size(name)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("MobileNet", {"alpha": 0.25, "classes": 10}),
        ("MobileNetV3Small", {"include_top": False}),
        ("ConvNeXtTiny", {"classes": 10}),
    ],
)
def test_a_sample_gives_the_outputs_of_keras(name, options):
    check_small(name, **options)


@pytest.mark.allcode
@pytest.mark.parametrize("name", architectures())
def test_all_have_the_counts_and_shapes_of_keras(name):
    check_default_size(name)


@pytest.mark.allcode
@pytest.mark.parametrize("top", [True, False])
@pytest.mark.parametrize("name", architectures())
def test_all_give_the_outputs_of_keras(name, top):
    check_small(name, **({"classes": 10} if top else {"include_top": False, "pooling": "avg"}))
