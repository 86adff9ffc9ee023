"""The small components of the pages: plain JavaScript and CSS, one file each, no framework."""

from functools import cache
from pathlib import Path
from typing import Any

_FOLDER = Path(__file__).parent


@cache
def script(name: str) -> str:
    """The text of a script or style sheet in this folder."""
    return (_FOLDER / name).read_text(encoding="utf-8")


def sealed(data: dict[str, Any]) -> list[dict[str, Any]]:
    """The data of a component, in a list of one, from which its script takes it out again.

    Streamlit searches the first level of a dict for data frames and loads pandas to do so, which costs the server
    70 MB; a list is passed on as it is.
    """
    return [data]
