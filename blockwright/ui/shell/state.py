"""What a session remembers, as plain data: the design with its history, the training settings, the active run.

Pages and callbacks go through these functions; nothing else writes these keys of `st.session_state`.
"""

import secrets
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Any, TypedDict

import streamlit as st

from blockwright.design.edits import Edit, apply_edits
from blockwright.design.history import History
from blockwright.schema.design import Design, Input, Node

HISTORY = "history"
SETTINGS = "settings"
ACTIVE_RUN = "active_run"
SELECTION = "selection"
INSERTION = "insertion"
DOCUMENT = "document"
INSIDE = "inside"
INSPECTOR = "inspector_shows"
LAST_MESSAGE = "last_message"
RESTORED = "restored"


class Level(TypedDict):
    """An open block of the design's own; `use` is the node that it was opened from, None if it was by its name."""

    composite: str
    use: str | None


class Document(TypedDict):
    """Where the current document is kept, the saved design that it comes from, and how it was when it was last saved.

    `design` is None for changes that were never saved.
    """

    key: str
    saved: str | None
    design: Design | None


def blank() -> Design:
    """The design that a new session begins with: one input, no block."""
    return Design(name="Untitled", inputs=(Input(id="image", shape=(28, 28, 1)),))


def begin() -> None:
    """Give a new session its first design. Does nothing later."""
    if HISTORY not in st.session_state:
        open_design(blank())


def is_begun() -> bool:
    """Whether the visitor has done anything yet that would be missed."""
    return active_run() is not None or bool(design().nodes) or history().can_undo


def forget() -> None:
    """Forget the session's design, so that the next run begins with a new one."""
    for key in (HISTORY, DOCUMENT, SETTINGS, SELECTION, INSERTION, INSIDE, RESTORED):
        st.session_state.pop(key, None)


def history() -> History:
    """The versions of the current design."""
    try:
        return st.session_state[HISTORY]
    except KeyError:
        begin()
        return st.session_state[HISTORY]


def design() -> Design:
    """The current design."""
    return history().current


def document_key() -> str:
    """The random name under which the current document is kept in the workspace."""
    return _document()["key"]


def origin() -> str | None:
    """The key of the saved design that the current document was opened from or saved as, if any."""
    return _document()["saved"]


def is_changed() -> bool:
    """Whether the current design differs from what was opened or last saved."""
    return _document()["design"] != design()


def open_design(
    new: Design, settings: dict[str, Any] | None = None, *, key: str | None = None, saved: str | None = None
) -> None:
    """Make `new` the current design, with a fresh history.

    `settings` None keeps the training settings of the session; `saved` names the saved design it comes from.
    """
    st.session_state[HISTORY] = History.start(new)
    st.session_state[DOCUMENT] = Document(key=key or secrets.token_hex(8), saved=saved, design=new)
    st.session_state[SELECTION] = []
    st.session_state[INSERTION] = None
    st.session_state[INSIDE] = []
    st.session_state.setdefault(SETTINGS, {})
    if settings is not None:
        st.session_state[SETTINGS] = dict(settings)


def mark_saved(key: str) -> None:
    """Note that the current design is now kept in the workspace under `key`."""
    st.session_state[DOCUMENT] = Document(key=document_key(), saved=key, design=design())


def mark_changed() -> None:
    """Note that the current design holds changes that were never saved."""
    st.session_state[DOCUMENT] = _document() | {"design": None}


def change(edits: Sequence[Edit | dict[str, Any]], label: str) -> Design:
    """Apply edits to the current design, all or none, as one step of the history.

    Raises EditError, and then nothing has changed.
    """
    changed = apply_edits(design(), edits)
    _set_history(history().push(changed, label))
    return changed


def undo() -> None:
    """Take the last step back."""
    _set_history(history().undo())


def redo() -> None:
    """Take the undone step again."""
    _set_history(history().redo())


def levels() -> list[Level]:
    """The blocks of the design's own that are open, the outermost first.

    A block that is no longer there closes what is inside it.
    """
    opened = st.session_state.get(INSIDE)
    if not opened:
        return []
    composites = design().composites
    return list(takewhile(lambda level: level["composite"] in composites, opened))


def inside() -> str | None:
    """The name of the block of the design's own whose inside is shown, or None for the whole network."""
    return next((level["composite"] for level in reversed(levels())), None)


def shown() -> Design:
    """What is shown and edited: the network, or the inside of the block that is open."""
    name = inside()
    return design() if name is None else design().body(name)


def enter(composite: str, use: str | None = None) -> None:
    """Show the inside of a block of the design's own, opened from the node `use` of what is shown, or by its name.

    Raises KeyError for a block that the design does not define.
    """
    if composite not in design().composites:
        raise KeyError(composite)
    set_levels([*(levels() if use else []), Level(composite=composite, use=use)])
    select(None)


def leave(depth: int) -> None:
    """Show what is `depth` blocks deep, 0 for the whole network, and select the node that led further down."""
    opened = levels()
    if 0 <= depth < len(opened):
        set_levels(opened[:depth])
        select(opened[depth]["use"])


def inspector_shows() -> str:
    """What the inspector shows: "Block" for the selected one, "Network" for the ends and the composite blocks."""
    return st.session_state.get(INSPECTOR, "Block")


def show_in_inspector(what: str) -> None:
    """Let the inspector show "Block" or "Network"."""
    st.session_state[INSPECTOR] = what


def set_levels(opened: list[Level]) -> None:
    """Open these blocks, as `levels` gives them; the selection stays."""
    st.session_state[INSIDE] = opened


def selection() -> list[str]:
    """The ids of the selected nodes and inputs of what is shown."""
    names = st.session_state.get(SELECTION)
    if not names:
        return []
    ids = shown().ids()
    return [name for name in names if name in ids]


def selected() -> str | None:
    """The id of the selected node or input of what is shown, or None where there is none, or several are."""
    names = selection()
    return names[0] if len(names) == 1 else None


def selected_node() -> Node | None:
    """The selected node of what is shown, or None where none or several are selected, or an input."""
    name = selected()
    return next((node for node in shown().nodes if node.id == name), None)


def selected_outside() -> str | None:
    """The id of the selected node or input of the whole network: that of the open block, where one is open."""
    opened = levels()
    return opened[0]["use"] if opened else selected()


def select(name: str | None) -> None:
    """Select the node or input of that id in what is shown; an id that is not there selects nothing."""
    select_many([] if name is None else [name])


def select_many(names: Iterable[str]) -> None:
    """Select these nodes and inputs of what is shown; ids that are not there are left out.

    New blocks then go below a single selected one.
    """
    st.session_state[SELECTION] = list(dict.fromkeys(names))
    st.session_state[SELECTION] = selection()
    st.session_state[INSERTION] = None


def set_insertion(index: int) -> None:
    """Let the next new block go to place `index` of the list; a place that there is not changes nothing."""
    st.session_state[INSERTION] = index if 0 <= index <= len(shown().nodes) else None


def chosen_insertion() -> int | None:
    """The place chosen for the next new block, or None: it then goes below the selected one."""
    return st.session_state.get(INSERTION)


def insertion_index() -> int:
    """The place that a new block gets: as chosen, else below the selected node, else at the end."""
    chosen, here = chosen_insertion(), shown()
    if chosen is not None and chosen <= len(here.nodes):
        return chosen
    name = selected()
    if name in {entry.id for entry in here.inputs}:
        return 0
    return len(here.nodes) if name is None else here.index(name) + 1


def last_message() -> int:
    """The number of the last message of a component that was carried out."""
    return st.session_state.get(LAST_MESSAGE, 0)


def set_last_message(number: int) -> None:
    """Remember the number of the last message that was carried out."""
    st.session_state[LAST_MESSAGE] = number


def settings() -> dict[str, Any]:
    """The training settings chosen so far (what `training.settings` reads); a copy."""
    begin()
    return dict(st.session_state[SETTINGS])


def set_settings(new: dict[str, Any]) -> None:
    """Keep the training settings."""
    st.session_state[SETTINGS] = dict(new)


def active_run() -> str | None:
    """The id of the run that the pages show, or None."""
    return st.session_state.get(ACTIVE_RUN)


def set_active_run(run_id: str | None) -> None:
    """Choose the run that the pages show."""
    st.session_state[ACTIVE_RUN] = run_id


def _document() -> Document:
    history()
    return st.session_state[DOCUMENT]


def _set_history(changed: History) -> None:
    """Show the current version: what is not in it is neither open nor selected."""
    st.session_state[HISTORY] = changed
    set_levels(levels())
    select_many(selection())
