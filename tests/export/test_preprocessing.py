"""What a run did to its values, in its files, so that a row can be predicted without this project."""

import csv
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from blockwright.data.loading import load
from blockwright.export.exporting import export
from blockwright.export.preprocessing import read_preprocessing
from blockwright.runs.evaluation_reader import read_predictions
from blockwright.runs.files.home import run_folder
from blockwright.runs.store import RunStore
from blockwright.training.artifacts import PREPROCESSING
from blockwright.training.local import train
from tests.training.graphs import dense, graph, node, table

TABLES = {"iris": (4, 3), "wine": (13, 3), "breast_cancer": (30, 2), "own": (2, 2)}


@pytest.fixture
def store(home: Path):
    opened = RunStore()
    yield opened
    opened.close()


def write_table(path: Path) -> Path:
    generator = np.random.default_rng(0)
    rows = [
        (
            f"{a:.3f}",
            "" if index % 9 == 0 else f"{1000 * b:.1f}",
            ("Rome", "Oslo")[index % 2],
            "yes" if a > b else "no",
        )
        for index, (a, b) in enumerate(generator.normal(size=(120, 2)))
    ]
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([("left", "right", "city", "answer"), *rows])
    return path


def classifier(columns: int, classes: int) -> Any:
    return table(columns, dense("hidden", 8, "relu"), dense("head", classes, "softmax"))


@pytest.mark.parametrize("name", TABLES)
def test_the_file_of_a_table_gives_the_runs_own_predictions(store, name, tmp_path):
    columns, classes = TABLES[name]
    data = (
        {"dataset": write_table(tmp_path / "own.csv"), "target": "answer"}
        if name == "own"
        else {"dataset": name}
    )
    result = train(classifier(columns, classes), epochs=1, **data)
    exported = export(result["run"], "keras_plain")
    assert exported["run"]["difference"] <= 1e-6
    assert "have changed" not in exported["sentence"]


def test_the_zip_of_a_table_speaks_of_rows_and_says_its_check_once(store):
    result = train(classifier(4, 3), dataset="iris", epochs=1)
    with zipfile.ZipFile(export(result["run"], "bundle")["path"]) as archive:
        files = {Path(name).name: archive.read(name).decode(errors="replace") for name in archive.namelist()}
    readme = files["README.md"]
    assert readme.count("The largest difference from the probabilities of the run itself") == 1
    assert "The input is a batch of rows" in readme
    assert "outputs = model.predict(rows)" in readme
    assert "images" not in readme
    entry = json.loads(files[PREPROCESSING])["inputs"]["features"]
    assert entry["columns"] == ["sepal_length", "sepal_width", "petal_length", "petal_width"]
    assert len(entry["shift"]) == len(entry["factor"]) == len(entry["fill"]) == 4


def test_one_row_is_predicted_as_the_readme_says(store, tmp_path):
    made = graph(
        {"features": (2,), "city": ("text",)},
        [
            node(
                "which", "StringLookup", "city", output_mode="one_hot", max_tokens=3, pad_to_max_tokens=True
            ),
            node("all", "Concatenate", "features", "which"),
            dense("head", 2, "softmax", "all"),
        ],
    )
    path = write_table(tmp_path / "own.csv")
    result = train(made, dataset=path, target="answer", epochs=1)
    files = tmp_path / "files"
    with zipfile.ZipFile(export(result["run"], "bundle")["path"]) as archive:
        for name in archive.namelist():
            (files / Path(name).name).parent.mkdir(exist_ok=True)
            (files / Path(name).name).write_bytes(archive.read(name))
    readme = (files / "README.md").read_text()
    code = readme.partition("the mean of the training rows:\n\n```python\n")[2].partition("```")[0]
    dataset = load({"name": "upload", "path": str(path), "target": "answer"})
    numbers, cities = (dataset.test.features[name] for name in ("features", "city"))
    rows = [
        {"left": float(left), "right": float(right), "city": str(city)}
        for (left, right), city in zip(numbers, cities.reshape(-1), strict=True)
    ]
    assert np.isnan(numbers).any()
    before, after = code.split("row = {")[0], code.partition("\n}\n")[2]
    loop = "\n".join(f"    {line}" for line in after.splitlines())
    script = f"from numpy import nan\n{before}found = []\nfor row in {rows}:\n{loop}\n    found.append(outputs[0])\n"
    (files / "predict.py").write_text(script + 'np.save("found.npy", found)\n')
    done = subprocess.run(
        [sys.executable, "predict.py"], cwd=files, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    expected = read_predictions(run_folder(result["run"]))["probabilities"]
    np.testing.assert_allclose(np.load(files / "found.npy"), expected, atol=1e-5)
    (files / "as_written.py").write_text(code)
    done = subprocess.run(
        [sys.executable, "as_written.py"], cwd=files, capture_output=True, text=True, timeout=240, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_run_of_an_earlier_version_is_described_from_its_data(store):
    result = train(classifier(4, 3), dataset="iris", epochs=1)
    run, folder = store.get(result["run"]), run_folder(result["run"])
    written = read_preprocessing(run, classifier(4, 3), folder)
    (folder / PREPROCESSING).unlink()
    assert read_preprocessing(run, classifier(4, 3), folder) == written
    assert json.loads(Path(export(run.id, "preprocessing")["path"]).read_text()) == written


def test_pixels_are_described_by_one_factor(store):
    made = graph({"image": (8, 8, 1)}, [node("flat", "Flatten"), dense("head", 10, "softmax")])
    result = train(made, epochs=1)
    exported = export(result["run"], "preprocessing")
    entry = json.loads(Path(exported["path"]).read_text())["inputs"]["image"]
    assert (entry["shift"], entry["factor"], entry["columns"]) == (0.0, 1 / 255, [])
    assert exported["usage"] is None
