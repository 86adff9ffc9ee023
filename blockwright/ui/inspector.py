"""The inspector: the selected block with its arguments and wires, and the network's ends and own blocks."""

import streamlit as st

from blockwright.architecture.catalog import BlockType, Catalog
from blockwright.architecture.spec import Design, Node
from blockwright.ui import chooser, editing, fields, inspector_ends, inspector_wires, own_blocks_view, state
from blockwright.ui.describing import Description, described_here
from blockwright.ui.messages import box, part
from blockwright.ui.slots import slot
from blockwright.ui.stack import fix_label

BLOCK, NETWORK = "Block", "Network"


@part("the inspector", key="inspector")
def draw() -> None:
    """Either the block that is chosen, or the ends and the own blocks of the whole."""
    inside = state.inside()
    key = slot("inspector_tab", state.inspector_shows())
    tab = st.segmented_control(
        "What is set",
        [BLOCK, NETWORK],
        key=key,
        required=True,
        format_func=lambda one: one if one == BLOCK or inside is None else inside,
        label_visibility="collapsed",
        width="stretch",
        on_change=_turn,
        args=(key,),
    )
    if tab == NETWORK:
        _network(state.shown(), editing.known_blocks(), described_here())
    else:
        _block(state.shown(), editing.known_blocks())


def _turn(key: str) -> None:
    state.show_in_inspector(st.session_state[key] or BLOCK)
    editing.redraw()


def _network(design: Design, known: Catalog | None, description: Description) -> None:
    own_blocks_view.draw_definition(design, known)
    inspector_ends.draw_inputs(design)
    inspector_ends.draw_outputs(design, known, description)
    own_blocks_view.draw_making(design)
    own_blocks_view.draw_list(state.design())


def _block(design: Design, known: Catalog | None) -> None:
    called = {one.id: f"{one.id} · input" for one in design.inputs}
    called |= {node.id: f"{node.id} · {node.block}" for node in design.nodes}
    key = slot("node", state.selected())
    chooser.choose(
        "Selected block",
        list(called),
        key=key,
        index=None,
        placeholder="Choose a block",
        on_change=_choose,
        args=(key,),
        format_func=lambda name: called.get(name, name),
    )
    chosen = state.selected()
    if chosen is None:
        st.caption(
            "Select a block to set it. Up and Down walk through the stack, Alt with them moves the block, "
            "Ctrl+D duplicates, Delete removes, Ctrl+Z undoes and Ctrl+Y does again."
        )
        return
    for one in design.inputs:
        if one.id == chosen:
            inspector_ends.draw_input(one)
            return
    _node(design, design.node(chosen), known)


def _choose(key: str) -> None:
    editing.do({"do": "select", "node": st.session_state[key]})


def _node(design: Design, node: Node, known: Catalog | None) -> None:
    description = described_here()
    _buttons(design, node)
    if node.block in design.composites:
        own_blocks_view.draw_use(node)
    for number, finding in enumerate(description.of(node.id)):
        if finding.fix:
            box(finding.severity, finding.message)
            st.button(
                fix_label(finding),
                key=f"fix_{number}",
                icon=":material/build:",
                on_click=editing.do,
                args=({"do": "fix", "node": node.id, "code": finding.code, "label": finding.fix.label},),
            )
    inspector_ends.name_field(node.id)
    kind = known.blocks.get(node.block) if known else None
    if kind is None:
        st.caption("The settings of this block appear as soon as the design service knows it.")
        return
    if node.shares is not None:
        st.caption(f"It uses the arguments and the weights of {node.shares}.")
    else:
        _arguments(node, kind)
    own_blocks_view.draw_expose(node, kind)
    inspector_wires.draw(design, node, kind, known, description)


def _arguments(node: Node, kind: BlockType) -> None:
    for param in kind.params:
        fields.draw(node, param)
    unknown = [name for name in node.params if kind.param(name) is None]
    given = [
        param.name
        for param in kind.params
        if not param.required and node.params.get(param.name, param.default) != param.default
    ]
    if given or unknown:
        st.button(
            "Back to the defaults",
            key="node_defaults",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=editing.mend_here,
            args=([{"op": "set", "node": node.id, "unset": given + unknown}], f"Defaults for {node.id}"),
        )


def _buttons(design: Design, node: Node) -> None:
    place = design.index(node.id)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="node_buttons"):
        for key, icon, words, deed, possible in (
            ("up", "arrow_upward", "Move up", {"do": "shift", "by": -1}, place > 0),
            (
                "down",
                "arrow_downward",
                "Move down",
                {"do": "shift", "by": 1},
                place + 1 < len(design.nodes),
            ),
            ("duplicate", "content_copy", "Duplicate", {"do": "duplicate"}, True),
            ("remove", "delete", "Remove", {"do": "remove"}, True),
        ):
            st.button(
                "",
                key=f"{key}_{node.id}",
                icon=f":material/{icon}:",
                help=words,
                disabled=not possible,
                on_click=editing.do,
                args=(deed | {"node": node.id},),
            )
        key = slot(f"enabled_{node.id}", node.enabled)
        st.toggle(
            "On", key=key, on_change=_switch, args=(node.id, key), help="Off: values pass through unchanged."
        )


def _switch(node: str, key: str) -> None:
    editing.do({"do": "enable", "node": node, "enabled": st.session_state[key]})
