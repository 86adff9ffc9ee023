"""The inspector: the selected block with its arguments and wires, and the network's ends and own blocks."""

import zlib
from typing import Any

import streamlit as st

from blockwright.design.structure import resolve_outputs, resolve_reads
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import Design, Node, port
from blockwright.ui.design import commands
from blockwright.ui.design.description import Description, described_here
from blockwright.ui.design.inspector import composite_view, connection_fields, fields, input_output_fields
from blockwright.ui.design.readable_sources import result_count, sources_of
from blockwright.ui.design.stack import fix_label
from blockwright.ui.reactive import lazy_select
from blockwright.ui.reactive.widget_keys import is_choice, slot
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import box, part, plain

BLOCK, NETWORK = "Block", "Network"
MORE = "more_open"
_MORE_KEY = "block_more"
_MORE_LABEL = "More: wires, repeat, sharing, output"
_INSPECTED = "inspected"
_SAID = 3


def draw() -> None:
    """The inspector; each part of it is drawn again when it shows something else."""
    _tab()
    _choice()
    _whole()
    _form()


@part("the inspector", key="inspector_tab")
def _tab() -> None:
    commands.note("inspector_tab")
    inside = state.inside()
    key = slot("inspector_tab", state.inspector_shows())
    st.segmented_control(
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


@part("the choice of a block", key="inspector")
def _choice() -> None:
    """Which block is chosen. What is done with the block as a whole is done to the one that was drawn here last."""
    commands.note("inspector")
    st.session_state[_INSPECTED] = state.selected()
    if state.inspector_shows() == BLOCK:
        _chooser(state.shown())


@part("the buttons of a block", key="block_buttons")
def _whole() -> None:
    commands.note("block_buttons")
    design = state.shown()
    node = _selected(design)
    if state.inspector_shows() == BLOCK and node is not None:
        _buttons(node)


@part("the form of the inspector", key="form")
def _form() -> None:
    """Everything that can be set of the chosen block, or the ends and the own blocks of the whole."""
    commands.note("form")
    if state.inspector_shows() == NETWORK:
        _network(state.shown(), commands.known_blocks(), described_here())
    else:
        _block(state.shown(), commands.known_blocks())


def _selected(design: Design) -> Node | None:
    name = state.selected()
    return next((node for node in design.nodes if node.id == name), None)


def _tab_shows() -> object:
    return [state.inspector_shows(), state.inside()]


def _choice_shows() -> object:
    names = _names(state.shown())
    chosen = state.selected()
    shown = names if len(names) <= lazy_select.MOST else names.get(chosen) if chosen else None
    return [state.inspector_shows() == BLOCK, chosen, shown]


def _buttons_show() -> object:
    design = state.shown()
    node = _selected(design)
    if node is None or state.inspector_shows() != BLOCK:
        return None
    return [node.enabled, node.trainable, node.shares is None]


def form_shows() -> list[object]:
    """What the form shows, as plain data: the arguments come last."""
    design = state.shown()
    node = _selected(design)
    if node is None or state.inspector_shows() == NETWORK:
        return [
            state.inspector_shows(),
            state.inside(),
            state.selected(),
            zlib.crc32(design.text().encode()),
            composite_view.selection(design),
            {},
        ]
    known, description = commands.known_blocks(), described_here()
    sources = sources_of(design, known, description)
    kind = known.blocks.get(node.block) if known else None
    owner = state.design().composites.get(state.inside() or "")
    return [
        state.inspector_shows(),
        state.inside(),
        node.model_dump(exclude={"params", "enabled", "trainable", "at"}),
        [finding.model_dump() for finding in description.of(node.id)],
        sources if len(sources) <= lazy_select.MOST else len(sources) > 0,
        resolve_reads(design)[node.id],
        [one for one in resolve_outputs(design) if port(design.ids(), one)[0] == node.id],
        result_count(node, known, description.nodes.get(node.id)),
        [[one.id, one.shares] for one in design.nodes if one.block == node.block][: lazy_select.MOST + 2],
        None if kind is None else [kind.name, _is_set(node, kind)],
        None if owner is None else owner.params,
        node.params,
    ]


commands.SHOWS["inspector_tab"] = _tab_shows
commands.SHOWS["inspector"] = _choice_shows
commands.SHOWS["block_buttons"] = _buttons_show
commands.SHOWS["form"] = form_shows


def _turn(key: str) -> None:
    if not is_choice(key):
        return
    state.show_in_inspector(st.session_state[key] or BLOCK)
    commands.redraw()


def _network(design: Design, known: Catalog | None, description: Description) -> None:
    composite_view.draw_definition(design, known)
    input_output_fields.draw_inputs(design)
    input_output_fields.draw_outputs(design, known, description)
    composite_view.draw_making(design)
    composite_view.draw_list(state.design())


def _names(design: Design) -> dict[str, str]:
    called = {one.id: f"{one.id} · input" for one in design.inputs}
    return called | {node.id: f"{node.id} · {node.block}" for node in design.nodes}


def _chooser(design: Design) -> None:
    called = _names(design)
    key = slot("node", state.selected())
    lazy_select.choose(
        "Selected block",
        list(called),
        key=key,
        index=None,
        placeholder="Choose a block",
        on_change=_choose,
        args=(key,),
        format_func=lambda name: called.get(name, name),
    )


def _block(design: Design, known: Catalog | None) -> None:
    chosen = state.selected()
    if chosen is None:
        st.caption(
            "Select a block to set it. Up and Down walk through the stack, Alt with them moves the block, "
            "Ctrl+D duplicates, Delete removes, Ctrl+Z undoes and Ctrl+Y does again."
        )
        return
    for one in design.inputs:
        if one.id == chosen:
            input_output_fields.draw_input(one)
            return
    _node(design, design.node(chosen), known)


def _choose(key: str) -> None:
    if not is_choice(key):
        return
    commands.do({"do": "select", "node": st.session_state[key]})


def _node(design: Design, node: Node, known: Catalog | None) -> None:
    description = described_here()
    if node.block in design.composites:
        composite_view.draw_use(node)
    for number, finding in enumerate(description.of(node.id)):
        if finding.fix:
            box(finding.severity, finding.message)
            st.button(
                fix_label(finding),
                key=f"fix_{number}",
                icon=":material/build:",
                on_click=commands.do,
                args=({"do": "fix", "node": node.id, "code": finding.code, "label": finding.fix.label},),
            )
    input_output_fields.name_field(node.id)
    kind = known.blocks.get(node.block) if known else None
    if kind is None:
        st.caption("The settings of this block appear as soon as the design service knows it.")
        return
    if node.shares is not None:
        st.caption(f"It uses the arguments and the weights of {node.shares}.")
    else:
        for param in kind.params:
            if not fields.is_rare(kind, param):
                fields.draw(node, param, one_side=not _is_more_open())
    composite_view.draw_expose(node, kind)
    if connection_fields.reads_in_sight(design, node, kind):
        connection_fields.draw_reads(design, node, kind, known, description)
    _more(design, node, kind, known, description)


def _is_more_open() -> bool:
    return st.session_state.get(MORE, False)


def _open_more() -> None:
    st.session_state[MORE] = st.session_state[_MORE_KEY]


def _more(
    design: Design, node: Node, kind: BlockType, known: Catalog | None, description: Description
) -> None:
    """What is set seldom, filled only while it is open; once open it stays so, whatever is selected."""
    is_open = _is_more_open()
    if st.session_state.get(_MORE_KEY) != is_open:
        st.session_state[_MORE_KEY] = is_open
    said = _said_of_more(design, node, kind)
    drawer = st.expander(f"{_MORE_LABEL}{said and f' · {plain(said)}'}", key=_MORE_KEY, on_change=_open_more)
    if is_open:
        with drawer:
            if node.shares is None:
                _rare_arguments(node, kind)
            if not connection_fields.reads_in_sight(design, node, kind):
                connection_fields.draw_reads(design, node, kind, known, description)
            connection_fields.draw_copies(design, node, kind)
            connection_fields.draw_outputs(design, node, known, description)


def _said_of_more(design: Design, node: Node, kind: BlockType) -> str:
    """What is set there, in few words."""
    given = node.params if node.shares is None else {}
    words = [one.name for one in kind.params if one.name in given and fields.is_rare(kind, one)]
    words += [f"repeat {node.repeat}"] if node.repeat != 1 else []
    words += ["shared weights"] if node.shares is not None else []
    words += (
        ["an output"] if node.id in (port(design.ids(), one)[0] for one in resolve_outputs(design)) else []
    )
    return ", ".join(words[:_SAID]) + (", …" if len(words) > _SAID else "")


def _rare_arguments(node: Node, kind: BlockType) -> None:
    for param in kind.params:
        if fields.is_rare(kind, param):
            fields.draw(node, param)
    given = _is_set(node, kind)
    if given:
        st.button(
            "Back to the defaults",
            key="node_defaults",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=commands.mend_here,
            args=([{"op": "set", "node": node.id, "unset": given}], f"Defaults for {node.id}"),
        )


def _is_set(node: Node, kind: BlockType) -> list[str]:
    """The arguments that are not at their defaults, or that the block does not take."""
    given = [
        param.name
        for param in kind.params
        if not param.required and node.params.get(param.name, param.default) != param.default
    ]
    return given + [name for name in node.params if kind.param(name) is None]


_DEEDS = (
    ("up", "arrow_upward", "Move up", {"do": "shift", "by": -1}),
    ("down", "arrow_downward", "Move down", {"do": "shift", "by": 1}),
    ("duplicate", "content_copy", "Duplicate", {"do": "duplicate"}),
    ("remove", "delete", "Remove", {"do": "remove"}),
)


def _buttons(node: Node) -> None:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="node_buttons"):
        for name, icon, words, deed in _DEEDS:
            st.button(
                "",
                key=f"block_{name}",
                icon=f":material/{icon}:",
                help=words,
                on_click=_do_to_it,
                args=(deed,),
            )
        key = slot("block_enabled", node.enabled)
        st.toggle("On", key=key, on_change=_switch, args=(key,), help="Off: values pass through unchanged.")
        key = slot("block_trainable", node.trainable)
        st.toggle(
            "Trainable",
            key=key,
            on_change=_freeze,
            args=(key,),
            disabled=node.shares is not None,
            help="Off: training leaves its weights as they are.",
        )


def _do_to_it(deed: dict[str, Any]) -> None:
    """A deed to the block that the page showed when the button was pressed.

    The buttons are not drawn again for another block, so their keys and arguments do not name it. What was drawn last
    does: a selection that comes in the same moment is not drawn yet.
    """
    commands.do(deed | {"node": st.session_state.get(_INSPECTED)})


def _freeze(key: str) -> None:
    if not is_choice(key):
        return
    _do_to_it({"do": "train", "trainable": st.session_state[key]})


def _switch(key: str) -> None:
    if not is_choice(key):
        return
    _do_to_it({"do": "enable", "enabled": st.session_state[key]})
