"""The form of a node: its problems that can be fixed, its name, its arguments and its connections."""

import streamlit as st

from blockwright.design.edits import SetParams
from blockwright.design.wiring import resolve_outputs
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import Design, Node, port
from blockwright.ui.design import editing
from blockwright.ui.design.block_text import draw_finding
from blockwright.ui.design.description import Description
from blockwright.ui.design.inspector import (
    composite_arguments,
    composite_fields,
    connection_fields,
    fields,
    input_output_fields,
)
from blockwright.ui.shell.messages import plain

MORE_OPEN = "more_open"
_MORE_KEY = "block_more"
_MORE_LABEL = "More: connections, repeat, sharing, output"
_MAX_WORDS = 3


def draw(design: Design, node: Node, catalog: Catalog | None, description: Description) -> None:
    """Everything that can be set of a node."""
    if node.block in design.composites:
        composite_fields.draw_use(node)
    for number, finding in enumerate(description.of(node.id)):
        if finding.fix:
            # The row of the stack has the whole sentence; a card of the canvas only its beginning.
            draw_finding(finding, f"fix_{number}", fix_only=st.session_state.get("design_view") != "Canvas")
    input_output_fields.name_field(node.id)
    editing.show_refusal(f"name_{node.id}")
    block_type = catalog.blocks.get(node.block) if catalog else None
    if block_type is None:
        st.caption("The settings of this block appear as soon as the design service knows it.")
        return
    if node.shares is not None:
        st.caption(f"It uses the arguments and the weights of {node.shares}.")
    else:
        for param in block_type.params:
            if not fields.is_rare(block_type, param):
                fields.draw_argument(node, param, one_side=not is_more_open())
    composite_arguments.draw_expose(node, block_type)
    if connection_fields.is_in_sight(design, node, block_type):
        connection_fields.draw_inputs(design, node, block_type, catalog, description)
    _draw_more(design, node, block_type, catalog, description)


def is_more_open() -> bool:
    """Whether what is rarely set is shown; once open it stays so, whatever is selected."""
    return st.session_state.get(MORE_OPEN, False)


def _open_more() -> None:
    st.session_state[MORE_OPEN] = st.session_state[_MORE_KEY]


def _draw_more(
    design: Design, node: Node, block_type: BlockType, catalog: Catalog | None, description: Description
) -> None:
    """What is rarely set, filled only while it is open."""
    is_open = is_more_open()
    if st.session_state.get(_MORE_KEY) != is_open:
        st.session_state[_MORE_KEY] = is_open
    summary = _more_summary(design, node, block_type)
    expander = st.expander(
        f"{_MORE_LABEL}{summary and f' · {plain(summary)}'}", key=_MORE_KEY, on_change=_open_more
    )
    if is_open:
        with expander:
            if node.shares is None:
                _draw_rare_arguments(node, block_type)
            if not connection_fields.is_in_sight(design, node, block_type):
                connection_fields.draw_inputs(design, node, block_type, catalog, description)
            connection_fields.draw_copies(design, node, block_type)
            connection_fields.draw_outputs(design, node, catalog, description)


def _more_summary(design: Design, node: Node, block_type: BlockType) -> str:
    """What is set there, in a few words."""
    params = node.params if node.shares is None else {}
    words = [
        param.name
        for param in block_type.params
        if param.name in params and fields.is_rare(block_type, param)
    ]
    words += [f"repeat {node.repeat}"] if node.repeat != 1 else []
    words += ["shared weights"] if node.shares is not None else []
    if any(port(design.ids(), output)[0] == node.id for output in resolve_outputs(design)):
        words.append("an output")
    return ", ".join(words[:_MAX_WORDS]) + (", …" if len(words) > _MAX_WORDS else "")


def _draw_rare_arguments(node: Node, block_type: BlockType) -> None:
    for param in block_type.params:
        if fields.is_rare(block_type, param):
            fields.draw_argument(node, param)
    names = not_at_default(node, block_type)
    if names:
        st.button(
            "Reset to the defaults",
            key="node_defaults",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=editing.edit,
            args=([SetParams(node=node.id, unset=tuple(names))], f"Reset {node.id} to its defaults"),
        )


def not_at_default(node: Node, block_type: BlockType) -> list[str]:
    """The arguments that are not at their defaults, or that the block does not take."""
    names = [
        param.name
        for param in block_type.params
        if not param.required and node.params.get(param.name, param.default) != param.default
    ]
    return names + [name for name in node.params if block_type.param(name) is None]
