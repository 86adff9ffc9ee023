"""The downloads of the page Code: the Python file and the notebook."""

import base64
from typing import Any

import streamlit as st

from blockwright.ui.design.toolbar import file_name
from blockwright.ui.shell.service import request


def stem(name: str) -> str:
    """The name of a Python file for a design of that name, without its ending."""
    plain = file_name(name).removesuffix(".json").replace("-", "_")
    return f"network_{plain}" if plain[0].isdigit() else plain


def draw(api: str, text: str, asked: dict[str, Any], *, alone: bool) -> None:
    """The two buttons; the notebook is written when its button is pressed.

    `asked` are the arguments of the call `code`; `alone` says that no other way stands beside this one.
    """
    name = stem(asked["design"]["name"])

    def notebook() -> bytes:
        return base64.b64decode(request("code", **asked, format="ipynb")["base64"])

    with st.container(horizontal=True, gap="small", key=f"code_files_{api}"):
        st.download_button(
            "Python file" if alone else ".py",
            data=lambda: text,
            file_name=f"{name}.py",
            mime="text/x-python",
            key=f"code_py_{api}",
            icon=":material/download:",
            on_click="ignore",
            help="Needs only tensorflow, scikit-learn and matplotlib.",
        )
        st.download_button(
            "Notebook" if alone else ".ipynb",
            data=notebook,
            file_name=f"{name}.ipynb",
            mime="application/x-ipynb+json",
            key=f"code_ipynb_{api}",
            icon=":material/download:",
            on_click="ignore",
            help="The same code in cells, for Jupyter or Colab.",
        )
