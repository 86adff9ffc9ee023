"""Grouping blocks into a block of the design's own, by ordinary widgets."""

from typing import Any

import streamlit as st

from blockwright.design.edits import Compose
from blockwright.schema.design import Design
from blockwright.ui.design import editing
from blockwright.ui.reactive.widget_keys import is_choice, widget_key
from blockwright.ui.shell import state

_CHOICE = "compose_chosen"
_FILLED_IN = "compose_taken"


def selection(design: Design) -> list[str]:
    """The nodes that are selected on the canvas, in the order of the design, if they are several."""
    selected = state.selection()
    names = [node.id for node in design.nodes if node.id in selected]
    return names if len(names) > 1 else []


def draw(design: Design) -> None:
    """Choose nodes and a name, and group them; the nodes selected on the canvas are filled in already."""
    st.markdown("**Group blocks**")
    st.caption(
        "Blocks that belong together become a block of your own, which you can use many times, repeat, and "
        "put into others."
    )
    names = [node.id for node in design.nodes]
    _fill_in_selection(design)
    choice = _choice()
    key = widget_key("compose_nodes", [name for name in choice["nodes"] if name in names])
    name_key = widget_key("compose_name", choice["name"])
    nodes = st.multiselect(
        "Blocks to group",
        names,
        key=key,
        placeholder="Choose blocks",
        on_change=_keep_choice,
        args=(key, name_key),
    )
    st.text_input(
        "Name of the new block",
        key=name_key,
        max_chars=60,
        placeholder="ResidualUnit",
        help="One word that begins with a capital letter. Without a name it is called Block1, Block2, …",
        on_change=_keep_choice,
        args=(key, name_key),
    )
    st.button(
        f"Group {len(nodes)} blocks" if len(nodes) > 1 else "Group",
        key="compose",
        icon=":material/widgets:",
        disabled=not nodes,
        on_click=_compose,
    )


def _choice() -> dict[str, Any]:
    return st.session_state.get(_CHOICE, {"nodes": [], "name": ""})


def _fill_in_selection(design: Design) -> None:
    """Fill the form with what is selected on the canvas, once for each selection: the form may change it after that."""
    selected = selection(design)
    if selected and selected != st.session_state.get(_FILLED_IN):
        st.session_state[_CHOICE] = {**_choice(), "nodes": selected}
    st.session_state[_FILLED_IN] = selected


def _keep_choice(key: str, name_key: str) -> None:
    if is_choice(key, name_key):
        st.session_state[_CHOICE] = {"nodes": list(st.session_state[key]), "name": st.session_state[name_key]}


@editing.gesture
def _compose() -> None:
    choice = _choice()
    editing.perform([Compose(nodes=tuple(choice["nodes"]), name=choice["name"].strip() or None)])
    st.session_state.pop(_CHOICE)
    state.show_in_inspector("Block")
