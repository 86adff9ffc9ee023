"""What generated files are held to in the tests of this folder."""

import ast
import subprocess
from collections.abc import Iterable
from pathlib import Path

from ruff import find_ruff_bin

RULES = "E4,E7,E9,F,I,B,C4,UP,SIM,PIE,RET,PT,RUF100,ARG001,N8"


def ruff(folder: Path) -> str:
    """What `ruff check` and `ruff format --check` say of the files of a folder; empty when they find nothing."""
    said = []
    for command in (["check", f"--select={RULES}", "--ignore=N812,N806,SIM905"], ["format", "--check"]):
        done = subprocess.run(
            [find_ruff_bin(), command[0], "--isolated", "--no-cache", *command[1:], str(folder)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        if done.returncode:
            said.append(done.stdout + done.stderr)
    return "\n".join(said)


def tokens(text: str) -> set[str]:
    """Every name in the code of a file: variables, attributes, arguments, functions and classes."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        for field in ("id", "attr", "arg", "name"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                found.add(value)
    return found


def shape_of_code(text: str) -> list[str]:
    """The kinds of all statements and expressions, in order: what runs, whatever names and texts stand in it."""
    return [type(node).__name__ for node in ast.walk(ast.parse(text))]


def marked(text: str, lines: Iterable[dict]) -> dict[str, list[str]]:
    """For every node the text of its lines."""
    rows = text.splitlines()
    found: dict[str, list[str]] = {}
    for one in lines:
        found.setdefault(one["node"], []).append("\n".join(rows[one["start"] - 1 : one["end"]]).strip())
    return found
