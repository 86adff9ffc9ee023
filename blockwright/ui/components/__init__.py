"""The small components of the pages: plain JavaScript and CSS, one file each, no framework."""

from functools import cache
from pathlib import Path

_FOLDER = Path(__file__).parent


@cache
def script(name: str) -> str:
    """The text of a script or style sheet in this folder."""
    return (_FOLDER / name).read_text(encoding="utf-8")
