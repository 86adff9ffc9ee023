"""Opening designs: from a link, a file, a preset or the workspace; and keeping what a visitor works on.

What is being worked on is kept in the workspace as a draft, so that a reload or a closed browser loses
nothing, and opening something else never throws away unsaved work.
"""

from typing import Any

import streamlit as st

from blockwright.architecture.findings import DesignError
from blockwright.architecture.link import LinkError, decode_link
from blockwright.architecture.spec import Design, read_design
from blockwright.ui import state
from blockwright.ui.messages import say
from blockwright.ui.store import run_store
from blockwright.ui.workspace import workspace

LINK = "d"
DRAFT = "draft-"
MAX_DRAFTS = 12
_RESTORED = "restored"


def keep_draft() -> None:
    """Keep the current design and its settings in the workspace, as this session's draft."""
    design = state.design()
    document = {
        "design": design.document(),
        "settings": state.settings(),
        "saved": state.origin(),
        "changed": state.is_changed(),
    }
    run_store().save_design(workspace(), DRAFT + state.document_key(), design.name, document)


def restore() -> None:
    """In a new session, bring back what this workspace last worked on."""
    if _RESTORED in st.session_state:
        return
    st.session_state[_RESTORED] = True
    drafts = [kept for kept in run_store().designs(workspace()) if kept.key.startswith(DRAFT)]
    if not drafts:
        return
    latest = max(drafts, key=lambda kept: kept.updated)
    design, settings = read_payload(latest.document)
    state.open_design(
        design, settings, key=latest.key.removeprefix(DRAFT), saved=latest.document.get("saved")
    )


def open_link() -> None:
    """Open the design that the address carries (`?d=TOKEN`), once; it trains nothing by itself."""
    token = st.query_params.get(LINK)
    if not token:
        return
    del st.query_params[LINK]
    try:
        open_token(token)
    except (LinkError, DesignError) as error:
        say(str(error))


def open_token(token: str) -> None:
    """Open the design of a link or of the token in it. Raises LinkError or DesignError; nothing changes then."""
    token = token.strip()
    if f"{LINK}=" in token:
        token = token.split(f"{LINK}=", 1)[1].split("&", 1)[0]
    design, settings = read_payload(decode_link(token))
    open_new(design, settings)
    say(f'"{design.name}" was opened from the link. Nothing is trained until you start it.', "success")


def open_file(content: bytes) -> None:
    """Open a design from a JSON file. Raises DesignError with every finding; nothing changes then."""
    open_new(read_design(content))


def open_new(design: Design, settings: dict[str, Any] | None = None, saved: str | None = None) -> None:
    """Make `design` the current one and keep it as the session's draft."""
    state.open_design(design, settings, saved=saved)
    keep_draft()


def read_payload(payload: dict[str, Any]) -> tuple[Design, dict[str, Any] | None]:
    """The design and the settings (or None) of a link or a draft. Raises DesignError."""
    return read_design(payload["design"]), payload.get("settings")
