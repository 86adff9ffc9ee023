"""The canvas: the same design as the stack, as nodes and wires, drawn by React Flow in the browser.

The library is loaded once by a component of its own with constant content, because a component's script is sent again
with every update; `canvas.js`, which is sent with each, is small. Its sources lie in `canvas/` beside this module.
"""

from typing import Any

import streamlit as st

from blockwright.architecture.catalog import Catalog
from blockwright.architecture.composites import opened
from blockwright.architecture.edits import EditError
from blockwright.architecture.own_blocks import extended
from blockwright.architecture.spec import Design, Input
from blockwright.architecture.structure import port, resolve_reads
from blockwright.ui import editing, opening, state
from blockwright.ui.backend import catalog, wait_for_service
from blockwright.ui.canvas_data import change, entries, own_blocks, palette, whole
from blockwright.ui.canvas_deeds import planned
from blockwright.ui.components import script, sealed
from blockwright.ui.describing import Description, described
from blockwright.ui.messages import action, box, part, show_notices
from blockwright.ui.stack import show_whole

KEY = "canvas"
CHOSEN = "canvas_chosen"
INSIDE = "canvas_inside"
_SENT = "canvas_sent"
_EMPTY = "Nothing here yet. Drag a block in from the left, or press Enter on one. Ready networks are on the Start page."

_library = st.components.v2.component("blockwright_canvas_library", js=script("canvas_library.js"))
_component = st.components.v2.component(
    "blockwright_canvas",
    html='<div class="canvas"></div>\n',
    css=script("canvas.css"),
    js=script("canvas.js"),
)


def load() -> None:
    """Bring the library into the page; everything is sent to it anew after this."""
    _library(key="canvas_library", data=sealed({}), height=1)
    sent = st.session_state.get(_SENT)
    st.session_state[_SENT] = {"version": sent["version"], "sent": None} if sent else None


@part("the canvas", key="stack")
def draw() -> None:
    """The canvas, with what concerns the whole design above it."""
    description = described()
    show_notices(editing.PLACE)
    if description.starting:
        wait_for_service()
    if description.trouble:
        box("error", description.trouble)
    if state.design().nodes:
        for number, finding in enumerate(description.of(None)):
            show_whole(finding, number)
    known = catalog()
    _component(
        key=KEY,
        data=sealed(
            {
                **_message(description, known),
                "selected": chosen(),
                "done": state.deeds_done(),
                "said": state.history().undoes or "",
            }
        ),
        on_deed_change=_answer,
    )


def inside() -> str | None:
    """The block of the design's own that is open, or None for the whole network."""
    level = _level()
    return level["composite"] if level else None


def chosen() -> list[str]:
    """The ids of the selected inputs and nodes of what is shown."""
    names = st.session_state.get(CHOSEN, [])
    single = state.selected()
    if inside() is None and single is not None:
        return [single]
    if inside() is None and len(names) == 1:
        return []
    ids = shown().ids()
    return [name for name in names if name in ids]


def choose(names: list[str]) -> None:
    """Select these; one alone is also what the inspector shows."""
    ids = shown().ids()
    kept = [name for name in dict.fromkeys(names) if name in ids]
    st.session_state[CHOSEN] = kept
    state.select(kept[0] if len(kept) == 1 and inside() is None else None)


def shown() -> Design:
    """What the canvas shows: the design, or the inside of the block that is open."""
    name = inside()
    return state.design() if name is None else state.design().body(name)


def _levels() -> list[dict[str, Any]]:
    """The blocks that are open, the outermost first; what undo took away is closed."""
    known = state.design().composites
    levels = st.session_state.get(INSIDE, [])
    if any(level["composite"] not in known for level in levels):
        levels = []
        st.session_state[INSIDE] = levels
    return levels


def _level() -> dict[str, Any] | None:
    levels = _levels()
    return levels[-1] if levels else None


def _described_here(description: Description) -> Description:
    """The description of what is shown: inside a block, that of the use from which it was opened.

    What is only worth knowing of a whole network is left out there.
    """
    level = _level()
    if level is None:
        return description
    found = described(_body(level))
    found.findings = [one for one in found.findings if one.severity != "note"]
    return found


def _body(level: dict[str, Any]) -> Design:
    body = opened(state.design(), level["composite"], level["params"])
    shapes = level["shapes"]
    inputs = tuple(
        Input(id=one.id, shape=tuple(shape) if shape else one.shape)
        for one, shape in zip(body.inputs, [*shapes, *[None] * len(body.inputs)], strict=False)
    )
    return body.model_copy(update={"inputs": inputs})


def _known(known: Catalog | None) -> Catalog | None:
    return None if known is None else extended(known, state.design())


def _message(description: Description, known: Catalog | None) -> dict[str, Any]:
    design = shown()
    history = state.history()
    full = _known(known)
    facts = {
        "palette": palette(known) if known else None,
        "own": own_blocks(full) if full else [],
        "inside": inside(),
        "place": f"{state.document_key()} {inside() or ''}",
        "empty": None if design.nodes else _EMPTY,
        "undo": history.can_undo,
        "redo": history.can_redo,
    }
    level = _level()
    if level is not None:
        design = design.model_copy(update={"inputs": _body(level).inputs})
    drawn = entries(design, _described_here(description), full)
    kept = st.session_state.get(_SENT)
    if kept and kept["sent"] is not None:
        message, sent = change(kept["sent"], drawn, facts)
    else:
        message, sent = whole(kept["version"] + 1 if kept else 1, drawn, facts)
    st.session_state[_SENT] = {"version": sent.version, "sent": sent}
    return message


@action(editing.PLACE)
def _take() -> None:
    answer(getattr(st.session_state[KEY], "deed", None))


def _answer() -> None:
    _take()
    editing.redraw()


def answer(message: object) -> None:
    """Do what the canvas sent: `{"number", "deeds"}`; a message that came twice is done once."""
    editing.answer(message, act)


@action(editing.PLACE)
def act(deed: dict[str, Any]) -> None:
    """Do one deed of the canvas."""
    what = deed.get("do")
    if isinstance(what, str) and what in _OWN_DEEDS:
        _OWN_DEEDS[what](deed)
        return
    name = inside()
    plan = planned(deed, shown(), _known(catalog()))
    before = shown().ids()
    edits = plan.edits if name is None else [{**edit, "in": name} for edit in plan.edits]
    editing.make(edits, plan.label if name is None else f"{plan.label} in {name}")
    fresh = [node.id for node in shown().nodes if node.id not in before]
    choose(fresh if plan.select is None else list(plan.select))


def _select(deed: dict[str, Any]) -> None:
    names = deed.get("nodes")
    choose([one for one in names if isinstance(one, str)] if isinstance(names, list) else [])


def _undo(deed: dict[str, Any]) -> None:
    state.undo()
    opening.keep_draft()


def _redo(deed: dict[str, Any]) -> None:
    state.redo()
    opening.keep_draft()


def _resend(deed: dict[str, Any]) -> None:
    sent = st.session_state.get(_SENT)
    st.session_state[_SENT] = {"version": sent["version"], "sent": None} if sent else None


def _fix(deed: dict[str, Any]) -> None:
    name = inside()
    for finding in _described_here(described()).of(deed.get("node")):
        if finding.fix and finding.code == deed.get("code") and finding.fix.label == deed.get("label"):
            edits = (
                finding.fix.edits if name is None else [{**edit, "in": name} for edit in finding.fix.edits]
            )
            editing.make(edits, finding.fix.label)
            return
    raise EditError("This fix no longer fits the design. Look at the findings as they are now.")


def _open(deed: dict[str, Any]) -> None:
    """Show the inside of a block, with the shapes that this use of it is given."""
    node = next((one for one in shown().nodes if one.id == deed.get("node")), None)
    if node is None or node.block not in state.design().composites:
        raise EditError("There is nothing inside this block that could be shown.")
    design = shown()
    about = _described_here(described())
    shapes = [_shape(source, design, about) for source in resolve_reads(design)[node.id]]
    level = {"composite": node.block, "params": dict(node.params), "shapes": shapes, "use": node.id}
    st.session_state[INSIDE] = [*_levels(), level]
    choose([])


def _shape(source: str, design: Design, about: Description) -> list[int | None] | None:
    name, number = port(design.ids(), source)
    for one in design.inputs:
        if one.id == name:
            return list(one.shape)
    found = about.nodes.get(name, {}).get("output_shape")
    return list(found[1:]) if found and not number else None


def _close(deed: dict[str, Any]) -> None:
    levels = _levels()
    if levels:
        use = levels[-1]["use"]
        st.session_state[INSIDE] = levels[:-1]
        choose([use])


_OWN_DEEDS = {
    "select": _select,
    "undo": _undo,
    "redo": _redo,
    "resend": _resend,
    "fix": _fix,
    "open": _open,
    "close": _close,
}
