"""The canvas: the same design as the stack, as nodes and wires, drawn by React Flow in the browser.

Its library is loaded once by a component of its own with constant content, because a component's script is sent again
with every update. The sources of the library lie in `canvas/` beside this module.
"""

from typing import Any

import streamlit as st

from blockwright.design.composite_catalog import extended
from blockwright.design.edits import EditError
from blockwright.schema.catalog import Catalog
from blockwright.ui.design import commands, design_storage
from blockwright.ui.design.canvas.canvas_commands import planned
from blockwright.ui.design.canvas.canvas_data import entries, own_blocks, palette
from blockwright.ui.design.canvas.canvas_pasting import definitions
from blockwright.ui.design.description import Description, described_here, shown_with_shapes
from blockwright.ui.design.stack import findings_shown
from blockwright.ui.frontend import mount, script, sealed
from blockwright.ui.reactive import component_patches
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import action, part, taken_notices
from blockwright.ui.shell.service import catalog, wait_for_service

KEY = "canvas"
CHOSEN = "canvas_chosen"
_SENT = "canvas_sent"
_EMPTY = (
    "Nothing here yet. Drag a block in from the list (B shows it), or press Enter on one. "
    "Ready networks are on the Start page."
)

_library = st.components.v2.component("blockwright_canvas_library", js=script("canvas_library.js"))
_component = st.components.v2.component(
    "blockwright_canvas",
    html='<div class="mount">The canvas is being loaded.</div>\n',
    css=".mount{height:max(480px,calc(100vh - 215px))}\n",
    js=mount("canvas"),
)


def load() -> None:
    """Bring the library into the page; everything is sent to it anew after this."""
    _library(key="canvas_library", data=sealed({}), height=1)
    component_patches.forget(_SENT)


@part("the canvas", key="stack")
def draw() -> None:
    """The canvas. What there is to say stands on it, so that it never moves on the page."""
    description = described_here()
    refused = [notice["text"].replace("`", "") for notice in taken_notices(commands.PLACE)]
    answer: dict[str, Any] = {"selected": chosen(), "done": state.deeds_done()}
    if state.history().undoes:
        answer["said"] = state.history().undoes
    if refused:
        answer["trouble"] = " ".join(refused)
    _component(key=KEY, data=sealed({**_message(description, catalog()), **answer}), on_deed_change=_answer)
    if description.starting:
        wait_for_service()


def chosen() -> list[str]:
    """The ids of the selected inputs and nodes of what is shown."""
    names = st.session_state.get(CHOSEN, [])
    single = state.selected()
    if single is not None:
        return [single]
    if len(names) == 1:
        return []
    ids = state.shown().ids()
    return [name for name in names if name in ids]


def choose(names: list[str]) -> None:
    """Select these; one alone is also what the inspector shows."""
    ids = state.shown().ids()
    kept = [name for name in dict.fromkeys(names) if name in ids]
    st.session_state[CHOSEN] = kept
    state.select(kept[0] if len(kept) == 1 else None)


def _known(known: Catalog | None) -> Catalog | None:
    return None if known is None else extended(known, state.design())


def _message(description: Description, known: Catalog | None) -> dict[str, Any]:
    design, inside = shown_with_shapes(description), state.inside()
    history = state.history()
    full = _known(known)
    facts = {
        "palette": palette(known) if known else None,
        "own": own_blocks(full) if full else [],
        "inside": inside,
        "place": f"{state.document_key()} {inside or ''}",
        "empty": None if design.nodes else _EMPTY,
        "undo": history.can_undo,
        "redo": history.can_redo,
        "starting": description.starting,
        "notes": _notes(description),
        "values": dict(state.design().composites[inside].params) if inside else None,
    }
    held = (st.session_state.get(_SENT) or {}).get("facts", {})
    facts |= definitions(design, chosen(), held)
    return component_patches.message(_SENT, entries(design, description, full), facts)


def _notes(description: Description) -> list[dict[str, Any]]:
    """What concerns the whole of what is shown."""
    if description.trouble:
        return [{"severity": "error", "message": description.trouble}]
    return findings_shown(description.of(None)) if state.shown().nodes else []


@action(commands.PLACE)
def _take() -> None:
    answer(getattr(st.session_state[KEY], "deed", None))


def _answer() -> None:
    _take()
    commands.redraw()


def answer(message: object) -> None:
    """Do what the canvas sent: `{"number", "deeds"}`; a message that came twice is done once."""
    commands.answer(message, act)


@action(commands.PLACE)
def act(deed: dict[str, Any]) -> None:
    """Do one deed of the canvas."""
    what = deed.get("do")
    if isinstance(what, str) and what in _OWN_DEEDS:
        _OWN_DEEDS[what](deed)
        return
    name = state.inside()
    plan = planned(deed, state.shown(), _known(catalog()))
    before = state.shown().ids()
    commands.make(commands.here(plan.edits), plan.label if name is None else f"{plan.label} in {name}")
    fresh = [node.id for node in state.shown().nodes if node.id not in before]
    choose(fresh if plan.select is None else list(plan.select))


def _select(deed: dict[str, Any]) -> None:
    names = deed.get("nodes")
    choose([one for one in names if isinstance(one, str)] if isinstance(names, list) else [])
    if state.selected() is not None:
        state.show_in_inspector("Block")


def _undo(deed: dict[str, Any]) -> None:
    state.undo()
    design_storage.keep_draft()


def _redo(deed: dict[str, Any]) -> None:
    state.redo()
    design_storage.keep_draft()


def _resend(deed: dict[str, Any]) -> None:
    component_patches.forget(_SENT)


def _fix(deed: dict[str, Any]) -> None:
    if deed.get("node") is not None:
        commands.act(deed)
        return
    for finding in described_here().of(None):
        if finding.fix and finding.code == deed.get("code") and finding.fix.label == deed.get("label"):
            commands.make(commands.here(finding.fix.edits), finding.fix.label)
            return
    raise EditError("This fix no longer fits the design. Look at the findings as they are now.")


def _open(deed: dict[str, Any]) -> None:
    """Show the inside of a block, with the shapes that this use of it is given."""
    commands.act(deed)
    choose([])


def _close(deed: dict[str, Any]) -> None:
    open_ones = state.levels()
    if open_ones:
        state.leave(len(open_ones) - 1)
        choose([name for name in [open_ones[-1]["use"]] if name is not None])


_OWN_DEEDS = {
    "select": _select,
    "undo": _undo,
    "redo": _redo,
    "resend": _resend,
    "fix": _fix,
    "open": _open,
    "close": _close,
}
