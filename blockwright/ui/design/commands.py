"""What a visitor does to the design: each deed is an edit, a step of the history and a kept draft.

The stack component, the palette, the inspector and the keyboard all end here, in callbacks. A deed that
cannot be done is refused with its sentence, and the design stays as it was.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from blockwright.design.composite_catalog import extended
from blockwright.design.edits import EditError
from blockwright.schema.catalog import Catalog
from blockwright.ui.design import design_storage
from blockwright.ui.design.description import described_here
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import action, has_notices
from blockwright.ui.shell.service import catalog

PLACE = "stack"
HISTORY = "toolbar_undo"
PARTS = ("stack",)
FIELDS = ("inspector_tab", "inspector", "block_buttons", "form")
SHOWS: dict[str, Callable[[], Any]] = {}
"""Parts that are drawn again only when what they show has changed: for each, what it shows, as plain data."""
_SHOWN = "shown_by"


def note(part: str) -> None:
    """Called by a part of `SHOWS` when it is drawn: keep what it shows now."""
    st.session_state.setdefault(_SHOWN, {})[part] = SHOWS[part]()


def redraw() -> None:
    """From a callback: draw again what shows the design, and nothing else.

    Before the page was drawn whole for the first time there are no parts yet: then all of it is drawn.
    """
    try:
        st.rerun(list(dict.fromkeys([*PARTS, *changed_parts()])))
    except StreamlitAPIException:
        st.rerun()


def changed_parts() -> list[str]:
    """The parts of `SHOWS` that show something else now.

    Where something was refused, or done without effect, the fields are among them: they go back to what the design
    holds.
    """
    shown = st.session_state.get(_SHOWN, {})
    changed = [part for part, now in SHOWS.items() if part in shown and shown[part] != now()]
    if has_notices(PLACE) or not {HISTORY, "form"} & set(changed):
        changed += [part for part in FIELDS if part in shown and part not in changed]
    return changed


def own_names() -> list[str]:
    """The blocks of the design's own that can be put into what is shown."""
    here = state.inside()
    return [name for name in state.design().composites if name != here]


def known_blocks() -> Catalog | None:
    """The catalog with the blocks of the design's own, or None while the service starts."""
    known = catalog()
    return None if known is None else extended(known, state.design())


def here(edits: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Edits of what is shown as edits of the design."""
    name = state.inside()
    return list(edits) if name is None else [{**edit, "in": name} for edit in edits]


def make(edits: Sequence[dict[str, Any]], label: str) -> None:
    """Apply edits as one step and keep the draft. Raises EditError, and then nothing has changed."""
    state.change(edits, label)
    design_storage.keep_draft()


@action(PLACE)
def edit(edits: Sequence[dict[str, Any]], label: str) -> None:
    """Apply edits as one step, or keep the sentence that says why not."""
    make(edits, label)


def mend(edits: Sequence[dict[str, Any]], label: str) -> None:
    """Callback: apply edits as one step, or say why not; then draw again."""
    edit(edits, label)
    redraw()


def mend_here(edits: Sequence[dict[str, Any]], label: str) -> None:
    """Callback: apply edits of what is shown as one step, or say why not; then draw again."""
    edit(here(edits), label)
    redraw()


@action(PLACE)
def act(deed: dict[str, Any]) -> None:
    """Do one deed of the stack component, the palette, the keyboard or a button beside the inspector.

    Deeds: add, select, place, shift, move, remove, duplicate, enable, fix, open, leave, undo, redo.
    """
    _do(deed)


def do(deed: dict[str, Any]) -> None:
    """Callback: one deed, then draw again."""
    act(deed)
    redraw()


def answer(message: object, doing: Callable[[dict[str, Any]], None] | None = None) -> None:
    """Do what a component sent: `{"number", "deeds"}`; a message that came twice is done once.

    `doing` carries out one deed; the stack's own deeds when it is left out.
    """
    if not isinstance(message, dict) or not isinstance(message.get("deeds"), list):
        return
    number = message.get("number")
    if not isinstance(number, int) or number <= state.deeds_done():
        return
    state.note_deeds_done(number)
    for deed in message["deeds"][:200]:
        if isinstance(deed, dict):
            (doing or act)(deed)


def _do(deed: dict[str, Any]) -> None:
    what, node = deed.get("do"), deed.get("node")
    if what == "undo":
        state.undo()
        design_storage.keep_draft()
    elif what == "redo":
        state.redo()
        design_storage.keep_draft()
    elif what == "add":
        _add(deed.get("block"))
    elif what == "place":
        state.place(deed.get("index"))
    elif what == "select":
        state.select(node if isinstance(node, str) else None)
        state.show_in_inspector("Block")
    elif what == "leave":
        depth = deed.get("depth")
        state.leave(depth if isinstance(depth, int) else 0)
    elif what in _DEEDS and isinstance(node, str):
        named = state.shown().ids() if what == "fix" else {one.id for one in state.shown().nodes}
        if node not in named:
            raise EditError(f'There is no block named "{node[:60]}" any more.')
        _DEEDS[what](node, deed)
    else:
        raise EditError(f"The page asked for something that is not known: {json.dumps(deed)[:80]}.")


def _add(block: object) -> None:
    """Put a block at the insertion point and select it."""
    known = known_blocks()
    if known is None:
        raise EditError("The design service is starting; try this again in a moment.")
    if not isinstance(block, str) or block not in known.blocks:
        raise EditError(f'There is no block named "{str(block)[:60]}" in the palette.')
    before, params = state.shown().ids(), known.starting_params(block)
    insertion: dict[str, Any] = {"op": "insert", "block": block, "index": state.insertion_place()}
    make(here([insertion | ({"params": params} if params else {})]), f"Add {block}")
    state.select(next(node.id for node in state.shown().nodes if node.id not in before))
    state.show_in_inspector("Block")


def _shift(node: str, deed: dict[str, Any]) -> None:
    design = state.shown()
    by = deed.get("by")
    target = design.index(node) + (by if by in (-1, 1) else 0)
    if 0 <= target < len(design.nodes):
        make(here([{"op": "move", "node": node, "index": target}]), f"Move {node}")
    state.select(node)


def _move(node: str, deed: dict[str, Any]) -> None:
    make(here([{"op": "move", "node": node, "index": deed.get("index")}]), f"Move {node}")
    state.select(node)


def _remove(node: str, deed: dict[str, Any]) -> None:
    nodes = state.shown().nodes
    place = state.shown().index(node)
    neighbour = nodes[place + 1].id if place + 1 < len(nodes) else nodes[place - 1].id if place else None
    make(here([{"op": "remove", "node": node}]), f"Remove {node}")
    if state.selected() in (node, None):
        state.select(neighbour)


def _duplicate(node: str, deed: dict[str, Any]) -> None:
    make(here([{"op": "duplicate", "node": node}]), f"Duplicate {node}")
    state.select(state.shown().nodes[state.shown().index(node) + 1].id)


def _enable(node: str, deed: dict[str, Any]) -> None:
    enabled = deed.get("enabled") is True
    make(
        here([{"op": "enable", "node": node, "enabled": enabled}]),
        f"Switch {node} {'on' if enabled else 'off'}",
    )


def _train(node: str, deed: dict[str, Any]) -> None:
    trainable = deed.get("trainable") is True
    make(
        here([{"op": "set_trainable", "node": node, "trainable": trainable}]),
        f"{'Train' if trainable else 'Freeze'} {node}",
    )


def _fix(node: str, deed: dict[str, Any]) -> None:
    for finding in described_here().of(node):
        if finding.fix and finding.code == deed.get("code") and finding.fix.label == deed.get("label"):
            make(here(finding.fix.edits), finding.fix.label)
            return
    raise EditError("This fix no longer fits the design. Look at the findings as they are now.")


def _open(node: str, deed: dict[str, Any]) -> None:
    block = state.shown().node(node).block
    if block not in state.design().composites:
        raise EditError(
            f'"{node}" is a {block}, which is not a block of this design: there is nothing to open.'
        )
    state.enter(block, node)


_DEEDS = {
    "open": _open,
    "shift": _shift,
    "move": _move,
    "remove": _remove,
    "duplicate": _duplicate,
    "enable": _enable,
    "train": _train,
    "fix": _fix,
}
