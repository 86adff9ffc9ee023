"""The link that carries a design, its training settings and their seed."""

from urllib.parse import urlsplit

import streamlit as st

from blockwright.design.link import MAX_URL_TOKEN, LinkError, encode_link
from blockwright.schema.run.training import Settings, SettingsError
from blockwright.ui.design.design_storage import LINK
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import box, guarded

_LONG = 400
_LINK_HEIGHT = 132


@st.dialog("Share this design", width="medium", icon=":material/link:")
def dialog() -> None:
    """Show the link, or why there is none."""
    with guarded("the share dialog"):
        try:
            token = encode_link(payload())
        except LinkError as error:
            box("warning", str(error))
            return
        st.write(
            "This link opens the design with its training settings and seed, which give the same curve. Training only "
            "starts when someone starts it."
        )
        if len(token) > MAX_URL_TOKEN:
            box(
                "warning",
                f"The link is long: {len(token):,} characters. Browsers and email programs may truncate it. Send the "
                "file instead, or ask people to paste this text on the Start page.",
            )
            st.code(token, language=None, wrap_lines=True, height=220)
            return
        link = link_to(token)
        st.code(link, language=None, wrap_lines=True, height=_LINK_HEIGHT if len(link) > _LONG else "content")
        st.caption(
            f"{len(token):,} characters. It does not include later changes; share again after editing."
        )


def payload() -> dict[str, object]:
    """What the link carries. An uploaded data set stays here: its file is not in the link."""
    chosen = state.settings()
    if chosen.get("data", {}).get("name") == "upload":
        del chosen["data"]
    try:
        chosen = Settings.read(chosen).document()
    except SettingsError:
        chosen = Settings().document()
    return {"design": state.design().document(), "settings": chosen}


def link_to(token: str) -> str:
    """The address of this app's page Design with the token."""
    here = urlsplit(st.context.url or "http://localhost:8501/")
    base = here.path.rstrip("/")
    base = base if not base.rsplit("/", 1)[-1] else base.rsplit("/", 1)[0]
    return f"{here.scheme}://{here.netloc}{base}/design?{LINK}={token}"
