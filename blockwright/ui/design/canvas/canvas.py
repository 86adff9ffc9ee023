"""The canvas: the same design as the stack, as nodes and connections, drawn by React Flow in the browser.

Its script is in the canvas library, see `ui/frontend/canvas_library.py`.
"""

from typing import Any

import streamlit as st

from blockwright.ui.design import commands, editing, palette
from blockwright.ui.design.block_text import shown_findings
from blockwright.ui.design.canvas.definitions import definitions
from blockwright.ui.design.canvas.entries import entries
from blockwright.ui.design.description import Description, described_here, shown_with_shapes
from blockwright.ui.frontend import canvas_library, component_data, mount
from blockwright.ui.reactive import component_patches
from blockwright.ui.reactive.fragments import fragment
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import taken_notices
from blockwright.ui.shell.service import wait_for_service

KEY = "canvas"
_EMPTY = (
    "Nothing here yet. Drag a block in from the list (B shows it), or press Enter on one. "
    "Examples are on the Start page."
)
_receive = commands.receiver(KEY)

_component = st.components.v2.component(
    "blockwright_canvas",
    html='<div class="mount">The canvas is being loaded.</div>\n',
    css=".mount{height:max(480px,calc(100vh - 172px))}\n",
    js=mount("canvas"),
)


def load() -> None:
    """Bring the library into the page; everything is sent to it again after this."""
    canvas_library.load()
    component_patches.forget()


@fragment("the canvas", key="stack")
def draw() -> None:
    """The canvas. Messages stand on it, so that it never moves on the page."""
    description = described_here()
    refusals = [notice["text"].replace("`", "") for notice in taken_notices(editing.PLACE)]
    reply: dict[str, Any] = {"selected": state.selection(), "done": state.last_message()}
    if state.history().undoes:
        reply["announce"] = state.history().undoes
    if refusals:
        reply["error"] = " ".join(refusals)
    data = component_data({**_message(description), **reply})
    _component(key=KEY, data=data, on_action_change=_receive)
    if description.starting:
        wait_for_service()


def _message(description: Description) -> dict[str, Any]:
    design, inside = shown_with_shapes(description), state.inside()
    history, catalog = state.history(), editing.design_catalog()
    facts = {
        "palette": palette.groups(catalog) if catalog else None,
        "own": palette.own_group(catalog),
        "inside": inside,
        "scope": f"{state.document_key()} {inside or ''}",
        "empty": None if design.nodes else _EMPTY,
        "undo": history.can_undo,
        "redo": history.can_redo,
        "starting": description.starting,
        "notes": _notes(description),
        "values": dict(state.design().composites[inside].params) if inside else None,
    }
    facts |= definitions(design, state.selection(), component_patches.held_facts(KEY))
    return component_patches.message(KEY, entries(design, description, catalog), facts)


def _notes(description: Description) -> list[dict[str, Any]]:
    """What concerns the whole of what is shown."""
    if description.trouble:
        return [{"severity": "error", "message": description.trouble}]
    return shown_findings(description.of(None)) if state.shown().nodes else []
