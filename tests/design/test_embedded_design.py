"""Designs in files: carried in comments, read back as text, refused in sentences."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwright.design.embedded_design import HEADING, MAX_FILE_BYTES, RecoverError, carried, read_code
from blockwright.design.parse import read_design
from blockwright.design.presets import presets
from blockwright.recipe.settings import Settings
from blockwright.schema.findings import DesignError
from tests.design.designs import graphs

OLDER = Path(__file__).parents[1] / "older"


def test_every_preset_comes_back():
    for preset in presets():
        text = "import keras\n\n\n" + carried(preset.design, {"epochs": 3, "data": {"name": "digits"}})
        assert read_code(text) == {
            "design": preset.design.document(),
            "settings": {"epochs": 3, "data": {"name": "digits"}},
        }
        assert read_code(carried(preset.design).replace("\n", "\r\n").encode("utf-8-sig")) == {
            "design": preset.design.document()
        }


@given(graphs(), st.text(max_size=120))
def test_any_design_with_any_name_comes_back_from_comments_only(design, name):
    renamed = read_design({**design.document(), "name": name})
    text = carried(renamed, {})
    assert all(line.startswith("#") for line in text.splitlines())
    assert read_code(text) == {"design": renamed.document(), "settings": {}}


def test_a_notebook_is_read_as_json_with_sources_as_text_or_lists():
    text = carried(presets()[0].design)
    for source in (text, text.splitlines(keepends=True)):
        book = {
            "cells": [{"cell_type": "markdown", "source": "# x"}, {"cell_type": "code", "source": source}]
        }
        assert read_code(json.dumps(book))["design"] == presets()[0].design.document()


def test_the_last_design_of_a_file_counts():
    one, two = presets()[0].design, presets()[1].design
    assert read_code(carried(one) + "\nx = 1\n" + carried(two))["design"] == two.document()


def test_nothing_of_a_file_is_run():
    text = "raise SystemExit(1)\n1 / 0\n" + carried(presets()[0].design)
    assert read_code(text)["design"]["name"] == "Tutorial Inception"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("import keras\n", "This file contains no design."),
        ("", "This file contains no design."),
        (b"\xff\xfe\x00", "This file is not UTF-8 text, so it contains no design."),
        ("{not json", "This notebook is damaged: it is not valid JSON."),
        ('{"a": 1}', "This file is neither a notebook (it has no cells) nor a Python file."),
        ("{" * 100_000, "This notebook is damaged: it is not valid JSON."),
        (f"{HEADING}\n# {{'a': print(1)}}\n", "were changed or are incomplete"),
        (f"{HEADING}\n# " + "[" * 100_000, "were changed or are incomplete"),
        (f"{HEADING}\n# [1]\n", "The comment lines of this file contain no design."),
        (f'{HEADING}\n# {{"design": 1}}\n', "The comment lines of this file contain no design."),
        (
            f'{HEADING}\n# {{"design": {{}}, "settings": 1}}\n',
            "The comment lines of this file contain no design.",
        ),
        (f'{HEADING}\n# {{"design": {{}}, "code": 1}}\n', "This file contains more than a design"),
        (f"{HEADING}\n# " + " " * 2_000_001 + "\n", "The design in this file is larger than 2 MB"),
        (b" " * (MAX_FILE_BYTES + 1), "This file is too large: 20.0 MB"),
        (json.dumps({"cells": [{}] * 10_001}), "This notebook has 10,001 cells"),
    ],
)
def test_a_file_without_a_design_is_refused_in_a_sentence(content, sentence):
    with pytest.raises(RecoverError) as caught:
        read_code(content)
    assert sentence in str(caught.value)


def test_a_design_that_is_none_is_refused_with_its_findings():
    with pytest.raises(DesignError) as caught:
        read_code(f'{HEADING}\n# {{"design": {{"format": 1, "inputs": [], "nodes": 3}}}}\n')
    assert len(caught.value.findings) == 2


OLDER_FILES = (
    "composite.ipynb",
    "digits.ipynb",
    "digits_custom.py",
    "digits_fit.py",
    "digits_train_step.py",
    "tickets.py",
)


def test_every_kept_file_of_an_older_version_is_tested():
    assert {path.name for path in (OLDER / "code").iterdir()} == set(OLDER_FILES)


@pytest.mark.parametrize("name", OLDER_FILES)
def test_a_file_of_an_older_version_gives_the_design_that_it_was_written_from(name):
    embedded = read_code((OLDER / "code" / name).read_bytes())
    design = OLDER / "designs" / f"{Path(name).stem.partition('_')[0]}.json"
    assert read_design(embedded["design"]) == read_design(json.loads(design.read_text()))
    assert Settings.read(embedded["settings"]).epochs == 5
