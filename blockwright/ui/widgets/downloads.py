"""A button that downloads a file."""

from collections.abc import Callable
from typing import Literal

import streamlit as st


def download_button(
    label: str,
    content: str | Callable[[], str | bytes],
    file_name: str,
    mime: str,
    *,
    key: str,
    help: str | None = None,
    width: Literal["content", "stretch"] = "content",
) -> None:
    """A button that downloads `content`; a function is called when the button is pressed."""
    st.download_button(
        label,
        data=content,
        file_name=file_name,
        mime=mime,
        key=key,
        help=help,
        width=width,
        icon=":material/download:",
        on_click="ignore",
    )
