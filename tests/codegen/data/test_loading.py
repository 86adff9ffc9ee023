"""The data that a file loads and prepares, against the app's own."""

from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from blockwright.codegen.data.loading import class_names, loading
from blockwright.codegen.data.preparation import preparation
from blockwright.codegen.training_plan import read_training
from blockwright.data.loading import load
from blockwright.data.prepare import prepare_design
from blockwright.design.output_activation import scales_itself
from blockwright.network.describe import describe
from blockwright.recipe.settings import Settings
from blockwright.schema.design import Design
from blockwright.training.setup.pipeline import batches
from tests.network.designs import design, node

SETTINGS = {"batch_size": 7, "seed": 3, "precision": "float32"}


def network(shape: tuple, units: int = 10, *first: dict) -> Design:
    return design(
        *first, node("Flatten"), node("Dense", "head", units=units, activation="softmax"), shape=shape
    )


def from_file(plan: Design, data: dict[str, Any], **settings: Any) -> dict[str, Any]:
    """What stands in the variables of a file once its data is prepared."""
    training = read_training(plan, {**SETTINGS, **settings, "data": data}, describe(plan)["outputs"])
    values = {
        "np": np,
        "tf": tf,
        "keras": keras,
        "SEED": 3,
        "BATCH_SIZE": 7,
        "SCALE": 1 / 255,
        "DATA": data.get("path"),
        "VALIDATION_SPLIT": settings.get("validation_share", 0.1),
    }
    imports = (
        "from sklearn.datasets import load_digits\nfrom sklearn.model_selection import train_test_split\n"
    )
    code = f"{imports}{loading(training)}\n{class_names(training)}"
    exec(compile(f"{code}\n\n{preparation(training)}", "file", "exec"), values)
    return values


def from_app(plan: Design, data: dict[str, Any], **settings: Any) -> tuple[Any, dict[str, tf.data.Dataset]]:
    chosen = Settings.read({**SETTINGS, **settings, "data": data})
    (entry,) = plan.inputs
    ready = prepare_design(
        load(chosen.data, seed=3, version=chosen.data_version),
        [entry],
        {"output": None},
        settings=chosen.model_copy(update={"seed": 3}),
        scaled=[entry.id] if scales_itself(plan) else [],
    )
    x, y = {"x": ready.inputs[entry.id]}, [ready.targets["output"]]
    x_test, y_test = {"x": ready.test_inputs[entry.id]}, [ready.test_targets["output"]]
    rest = {"scales": {"x": ready.scales[entry.id]}, "batch_size": 7}
    return ready, {
        "train_data": batches(x, y, positions=ready.train, shuffle_seed=3, **rest),
        "validation_data": batches(x, y, positions=ready.validation, **rest),
        "test_data": batches(x_test, y_test, **rest),
    }


def agree(plan: Design, data: dict[str, Any], **settings: Any) -> None:
    keras.utils.set_random_seed(3)
    ready, expected = from_app(plan, data, **settings)
    keras.utils.set_random_seed(3)
    found = from_file(plan, data, **settings)
    for name, wanted in expected.items():
        epochs = 2 if name == "train_data" else 1
        for _ in range(epochs):
            pairs = list(zip(found[name], wanted, strict=True))
            assert pairs
            for (x, y), (wanted_x, wanted_y) in pairs:
                np.testing.assert_array_equal(x, wanted_x)
                np.testing.assert_array_equal(tf.cast(y, tf.int32), tf.cast(wanted_y, tf.int32))
    names = found.get("class_names") or found["CLASS_NAMES"]
    assert [name.replace("_", " ") for name in names] == [
        name.replace("_", " ") for name in ready.tasks["output"].class_names
    ]


@pytest.mark.parametrize("shape", [(8, 8, 1), (28, 28, 1), (5, 7, 3), (8, 8, 3), (64,), (8, 8), (None, 9, 1)])
@pytest.mark.parametrize("version", [1, 2, 3])
def test_digits_fit_inputs_of_every_kind(shape, version):
    plan = network(shape)
    if None in shape:
        plan = design(node("GlobalAveragePooling2D"), node("Dense", units=10), shape=shape)
    agree(plan, {"name": "digits"}, data_version=version)


def test_shapes_are_drawn_alike():
    agree(network((16, 16, 3)), {"name": "shapes", "size": 16, "colour": True, "examples": 100, "seed": 5})
    agree(network((8, 8, 1)), {"name": "shapes", "size": 24, "examples": 40}, validation_share=0.9)


def test_scaling_is_left_to_a_design_that_does_it_itself():
    rescaling = node("Rescaling", "scale", scale=1 / 255)
    agree(network((8, 8, 1), 10, rescaling), {"name": "digits"})
    agree(network((8, 8, 1), 10, rescaling), {"name": "digits"}, scaling="unit")
    agree(network((8, 8, 1)), {"name": "digits"}, scaling="none")


@pytest.mark.parametrize("name", ["mnist", "fashion_mnist", "cifar10", "cifar100"])
def test_keras_data_sets_are_taken_from_keras(name, monkeypatch):
    generator = np.random.default_rng(0)
    shape = (28, 28) if "mnist" in name else (32, 32, 3)
    classes = 100 if name == "cifar100" else 10

    def part(count: int) -> tuple[np.ndarray, np.ndarray]:
        images = generator.integers(0, 256, (count, *shape)).astype("uint8")
        labels = (np.arange(count) % classes).astype("uint8")
        return images, labels if "mnist" in name else labels[:, None]

    parts = part(300), part(100)
    monkeypatch.setattr(getattr(keras.datasets, name), "load_data", lambda: parts)
    monkeypatch.setattr("blockwright.data.downloading.fetch", lambda *_: None)
    agree(network((12, 12, 1), classes), {"name": name}, validation_share=0.4)


UPLOADS = {
    "bytes": {"x_train": ("uint8", (60, 9, 9)), "y_train": "numbers", "test": True},
    "colour": {"x_train": ("uint8", (60, 9, 9, 3)), "y_train": "column", "test": False},
    "floats": {"x_train": ("float64", (60, 9, 9, 1)), "y_train": "text", "test": False},
    "small": {"x_train": ("unit", (60, 9, 9, 1)), "y_train": "one-hot", "test": True},
    "flags": {"x_train": ("bool", (60, 9, 9)), "y_train": "bytes", "test": False},
    "whole": {"x_train": ("int16", (60, 9, 9)), "y_train": "gaps", "test": True},
}


def save(path: Any, kind: dict[str, Any]) -> None:
    generator = np.random.default_rng(1)
    dtype, shape = kind["x_train"]

    def part(count: int) -> tuple[np.ndarray, np.ndarray]:
        size = (count, *shape[1:])
        if dtype in ("unit", "float64"):
            x = generator.random(size) * (1 if dtype == "unit" else 40)
            x = x.astype("float32" if dtype == "unit" else "float64")
        elif dtype == "bool":
            x = generator.random(size) > 0.5
        else:
            x = generator.integers(-300 if dtype == "int16" else 0, 256, size).astype(dtype)
        numbers = np.arange(count) % 3
        labels = {
            "numbers": numbers,
            "column": numbers[:, None].astype("float32"),
            "text": np.array(["cat", "dog", "ant"])[numbers],
            "bytes": np.array([b"cat", b"dog", b"ant"])[numbers],
            "one-hot": np.eye(3)[numbers],
            "gaps": numbers * 10 - 5,
        }
        return x, labels[kind["y_train"]]

    arrays = dict(zip(("x_train", "y_train"), part(shape[0]), strict=True))
    if kind["test"]:
        arrays |= dict(zip(("x_test", "y_test"), part(12), strict=True))
    np.savez(path, **arrays)


@pytest.mark.parametrize("kind", UPLOADS)
@pytest.mark.parametrize("shape", [(9, 9, 1), (6, 6, 3), (9, 9, 3)])
@pytest.mark.parametrize("version", [1, 2, 3])
def test_uploaded_files_are_read_alike(kind, shape, version, tmp_path):
    path = tmp_path / "data.npz"
    save(path, UPLOADS[kind])
    agree(network(shape, 3), {"name": "upload", "path": str(path)}, data_version=version)


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("dtype", ["float64", "float32", "int64", "uint8"])
@pytest.mark.parametrize("scaling", ["auto", "unit"])
def test_uploaded_vectors_are_read_alike(version, dtype, scaling, tmp_path):
    path = tmp_path / "vectors.npz"
    values = np.abs(np.random.default_rng(0).normal(size=(40, 5))) * (0.5, 9, 1, 20, 40)
    np.savez(path, x_train=values.astype(dtype), y_train=np.arange(40) % 2)
    data = {"name": "upload", "path": str(path)}
    agree(network((5,), 2), data, data_version=version, scaling=scaling)


@pytest.mark.parametrize("version", [1, 2, 3])
@pytest.mark.parametrize("largest", [1, 16, 127, 128, 250])
@pytest.mark.parametrize("shape", [(6, 6, 1), (9, 5, 3)])
def test_bytes_are_scaled_alike_by_what_they_hold(version, largest, shape, tmp_path):
    path = tmp_path / "images.npz"
    images = np.random.default_rng(0).integers(0, largest + 1, (40, 6, 6)).astype(np.uint8)
    images[::2, 0, 0] = largest
    np.savez(path, x_train=images, y_train=np.arange(40) % 2)
    agree(network(shape, 2), {"name": "upload", "path": str(path)}, data_version=version)
