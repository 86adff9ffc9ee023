"""Generated files divide and change their data as the app does: the same losses."""

import numpy as np
import pytest

from blockwright.design.parse import read_design
from blockwright.design.presets import preset
from tests.codegen.proof.test_verify import proven
from tests.network.designs import classifier, node

# Each test runs generated files in processes of their own.
pytestmark = pytest.mark.slow


def network(units=10):
    return classifier(node("Conv2D", filters=4, kernel_size=3), units=units, shape=(8, 8, 1))


@pytest.mark.parametrize(
    ("loop", "settings"),
    [
        (
            "fit",
            {"validation": "first", "validation_examples": 200, "train_share": 0.5, "random_labels": True},
        ),
        ("custom", {"validation": "none", "train_share": 0.3}),
        ("train_step", {"validation": "test", "random_labels": True}),
        ("fit", {"validation": "none"}),
        ("fit", {"augmentations": ["random_translation", "random_contrast"]}),
        ("custom", {"augmentations": ["random_erasing"], "scaling": "none"}),
    ],
)
def test_a_file_divides_its_data_as_the_run(loop, settings):
    proven(network(), "functional", loop, data={"name": "digits"}, epochs=1, **settings)


def test_a_file_validates_on_the_files_own_part(tmp_path):
    generator = np.random.default_rng(0)
    x = generator.integers(0, 255, (120, 8, 8, 1)).astype("uint8")
    y = np.arange(120) % 3
    path = tmp_path / "data.npz"
    np.savez(path, x_train=x, y_train=y, x_val=x[:30], y_val=y[:30])
    data = {"name": "upload", "path": str(path)}
    proven(network(units=3), "functional", "fit", data=data, validation="file", batch_size=8)


TEXTS = {
    "format": 1,
    "name": "Texts",
    "inputs": [{"id": "text", "shape": [1], "dtype": "string"}],
    "nodes": [
        {
            "id": "tokens",
            "block": "TextVectorization",
            "params": {"max_tokens": 99, "output_sequence_length": 9},
        },
        {"id": "embedded", "block": "Embedding", "params": {"input_dim": 99, "output_dim": 4}},
        {"id": "pooled", "block": "GlobalAveragePooling1D"},
        {"id": "head", "block": "Dense", "params": {"units": 2, "activation": "softmax"}},
    ],
}


@pytest.mark.parametrize(
    ("api", "loop"), [("subclassing", "train_step"), ("functional", "train_step"), ("sequential", "custom")]
)
def test_a_file_preprocesses_in_its_pipeline_as_the_run(api, loop):
    data = {"name": "reviews", "examples": 200}
    proven(read_design(TEXTS), api, loop, data=data, preprocessing="pipeline", batch_size=16)


def test_several_inputs_are_preprocessed_in_the_pipeline_of_a_file():
    data = {"name": "tickets", "examples": 200}
    tickets = preset("support_tickets").design
    proven(tickets, "subclassing", "fit", data=data, preprocessing="pipeline", batch_size=16)


def test_texts_of_a_file_of_arrays(tmp_path):
    path = tmp_path / "texts.npz"
    texts = np.array(["a good day", "a bad one"] * 30)
    np.savez(path, x_train=texts, y_train=np.arange(60) % 2)
    data = {"name": "upload", "path": str(path)}
    proven(read_design(TEXTS), "functional", "fit", data=data, validation="none", batch_size=8)
