"""The downloads of the page Code: the Python file and the notebook."""

import base64
from typing import Any

import streamlit as st

from blockwright.schema.service_calls import NOTEBOOK
from blockwright.ui.design.toolbar import file_name
from blockwright.ui.shell.service import request
from blockwright.ui.widgets.downloads import download_button


def stem(name: str) -> str:
    """The name of a Python file for a design of that name, without its ending."""
    plain = file_name(name).removesuffix(".json").replace("-", "_")
    return f"network_{plain}" if plain[0].isdigit() else plain


def draw(api: str, text: str, arguments: dict[str, Any], *, alone: bool) -> None:
    """The two buttons; the notebook is written when its button is pressed.

    `arguments` are those of the call `code`; `alone` says that no other API stands beside this one.
    """
    name = stem(arguments["design"]["name"])

    def notebook() -> bytes:
        return base64.b64decode(request(NOTEBOOK, **arguments)["base64"])

    with st.container(horizontal=True, gap="small", key=f"code_files_{api}"):
        download_button(
            "Python file" if alone else ".py",
            lambda: text,
            f"{name}.py",
            "text/x-python",
            key=f"code_py_{api}",
            help="Needs only tensorflow, scikit-learn and matplotlib.",
        )
        download_button(
            "Notebook" if alone else ".ipynb",
            notebook,
            f"{name}.ipynb",
            "application/x-ipynb+json",
            key=f"code_ipynb_{api}",
            help="The same code in cells, for Jupyter or Colab.",
        )
