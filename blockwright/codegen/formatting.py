"""Templates of generated code, and its formatting."""

import subprocess
from functools import cache

from jinja2 import Environment, StrictUndefined, Template
from ruff import find_ruff_bin

LINE_LENGTH = 88
_SECONDS = 20


def format_code(text: str) -> str:
    """The same code, laid out by `ruff format` in its own style. ValueError for text that is not Python."""
    command = [
        find_ruff_bin(),
        "format",
        "--isolated",
        "--no-cache",
        "--target-version=py310",
        f"--line-length={LINE_LENGTH}",
        "-",
    ]
    done = subprocess.run(
        command, input=text, capture_output=True, text=True, encoding="utf-8", timeout=_SECONDS, check=False
    )
    if done.returncode != 0:
        raise ValueError(f"The generated code cannot be formatted: {done.stderr.strip()[:300]}")
    return done.stdout


def render(template: str, **values: object) -> str:
    """A template filled in; what stands in it is code, so nothing is escaped. Raises for a value that is missing."""
    return _template(template).render(**values)


@cache
def _template(text: str) -> Template:
    environment = Environment(
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True, undefined=StrictUndefined
    )
    return environment.from_string(text)
