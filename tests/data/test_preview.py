import base64
import io
import json

import numpy as np
import pytest
from PIL import Image

from blockwright.data.loading import load
from blockwright.data.preview import preview
from blockwright.schema.data.dataset_cards import card
from tests.data.tables.table_files import write_table


def picture(sample):
    return Image.open(io.BytesIO(base64.b64decode(sample["png_base64"])))


def test_a_preview_shows_card_balance_and_samples_of_every_class():
    shown = preview({"name": "digits"})
    dataset = load("digits")
    assert shown["card"] == card("digits").document()
    assert shown["balance"] == {
        "train": np.bincount(dataset.y_train).tolist(),
        "test": np.bincount(dataset.y_test).tolist(),
    }
    assert [one["label"] for one in shown["samples"]] == [name for name in "0123456789" for _ in range(2)]
    assert picture(shown["samples"][0]).size == (64, 64)


def test_colour_samples_are_in_colour():
    shown = preview({"name": "shapes", "size": 32, "colour": True, "examples": 50})
    assert picture(shown["samples"][0]).mode == "RGB"


@pytest.mark.parametrize(
    ("shape", "samples"), [((40, 5), 0), ((40, 9, 9), 30), ((40, 9, 9, 4), 30), ((40, 9, 9, 2), 30)]
)
def test_uploads_of_every_kind_are_previewed(tmp_path, shape, samples):
    path = tmp_path / "mine.npz"
    x = np.random.default_rng(0).normal(size=shape)
    np.savez(path, x_train=x, y_train=np.arange(40) % 30, x_test=x, y_test=np.arange(40) % 30)
    shown = preview({"name": "upload", "path": str(path), "title": "Mine"})
    assert shown["card"]["title"] == "Mine"
    assert len(shown["samples"]) == samples
    assert sum(shown["balance"]["train"]) == 40


def test_nothing_is_downloaded_for_a_preview(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    shown = preview({"name": "cifar10"})
    assert shown["available"] is False
    assert shown["samples"] == []
    assert shown["notes"] == ["CIFAR-10 is downloaded when it is first trained on (170 MB)."]


def test_a_table_is_previewed_by_its_first_rows_and_classes():
    shown = preview("iris")
    assert shown["balance"] == {"train": [40, 40, 40], "test": [10, 10, 10]}
    assert shown["samples"] == []
    assert shown["rows"][0] == {
        "features": {"sepal_length": 5.4, "sepal_width": 3.4, "petal_length": 1.7, "petal_width": 0.2},
        "species": "setosa",
    }
    assert len(shown["rows"]) == 8


def test_a_number_is_previewed_by_its_histogram():
    shown = preview("diabetes")
    histogram = shown["targets"]["progression"]["histogram"]
    assert shown["balance"] == {"train": [], "test": []}
    assert (len(histogram["edges"]), histogram["edges"][0], histogram["edges"][-1]) == (21, 25, 346)
    assert (sum(histogram["train"]), sum(histogram["test"])) == (354, 88)


def test_texts_and_tags_are_previewed_as_people_read_them():
    shown = preview({"name": "tickets", "examples": 30})
    row = shown["rows"][0]
    assert list(row) == ["title", "body", "tags", "priority", "department"]
    assert all(isinstance(row[name], str) for name in ("title", "body", "department"))
    assert set(row["tags"]) <= set(shown["card"]["features"][2]["choices"])
    assert sum(shown["targets"]["department"]["balance"]["train"]) == 30


@pytest.mark.parametrize("name", ["digits", "iris", "diabetes", "tickets", "reviews"])
def test_a_preview_is_plain_json(name):
    shown = preview(name)
    assert json.loads(json.dumps(shown, allow_nan=False)) == shown


def test_a_table_with_gaps_and_long_texts_is_previewed(tmp_path):
    text = "size,note,kind\n" + "".join(
        f"{'' if i == 0 else i},{'x' * 400 + str(i)},k{i % 2}\n" for i in range(20)
    )
    choice = {"name": "upload", "path": str(write_table(tmp_path, text)), "target": "kind"}
    rows = preview(choice)["rows"]
    gaps = [row["features"]["size"] for row in rows]
    assert all(value is None or isinstance(value, int) for value in gaps)
    assert {len(row["note"]) for row in rows} == {300}


@pytest.mark.parametrize(("name", "target"), [("iris", "species"), ("tickets", "department")])
def test_rows_show_an_example_of_every_class(name, target):
    shown = preview({"name": name})
    (classes,) = (one["class_names"] for one in shown["card"]["targets"] if one["name"] == target)
    assert {row[target] for row in shown["rows"]} == set(classes)
    assert len(shown["rows"]) == 8


def test_images_show_an_example_of_each_of_a_hundred_classes(tmp_path):
    labels = np.repeat(np.arange(100), 3)
    np.savez(tmp_path / "many.npz", x_train=np.zeros((300, 4, 4), np.uint8), y_train=labels)
    shown = preview({"name": "upload", "path": str(tmp_path / "many.npz")})
    assert [one["label"] for one in shown["samples"]] == shown["card"]["class_names"]
