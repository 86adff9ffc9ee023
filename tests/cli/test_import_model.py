"""`blockwright import`: where the design goes, its notes, and the exit statuses."""

import json
from pathlib import Path

import keras
import pytest
from keras import layers

from blockwright.design.parse import read_design
from tests.cli.commands import call


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The JSON of a small model with one thing that a design does not carry."""
    made = keras.Sequential(
        [keras.Input((8,), name="x"), layers.Dense(3, "softmax", kernel_regularizer="l2", name="head")],
        name="small",
    )
    path = tmp_path / "model.json"
    path.write_text(made.to_json(), encoding="utf-8")
    return path


def test_the_design_is_written_and_can_be_described(model, tmp_path):
    path = tmp_path / "design.json"
    answer = call("import", model, "-o", path)
    assert (answer.exit_code, answer.stdout) == (0, "")
    assert "note: Regularizers" in answer.stderr
    assert read_design(path.read_bytes()).name == "small"
    described = json.loads(call("describe", path, "--json").stdout)
    assert (described["total_params"], described["findings"]) == (27, [])


def test_without_a_file_the_design_goes_to_stdout_alone(model):
    answer = call("import", model)
    assert answer.exit_code == 0
    assert [node.id for node in read_design(answer.stdout).nodes] == ["head"]


def test_json_gives_one_object_with_notes_and_findings(model, tmp_path):
    path = tmp_path / "design.json"
    result = json.loads(call("import", model, "-o", path, "--json").stdout)
    assert (result["name"], result["file"], result["nodes"], result["findings"]) == (
        "small",
        str(path),
        1,
        [],
    )
    assert len(result["notes"]) == 1
    without = json.loads(call("import", model, "--json").stdout)
    assert read_design(without["design"]) == read_design(path.read_bytes())


def test_what_cannot_be_imported_exits_with_1_and_leaves_no_file(tmp_path):
    start = keras.Input((3,))
    wrong = keras.Model(start, layers.Lambda(lambda x: x, name="mine")(start))
    (tmp_path / "model.json").write_text(wrong.to_json(), encoding="utf-8")
    path = tmp_path / "design.json"
    answer = call("import", tmp_path / "model.json", "-o", path)
    assert (answer.exit_code, answer.stdout) == (1, "")
    assert "layers[1] 'mine' (Lambda)" in answer.stderr
    assert not path.exists()
    result = json.loads(call("import", tmp_path / "model.json", "--json").stdout)
    assert [finding["code"] for finding in result["findings"]] == ["code-refused"]


@pytest.mark.parametrize("content", [b"", b"{", b"PK\x03\x04 a zip", b"\xff" * 10, b"[" * 6_000_000])
def test_a_file_that_is_not_a_model_exits_with_1_and_one_json_object(tmp_path, content):
    path = tmp_path / "model.json"
    path.write_bytes(content)
    answer = call("import", path, "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["findings"][0]["severity"] == "error"


@pytest.mark.parametrize("arguments", [[], ["missing.json"], ["--colour", "red"]])
def test_unusable_arguments_exit_with_2(arguments):
    answer = call("import", *arguments)
    assert (answer.exit_code, answer.stdout) == (2, "")


def test_a_file_that_cannot_be_written_exits_with_2(model, tmp_path):
    answer = call("import", model, "-o", tmp_path / "missing" / "design.json")
    assert answer.exit_code == 2
    assert "cannot be written" in answer.stderr
