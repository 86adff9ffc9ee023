"""The inspector: the selected block with its arguments and connections, or the network's inputs, outputs and blocks."""

import zlib
from collections.abc import Callable

import streamlit as st

from blockwright.design.edits import Duplicate, Edit, Enable, Move, Remove, SetParams, SetTrainable
from blockwright.design.structure import resolve_outputs, resolve_reads
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import Design, Node, port
from blockwright.ui.design import commands, editing
from blockwright.ui.design.block_text import fix_label
from blockwright.ui.design.description import Description, described_here
from blockwright.ui.design.inspector import composite_view, connection_fields, fields, input_output_fields
from blockwright.ui.design.readable_sources import result_count, sources_of
from blockwright.ui.reactive import lazy_select
from blockwright.ui.reactive.fragments import fragment
from blockwright.ui.reactive.widget_keys import is_choice, widget_key
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import box, plain

BLOCK, NETWORK = "Block", "Network"
MORE = "more_open"
_MORE_KEY = "block_more"
_MORE_LABEL = "More: connections, repeat, sharing, output"
_INSPECTED = "inspected"
_MOST_WORDS = 3


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
    known, description = editing.known_blocks(), described_here()
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


def draw() -> None:
    """The inspector; each part of it is drawn again when it shows something else."""
    _tab()
    _choice()
    _whole()
    _form()


@fragment("the inspector", key="inspector_tab", shows=_tab_shows, holds_fields=True)
def _tab() -> None:
    inside = state.inside()
    key = widget_key("inspector_tab", state.inspector_shows())
    st.segmented_control(
        "What to edit",
        [BLOCK, NETWORK],
        key=key,
        required=True,
        format_func=lambda one: one if one == BLOCK or inside is None else inside,
        label_visibility="collapsed",
        width="stretch",
        on_change=_turn,
        args=(key,),
    )


@fragment("the choice of a block", key="inspector", shows=_choice_shows, holds_fields=True)
def _choice() -> None:
    """Which block is selected. The buttons of a block act on the one that was drawn here last."""
    st.session_state[_INSPECTED] = state.selected()
    if state.inspector_shows() == BLOCK:
        _chooser(state.shown())


@fragment("the buttons of a block", key="block_buttons", shows=_buttons_show, holds_fields=True)
def _whole() -> None:
    design = state.shown()
    node = _selected(design)
    if state.inspector_shows() == BLOCK and node is not None:
        _buttons(node)


@fragment("the form of the inspector", key="form", shows=form_shows, holds_fields=True, confirms=True)
def _form() -> None:
    """Everything that can be set of the selected block, or the inputs, outputs and own blocks of the whole."""
    if state.inspector_shows() == NETWORK:
        _network(state.shown(), editing.known_blocks(), described_here())
    else:
        _block(state.shown(), editing.known_blocks())


def _turn(key: str) -> None:
    if not is_choice(key):
        return
    state.show_in_inspector(st.session_state[key] or BLOCK)
    editing.redraw()


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
    key = widget_key("node", state.selected())
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
            "Select a block to edit it. Up and Down go through the stack, with Alt they move the block; "
            "Ctrl+D duplicates, Delete removes, Ctrl+Z undoes, Ctrl+Y redoes."
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
    name = st.session_state[key]
    commands.run_and_redraw(commands.Select(nodes=() if name is None else (name,)))


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
                on_click=commands.run_and_redraw,
                args=(commands.ApplyFix(node=node.id, code=finding.code, label=finding.fix.label),),
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
    """What is rarely set, filled only while it is open; once open it stays so, whatever is selected."""
    is_open = _is_more_open()
    if st.session_state.get(_MORE_KEY) != is_open:
        st.session_state[_MORE_KEY] = is_open
    summary = _more_summary(design, node, kind)
    drawer = st.expander(
        f"{_MORE_LABEL}{summary and f' · {plain(summary)}'}", key=_MORE_KEY, on_change=_open_more
    )
    if is_open:
        with drawer:
            if node.shares is None:
                _rare_arguments(node, kind)
            if not connection_fields.reads_in_sight(design, node, kind):
                connection_fields.draw_reads(design, node, kind, known, description)
            connection_fields.draw_copies(design, node, kind)
            connection_fields.draw_outputs(design, node, known, description)


def _more_summary(design: Design, node: Node, kind: BlockType) -> str:
    """What is set there, in a few words."""
    given = node.params if node.shares is None else {}
    words = [one.name for one in kind.params if one.name in given and fields.is_rare(kind, one)]
    words += [f"repeat {node.repeat}"] if node.repeat != 1 else []
    words += ["shared weights"] if node.shares is not None else []
    words += (
        ["an output"] if node.id in (port(design.ids(), one)[0] for one in resolve_outputs(design)) else []
    )
    return ", ".join(words[:_MOST_WORDS]) + (", …" if len(words) > _MOST_WORDS else "")


def _rare_arguments(node: Node, kind: BlockType) -> None:
    for param in kind.params:
        if fields.is_rare(kind, param):
            fields.draw(node, param)
    given = _is_set(node, kind)
    if given:
        st.button(
            "Reset to the defaults",
            key="node_defaults",
            icon=":material/restart_alt:",
            type="tertiary",
            on_click=editing.edit_and_redraw,
            args=([SetParams(node=node.id, unset=tuple(given))], f"Reset {node.id} to its defaults"),
        )


def _is_set(node: Node, kind: BlockType) -> list[str]:
    """The arguments that are not at their defaults, or that the block does not take."""
    given = [
        param.name
        for param in kind.params
        if not param.required and node.params.get(param.name, param.default) != param.default
    ]
    return given + [name for name in node.params if kind.param(name) is None]


_BUTTONS: tuple[tuple[str, str, str, Callable[[str], Edit]], ...] = (
    ("up", "arrow_upward", "Move up", lambda node: Move(node=node, by=-1)),
    ("down", "arrow_downward", "Move down", lambda node: Move(node=node, by=1)),
    ("duplicate", "content_copy", "Duplicate", lambda node: Duplicate(node=node)),
    ("remove", "delete", "Remove", lambda node: Remove(node=node)),
)


def _buttons(node: Node) -> None:
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center", key="node_buttons"):
        for name, icon, help, edit in _BUTTONS:
            st.button(
                "",
                key=f"block_{name}",
                icon=f":material/{icon}:",
                help=help,
                on_click=_edit_inspected,
                args=(edit,),
            )
        key = widget_key("block_enabled", node.enabled)
        st.toggle(
            "On",
            key=key,
            on_change=_set_inspected,
            args=(key, lambda node, enabled: Enable(node=node, enabled=enabled)),
            help="Off: values pass through unchanged.",
        )
        key = widget_key("block_trainable", node.trainable)
        st.toggle(
            "Trainable",
            key=key,
            on_change=_set_inspected,
            args=(key, lambda node, trainable: SetTrainable(node=node, trainable=trainable)),
            disabled=node.shares is not None,
            help="Off: training leaves its weights as they are.",
        )


def _edit_inspected(edit: Callable[[str], Edit]) -> None:
    """An edit of the block that the page showed when the button was pressed.

    The buttons are not drawn again for another block, so their keys and arguments do not name it. What was drawn last
    does: a selection that comes in the same moment is not drawn yet.
    """
    node = st.session_state.get(_INSPECTED)
    if node is not None:
        commands.perform_and_redraw(edit(node))


def _set_inspected(key: str, edit: Callable[[str, bool], Edit]) -> None:
    if is_choice(key):
        _edit_inspected(lambda node: edit(node, st.session_state[key]))
