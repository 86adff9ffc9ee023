"""The link that carries a design, its training settings and their seed."""

from urllib.parse import urlsplit

import streamlit as st

from blockwright.design.link import MAX_URL_TOKEN, LinkError, encode_link
from blockwright.schema.training import Settings, SettingsError
from blockwright.ui.design.design_storage import LINK
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import box, guarded

_LONG = 400
_LINK_HEIGHT = 132


@st.dialog("Share this design", width="medium", icon=":material/link:")
def dialog() -> None:
    """Show the link, or say why there is none."""
    with guarded("the share dialog"):
        try:
            token = encode_link(payload())
        except LinkError as error:
            box("warning", str(error))
            return
        st.write(
            "Whoever opens this link gets the design, the training settings and the seed: the same curve. "
            "Nothing is trained until they start it."
        )
        if len(token) > MAX_URL_TOKEN:
            box(
                "warning",
                f"This design makes a long link: {len(token):,} characters. Browsers and mail programs may cut it "
                "off. Send the file instead, or let people paste this text on the Start page.",
            )
            st.code(token, language=None, wrap_lines=True, height=220)
            return
        link = link_to(token)
        st.code(link, language=None, wrap_lines=True, height=_LINK_HEIGHT if len(link) > _LONG else "content")
        st.caption(f"{len(token):,} characters. Changes made later are not in it: share again.")


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
