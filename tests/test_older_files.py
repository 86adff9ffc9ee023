"""Designs, links, code files and runs that an earlier version wrote open as they did then (`tests/older`)."""

import json
import shutil
from pathlib import Path

import pytest

from blockwright.design.embedded_design import read_code
from blockwright.design.link import decode_link
from blockwright.design.parse import read_design
from blockwright.network import build
from blockwright.runs import RunStore
from blockwright.schema.training import Settings

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


def test_the_runs_of_a_store_are_listed_with_their_designs_and_settings(tmp_path, monkeypatch):
    home = tmp_path / "home"
    shutil.copytree(OLDER / "home", home)
    monkeypatch.setenv("BLOCKWRIGHT_HOME", str(home))
    store = RunStore()
    owner = store.get(next((home / "runs").iterdir()).name).owner
    runs = {run.name: run for run in store.runs(owner)}
    assert {name: run.status for name, run in runs.items()} == dict.fromkeys(
        ("Digits", "Diabetes", "Tickets", "Autoencoder", "Tags"), "finished"
    )
    for run in runs.values():
        read_design(run.design)
        Settings.read(run.settings)
        assert store.events(run.id)[-1].kind in ("ended", "state")
