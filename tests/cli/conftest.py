"""A small design as a file."""

import json
from pathlib import Path

import pytest

from tests.cli.commands import PERCEPTRON


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "design.json"
    path.write_text(json.dumps(PERCEPTRON), encoding="utf-8")
    return path
