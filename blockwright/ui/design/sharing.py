"""Sharing a design with its training settings and their seed: a short link with its QR code, and a long link."""

from typing import Any
from urllib.parse import urlsplit

import streamlit as st

from blockwright.design.link import CODE, MAX_URL_TOKEN, LinkError, encode_link
from blockwright.recipe.new_run import NEW_RUN, completed
from blockwright.recipe.settings import Settings, SettingsError
from blockwright.runs.records import StoreError
from blockwright.ui.design import design_storage
from blockwright.ui.design.design_storage import LINK
from blockwright.ui.shell import state
from blockwright.ui.shell.local_address import is_local
from blockwright.ui.shell.messages import box, guarded
from blockwright.ui.widgets.copy_button import copy_button

_LINK_HEIGHT = 132
_QR_WIDTH = 300


@st.dialog("Share this design", width="large", icon=":material/link:")
def dialog() -> None:
    """The short link, large enough for a projector, and the long one; or why there is none."""
    with guarded("the share dialog"):
        st.write(
            "Whoever opens the link gets the design with its training settings and seed, which give the same curve. "
            "Training only starts when someone starts it. Later changes are not in the link: share again after editing."
        )
        shared = payload()
        code = _code(shared)
        if code is not None:
            _show_short(code)
        with st.expander(
            "Long link, which also works on other servers", key="share_long", expanded=code is None
        ):
            _show_long(shared)


def _code(shared: dict[str, Any]) -> str | None:
    try:
        return design_storage.share(shared)
    except (ValueError, StoreError) as error:
        box("warning", f"There is no short link: {error}")
        return None


def _show_short(code: str) -> None:
    import segno

    link = address(CODE, code)
    picture = segno.make(link, error="m").svg_data_uri(border=3, dark="#000", light="#fff", omitsize=True)
    with st.container(horizontal=True, gap="medium", key="share_short"):
        with st.container(width=_QR_WIDTH):
            st.html(
                f'<img alt="QR code of the link" src="{picture}" width="{_QR_WIDTH}" height="{_QR_WIDTH}" '
                'style="display:block;max-width:100%;height:auto">'
            )
        with st.container(width="stretch"):
            st.code(link, language=None, wrap_lines=True)
            copy_button("Copy the link", link, key="share_copy")
            st.markdown(
                f"Or enter the code **{code[:4]}-{code[4:]}** on the page Start, under *Open a file or a link*."
            )
            if is_local(link):
                st.caption(
                    ":material/warning: This address works on this computer only. For others, open the app under the "
                    "address that this computer has in the network, and share from there."
                )


def _show_long(shared: dict[str, Any]) -> None:
    try:
        token = encode_link(shared)
    except LinkError as error:
        box("warning", str(error))
        return
    if len(token) > MAX_URL_TOKEN:
        box(
            "warning",
            f"The long link has {len(token):,} characters. Browsers and email programs may truncate it. Send the "
            "file instead, or ask people to paste this text on the Start page.",
        )
        st.code(token, language=None, wrap_lines=True, height=220)
        copy_button("Copy the text", token, key="share_copy_long")
        return
    link = address(LINK, token)
    st.caption(f"The design itself is in this link: {len(token):,} characters.")
    st.code(link, language=None, wrap_lines=True, height=_LINK_HEIGHT)
    copy_button("Copy the long link", link, key="share_copy_long")


def payload() -> dict[str, Any]:
    """What the link carries. An uploaded data set stays here: its file is not in the link."""
    chosen = state.settings()
    if chosen.get("data", {}).get("name") == "upload":
        del chosen["data"]
    try:
        chosen = Settings.read(completed(chosen)).document()
    except SettingsError:
        chosen = NEW_RUN.document()
    return {"design": state.design().document(), "settings": chosen}


def address(parameter: str, value: str) -> str:
    """The address of this app's page Design with a parameter."""
    here = urlsplit(st.context.url or "http://localhost:8501/")
    base = here.path.rstrip("/")
    base = base if not base.rsplit("/", 1)[-1] else base.rsplit("/", 1)[0]
    return f"{here.scheme}://{here.netloc}{base}/design?{parameter}={value}"
