"""The buttons of the selected block: move, duplicate, remove, switch on or off, freeze.

They are not drawn again for another block, so their keys and arguments do not name it. They act on the block that was
drawn last: a selection that comes in the same moment as a click was not yet seen by whoever clicked.
"""

from collections.abc import Callable

import streamlit as st

from blockwright.design.edits import Duplicate, Edit, Enable, Move, Remove, SetTrainable
from blockwright.ui.design import editing
from blockwright.ui.reactive.fragments import fragment
from blockwright.ui.reactive.widget_keys import is_choice, widget_key
from blockwright.ui.shell import state

_INSPECTED = "inspected"
_BUTTONS: tuple[tuple[str, str, str, Callable[[str], Edit]], ...] = (
    ("up", "arrow_upward", "Move up", lambda node: Move(node=node, by=-1)),
    ("down", "arrow_downward", "Move down", lambda node: Move(node=node, by=1)),
    ("duplicate", "content_copy", "Duplicate", lambda node: Duplicate(node=node)),
    ("remove", "delete", "Remove", lambda node: Remove(node=node)),
)


def mark_as_inspected() -> None:
    """Let the buttons act on the block that is selected now."""
    st.session_state[_INSPECTED] = state.selected()


def _shows() -> object:
    node = state.selected_node()
    if node is None or state.inspector_shows() != "Block":
        return None
    return [node.enabled, node.trainable, node.shares is None]


@fragment("the buttons of a block", key="block_buttons", shows=_shows, holds_fields=True)
def draw() -> None:
    """The buttons, while the inspector shows a block."""
    node = state.selected_node()
    if node is None or state.inspector_shows() != "Block":
        return
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="node_buttons"):
        for name, icon, help, edit in _BUTTONS:
            st.button(
                "",
                key=f"block_{name}",
                icon=f":material/{icon}:",
                help=help,
                on_click=_edit,
                args=(edit,),
            )
    with st.container(horizontal=True, key="node_switches"):
        key = widget_key("block_enabled", node.enabled)
        st.toggle(
            "On",
            key=key,
            on_change=_set,
            args=(key, lambda node, enabled: Enable(node=node, enabled=enabled)),
            help="Off: values pass through unchanged.",
        )
        key = widget_key("block_trainable", node.trainable)
        st.toggle(
            "Trainable",
            key=key,
            on_change=_set,
            args=(key, lambda node, trainable: SetTrainable(node=node, trainable=trainable)),
            disabled=node.shares is not None,
            help="Off: training leaves its weights as they are.",
        )


@editing.gesture
def _edit(edit: Callable[[str], Edit]) -> None:
    node = st.session_state.get(_INSPECTED)
    if node is not None:
        editing.perform([edit(node)])


def _set(key: str, edit: Callable[[str, bool], Edit]) -> None:
    if is_choice(key):
        _edit(lambda node: edit(node, st.session_state[key]))
