"""The inspector: the selected block with its arguments and connections, or the network's inputs, outputs and blocks."""

import zlib

import streamlit as st

from blockwright.design.wiring import resolve_outputs, resolve_reads
from blockwright.schema.design import Design, port
from blockwright.ui.design import commands, editing
from blockwright.ui.design.description import described_here
from blockwright.ui.design.inspector import (
    composite_fields,
    group_form,
    input_output_fields,
    node_buttons,
    node_form,
)
from blockwright.ui.design.readable_sources import result_count, sources_of
from blockwright.ui.reactive import lazy_select
from blockwright.ui.reactive.fragments import fragment
from blockwright.ui.reactive.widget_keys import is_choice, widget_key
from blockwright.ui.shell import state

BLOCK, NETWORK = "Block", "Network"
_STACK_KEYS = (
    "Up and Down go through the stack, with Alt they move the block; Ctrl+D duplicates, Delete removes, Ctrl+Z "
    "undoes, Ctrl+Y redoes."
)
_CANVAS_KEYS = "Press ? on the canvas to see its keys."


def draw() -> None:
    """The inspector; each part of it is drawn again when it shows something else."""
    _tab()
    _choice()
    node_buttons.draw()
    _form()


def _tab_shows() -> object:
    return [state.inspector_shows(), state.inside()]


@fragment("the inspector", key="inspector_tab", shows=_tab_shows, holds_fields=True)
def _tab() -> None:
    inside = state.inside()
    key = widget_key("inspector_tab", state.inspector_shows())
    st.segmented_control(
        "What to edit",
        [BLOCK, NETWORK],
        key=key,
        required=True,
        format_func=lambda tab: tab if tab == BLOCK or inside is None else inside,
        label_visibility="collapsed",
        width="stretch",
        on_change=_turn,
        args=(key,),
    )


def _turn(key: str) -> None:
    # None: after a block was closed, the browser first sends the label that the second tab had inside it.
    if is_choice(key) and st.session_state[key] is not None:
        state.show_in_inspector(st.session_state[key])
        editing.redraw()


def _choice_shows() -> object:
    labels = _labels(state.shown())
    selected = state.selected()
    shown = labels if len(labels) <= lazy_select.MOST else labels.get(selected) if selected else None
    return [state.inspector_shows() == BLOCK, selected, shown]


@fragment("the choice of a block", key="inspector", shows=_choice_shows, holds_fields=True)
def _choice() -> None:
    """Which block is selected."""
    node_buttons.mark_as_inspected()
    if state.inspector_shows() != BLOCK:
        return
    labels = _labels(state.shown())
    key = widget_key("node", state.selected())
    lazy_select.choose(
        "Selected block",
        list(labels),
        key=key,
        index=None,
        placeholder="Choose a block",
        on_change=_select,
        args=(key,),
        format_func=lambda name: labels.get(name, name),
    )


def _labels(design: Design) -> dict[str, str]:
    labels = {entry.id: f"{entry.id} · input" for entry in design.inputs}
    return labels | {node.id: f"{node.id} · {node.block}" for node in design.nodes}


def _select(key: str) -> None:
    if is_choice(key):
        name = st.session_state[key]
        commands.run(commands.Select(nodes=() if name is None else (name,)))


def form_shows() -> list[object]:
    """What the form shows, as plain data: the arguments come last."""
    design, node = state.shown(), state.selected_node()
    if node is None or state.inspector_shows() == NETWORK:
        return [
            state.inspector_shows(),
            state.inside(),
            state.selected(),
            zlib.crc32(design.text().encode()),
            group_form.selection(design),
            {},
        ]
    catalog, description = editing.design_catalog(), described_here()
    sources = sources_of(design, catalog, description)
    block_type = catalog.blocks.get(node.block) if catalog else None
    composite = state.design().composites.get(state.inside() or "")
    return [
        state.inspector_shows(),
        state.inside(),
        node.model_dump(exclude={"params", "enabled", "trainable", "at"}),
        [finding.model_dump() for finding in description.of(node.id)],
        sources if len(sources) <= lazy_select.MOST else len(sources) > 0,
        resolve_reads(design)[node.id],
        [output for output in resolve_outputs(design) if port(design.ids(), output)[0] == node.id],
        result_count(node, catalog, description.nodes.get(node.id)),
        [[twin.id, twin.shares] for twin in design.nodes if twin.block == node.block][: lazy_select.MOST + 2],
        None if block_type is None else [block_type.name, node_form.not_at_default(node, block_type)],
        None if composite is None else composite.params,
        node.params,
    ]


@fragment("the form of the inspector", key="form", shows=form_shows, holds_fields=True, confirms=True)
def _form() -> None:
    """Everything that can be set of the selected block, or the inputs, outputs and composite blocks of the whole."""
    design, catalog, selected = state.shown(), editing.design_catalog(), state.selected()
    node = state.selected_node()
    if state.inspector_shows() == NETWORK:
        composite_fields.draw_definition(design, catalog)
        input_output_fields.draw_inputs(design)
        input_output_fields.draw_outputs(design, catalog, described_here())
        group_form.draw(design)
        composite_fields.draw_list(state.design())
    elif node is not None:
        node_form.draw(design, node, catalog, described_here())
    elif selected is not None:
        input_output_fields.draw_input(next(entry for entry in design.inputs if entry.id == selected))
    else:
        keys = _CANVAS_KEYS if st.session_state.get("design_view") == "Canvas" else _STACK_KEYS
        st.caption(f"Select a block to edit it. {keys}")
