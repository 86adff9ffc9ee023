"""What a visitor does to the design: each deed is an edit, a step of the history and a kept draft.

The stack component, the palette, the inspector and the keyboard all end here, in callbacks. A deed that
cannot be done is refused with its sentence, and the design stays as it was.
"""

import json
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st
from streamlit.errors import StreamlitAPIException

from blockwright.architecture.edits import EditError
from blockwright.ui import opening, state
from blockwright.ui.backend import catalog
from blockwright.ui.describing import described
from blockwright.ui.messages import action

PLACE = "stack"
PARTS = ("toolbar", "stack", "inspector", "sidebar")


def redraw() -> None:
    """From a callback: draw again what shows the design, and nothing else.

    Before the page was drawn whole for the first time there are no parts yet: then all of it is drawn.
    """
    try:
        st.rerun(list(PARTS))
    except StreamlitAPIException:
        st.rerun()


def make(edits: Sequence[dict[str, Any]], label: str) -> None:
    """Apply edits as one step and keep the draft. Raises EditError, and then nothing has changed."""
    state.change(edits, label)
    opening.keep_draft()


@action(PLACE)
def edit(edits: Sequence[dict[str, Any]], label: str) -> None:
    """Apply edits as one step, or keep the sentence that says why not."""
    make(edits, label)


def mend(edits: Sequence[dict[str, Any]], label: str) -> None:
    """Callback: apply edits as one step, or say why not; then draw again."""
    edit(edits, label)
    redraw()


def add(block: str) -> None:
    """Callback of the palette: put a block at the insertion point and select it."""
    _insert(block)
    redraw()


@action(PLACE)
def _insert(block: str) -> None:
    design = state.design()
    place = state.insertion_place()
    known = catalog()
    params = known.starting_params(block) if known else {}
    insertion: dict[str, Any] = {"op": "insert", "block": block, "index": place}
    make([insertion | ({"params": params} if params else {})], f"Add {block}")
    before = {node.id for node in design.nodes}
    state.select(next(node.id for node in state.design().nodes if node.id not in before))


@action(PLACE)
def act(deed: dict[str, Any]) -> None:
    """Do one deed of the stack component, the keyboard or a button beside the inspector.

    Deeds: select, place, shift, move, remove, duplicate, enable, fix, undo, redo.
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
        opening.keep_draft()
    elif what == "redo":
        state.redo()
        opening.keep_draft()
    elif what == "place":
        state.place(deed.get("index"))
    elif what == "select":
        state.select(node if isinstance(node, str) else None)
    elif what in _DEEDS and isinstance(node, str):
        if not any(one.id == node for one in state.design().nodes):
            raise EditError(f'There is no block named "{node[:60]}" any more.')
        _DEEDS[what](node, deed)
    else:
        raise EditError(f"The page asked for something that is not known: {json.dumps(deed)[:80]}.")


def _shift(node: str, deed: dict[str, Any]) -> None:
    design = state.design()
    by = deed.get("by")
    target = design.index(node) + (by if by in (-1, 1) else 0)
    if 0 <= target < len(design.nodes):
        make([{"op": "move", "node": node, "index": target}], f"Move {node}")
    state.select(node)


def _move(node: str, deed: dict[str, Any]) -> None:
    make([{"op": "move", "node": node, "index": deed.get("index")}], f"Move {node}")
    state.select(node)


def _remove(node: str, deed: dict[str, Any]) -> None:
    nodes = state.design().nodes
    place = state.design().index(node)
    neighbour = nodes[place + 1].id if place + 1 < len(nodes) else nodes[place - 1].id if place else None
    make([{"op": "remove", "node": node}], f"Remove {node}")
    if state.selected() in (node, None):
        state.select(neighbour)


def _duplicate(node: str, deed: dict[str, Any]) -> None:
    make([{"op": "duplicate", "node": node}], f"Duplicate {node}")
    state.select(state.design().nodes[state.design().index(node) + 1].id)


def _enable(node: str, deed: dict[str, Any]) -> None:
    enabled = deed.get("enabled") is True
    make([{"op": "enable", "node": node, "enabled": enabled}], f"Switch {node} {'on' if enabled else 'off'}")


def _fix(node: str, deed: dict[str, Any]) -> None:
    for finding in described().of(node):
        if finding.fix and finding.code == deed.get("code") and finding.fix.label == deed.get("label"):
            make(finding.fix.edits, finding.fix.label)
            return
    raise EditError("This fix no longer fits the design. Look at the findings as they are now.")


_DEEDS = {
    "shift": _shift,
    "move": _move,
    "remove": _remove,
    "duplicate": _duplicate,
    "enable": _enable,
    "fix": _fix,
}
