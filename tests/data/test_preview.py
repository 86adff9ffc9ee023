import base64
import io

import numpy as np
import pytest
from PIL import Image

from blockwright.data.cards import card
from blockwright.data.loading import load
from blockwright.data.preview import preview


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
    ("shape", "samples"), [((40, 5), 0), ((40, 9, 9), 24), ((40, 9, 9, 4), 24), ((40, 9, 9, 2), 24)]
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
