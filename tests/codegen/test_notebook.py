"""Designs as notebooks."""

import json

import nbformat

from blockwright.codegen import generate
from blockwright.design.embedded_design import read_code
from blockwright.design.presets import preset
from tests.codegen.checking import ruff


def test_a_notebook_is_valid_with_headings_and_the_graph_before_the_data(tmp_path):
    content = generate(preset("tutorial_inception").design, "functional", "custom", {}).notebook
    book = nbformat.reads(content.decode(), as_version=4)
    nbformat.validate(book)
    headings = [cell.source.splitlines()[0] for cell in book.cells if cell.cell_type == "markdown"]
    assert headings == [
        "# Tutorial Inception",
        "## Settings",
        "## Blocks",
        "## The network",
        "## Data",
        "## Training",
        "## Evaluation",
        "## Saving",
        "## The design",
    ]
    sources = [cell.source for cell in book.cells if cell.cell_type == "code"]
    assert any(source.endswith("model.summary()") for source in sources)
    assert not any("def main" in source for source in sources)
    (tmp_path / "cells.py").write_text(
        "\n\n\n".join(sources).replace("\n\n\n# The design", "\n\n# The design")
    )
    assert "F8" not in ruff(tmp_path)


def test_a_notebook_gives_its_design_back():
    design = preset("lenet5").design
    content = generate(design, "sequential", "fit", {"epochs": 3}).notebook
    assert read_code(content)["design"] == design.document()
    assert read_code(content)["settings"]["epochs"] == 3
    assert json.loads(content)["nbformat"] == 4
