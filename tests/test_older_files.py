"""Designs, links, code files and runs that an earlier version wrote open as they did then (`tests/older`)."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from blockwright.codegen import generate
from blockwright.data.loading import load
from blockwright.design.embedded_design import read_code
from blockwright.design.link import decode_link
from blockwright.design.parse import read_design
from blockwright.network import build
from blockwright.recipe.settings import Settings
from blockwright.runs.files.home import run_folder
from blockwright.runs.store import RunStore
from blockwright.runtime import earlier_splitting
from blockwright.training.setup.prepare_run import output_shapes, prepare_run

OLDER = Path(__file__).parent / "older"
DESIGNS = sorted(OLDER.glob("designs/*.json"))
LINKS = json.loads((OLDER / "links.json").read_text(encoding="utf-8"))
CODE_FILES = {
    "composite.ipynb": "composite",
    "digits.ipynb": "digits",
    "digits_custom.py": "digits",
    "digits_fit.py": "digits",
    "digits_train_step.py": "digits",
    "tickets.py": "tickets",
}
PARAMETERS = {
    "autoencoder": 225,
    "composite": 635,
    "diabetes": 118,
    "digits": 106,
    "shared": 19,
    "tags": 9,
    "tickets": 1705,
}


@pytest.mark.parametrize("file", DESIGNS, ids=lambda file: file.stem)
def test_a_design_opens_and_is_written_as_it_was(file):
    text = file.read_text(encoding="utf-8")
    design = read_design(text)
    assert design.document() == json.loads(text)
    assert build(design).count_params() == PARAMETERS[file.stem]


@pytest.mark.parametrize("name", sorted(LINKS))
def test_a_link_opens_with_its_settings(name):
    payload = decode_link(LINKS[name])
    assert payload["design"] == json.loads((OLDER / "designs" / f"{name}.json").read_text(encoding="utf-8"))
    settings = Settings.read(payload["settings"])
    assert (settings.epochs, settings.seed) == (3, 7)


@pytest.mark.parametrize("name", sorted(CODE_FILES))
def test_a_code_file_gives_its_design_back(name):
    payload = read_code((OLDER / "code" / name).read_bytes())
    design = OLDER / "designs" / f"{CODE_FILES[name]}.json"
    assert payload["design"] == json.loads(design.read_text(encoding="utf-8"))
    assert Settings.read(payload["settings"]).data["name"] in ("digits", "tickets")


@pytest.fixture
def runs(tmp_path, monkeypatch):
    home = tmp_path / "home"
    shutil.copytree(OLDER / "home", home)
    monkeypatch.setenv("BLOCKWRIGHT_HOME", str(home))
    store = RunStore()
    owner = store.get(next((home / "runs").iterdir()).name).owner
    return {entry.name: store.get(entry.id) for entry in store.runs(owner)}


def test_the_runs_of_a_store_are_listed_with_their_designs_and_settings(runs):
    assert {name: run.status for name, run in runs.items()} == dict.fromkeys(
        ("Digits", "Diabetes", "Tickets", "Autoencoder", "Tags"), "finished"
    )
    for run in runs.values():
        read_design(run.design)
        Settings.read(run.settings)
        assert RunStore().events(run.id)[-1].kind in ("ended", "state")


@pytest.mark.parametrize("name", ["Digits", "Diabetes"])
def test_a_run_keeps_the_split_that_it_was_tested_on(runs, name):
    run = runs[name]
    settings = Settings.read(run.settings)
    with np.load(run_folder(run.id) / "predictions.npz") as predictions:
        true = predictions["true"]
    dataset = load(settings.data, seed=settings.seed, version=settings.data_version)
    assert np.array_equal(dataset.y_test, true)
    assert not np.array_equal(load(settings.data, seed=settings.seed).y_test, true)


def test_the_validation_part_of_a_run_is_what_it_was(runs):
    run = runs["Digits"]
    settings, design = Settings.read(run.settings), read_design(run.design)
    dataset = load(settings.data, seed=settings.seed, version=settings.data_version)
    prepared, _ = prepare_run(design, output_shapes(design), settings, dataset)
    assert (
        prepared.validation.tolist()
        == earlier_splitting.split(dataset.y_train, 150, settings.seed)[1].tolist()
    )


@pytest.mark.parametrize("name", ["Digits", "Autoencoder"])
def test_the_pixels_of_a_run_are_scaled_as_they_were(runs, name):
    settings, design = Settings.read(runs[name].settings), read_design(runs[name].design)
    dataset = load(settings.data, seed=settings.seed, version=settings.data_version)
    for part in (dataset.train, dataset.test):
        part.features["image"] = part.features["image"] // 16  # from 0 to 15: version 3 would divide by 15
    prepared, _ = prepare_run(design, output_shapes(design), settings, dataset)
    assert set(prepared.scales.values()) == {1 / 255}


def test_the_code_of_a_run_splits_as_the_run_did(runs):
    run = runs["Digits"]
    text = generate(read_design(run.design), settings=run.settings).text
    assert "rest, test = split(digits.target, 297, 1797)" in text
    assert "train_test_split" not in text
    assert "train_test_split" in generate(read_design(run.design)).text
