"""Blocks of the design's own, by ordinary widgets: grouping, opening, ungrouping, the arguments and the name of one."""

import streamlit as st

from blockwright.design.composites import reference, used_in
from blockwright.design.edits import (
    Compose,
    Decompose,
    Edit,
    EditError,
    Expose,
    RenameArgument,
    RenameComposite,
    SetParams,
    Undefine,
    Unexpose,
)
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import Design, Node
from blockwright.schema.parameters import Param
from blockwright.ui.design import commands, editing
from blockwright.ui.design.inspector import fields
from blockwright.ui.reactive.widget_keys import is_choice, widget_key
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import action

_CHOSEN = "compose_chosen"
_TAKEN = "compose_taken"


def draw_use(node: Node) -> None:
    """What can be done with a use of a block of the design's own."""
    with st.container(horizontal=True, gap="xsmall", key="own_use"):
        st.button(
            "Open",
            key=f"enter_{node.id}",
            icon=":material/open_in_full:",
            help=f"Show and change what is inside {node.block}, everywhere it is used.",
            on_click=commands.run_and_redraw,
            args=(commands.Open(node=node.id),),
        )
        st.button(
            "Ungroup",
            key=f"decompose_{node.id}",
            icon=":material/dashboard:",
            help="Replace it with the blocks inside it.",
            on_click=editing.edit_and_redraw,
            args=([Decompose(node=node.id)],),
        )


def draw_expose(node: Node, kind: BlockType) -> None:
    """Inside a block: make an argument of one of its nodes an argument of the block."""
    block = state.inside()
    own = [one for one in kind.params if reference(node.params.get(one.name)) is None]
    if block is None or not own or node.shares is not None:
        return
    with st.expander(f"Make an argument of {block}", key=f"expose_{node.id}", icon=":material/output:"):
        param = st.selectbox(
            "Which argument",
            [one.name for one in own],
            key=f"expose_param_{node.id}",
            help=f"Every use of {block} can then set it; its value here becomes the default.",
        )
        name = st.text_input(
            f"Its name in {block}",
            key=f"expose_name_{node.id}_{param}",
            placeholder=param or "",
            help="Several arguments inside may share a name; they then have the same value.",
        )
        st.button(
            "Make it an argument",
            key=f"expose_do_{node.id}",
            icon=":material/output:",
            on_click=_expose,
            args=(node.id, param, (name or "").strip() or param),
        )


@action(editing.PLACE)
def _exposed(node: str, param: str, name: str) -> None:
    block = state.inside()
    known = editing.known_blocks()
    if block is None or known is None:
        raise EditError("The design service is starting; try this again in a moment.")
    inner = state.shown().node(node)
    edits: list[Edit] = []
    if param not in inner.params:
        edits.append(SetParams(node=node, params={param: known.defaults(inner.block)[param]}))
    editing.apply([*edits, Expose(composite=block, node=node, param=param, name=name)])


def _expose(node: str, param: str, name: str) -> None:
    _exposed(node, param, name)
    editing.redraw()


def draw_definition(design: Design, known: Catalog | None) -> None:
    """What the open block is called and which arguments it takes, with their defaults."""
    block = state.inside()
    if block is None:
        return
    st.markdown("**This block**")
    key = widget_key("own_name", block)
    st.text_input(
        "Name of the block",
        key=key,
        max_chars=60,
        on_change=_rename,
        args=(block, key),
        help="One word that begins with a capital, such as ResidualUnit.",
    )
    kind = known.blocks.get(block) if known else None
    if kind is None or not kind.params:
        st.caption(
            "It takes no arguments. To add one, select a block inside it and make an argument of that one its own."
        )
        return
    st.caption("Its arguments, with their defaults:")
    for param in kind.params:
        with st.container(
            horizontal=True, vertical_alignment="bottom", gap="xsmall", key=f"own_{param.name}"
        ):
            with st.container(width="stretch"):
                fields.show(fields.Owner(block, block, defaults=True), _where(param, design), param.default)
            _draw_naming(block, param.name)
            st.button(
                "",
                key=f"unexpose_{param.name}",
                icon=":material/close:",
                help=f"Remove the argument {param.name}: inside, its default takes its place.",
                on_click=editing.edit_and_redraw,
                args=([Unexpose(composite=block, name=param.name)],),
            )


def _draw_naming(block: str, name: str) -> None:
    """Another name for an argument of the open block."""
    with st.popover("", icon=":material/edit:", help=f"Give {name} another name.", key=f"argument_{name}"):
        key = widget_key(f"argument_name_{name}", name)
        st.text_input(
            f"Name of {name}",
            key=key,
            max_chars=60,
            on_change=editing.apply_choice,
            args=(lambda typed: RenameArgument(composite=block, name=name, to=typed.strip()), key),
            help=f"Inside {block}, and wherever it is used, the name changes with it.",
        )


def _where(param: Param, design: Design) -> Param:
    """The argument with the places where it is used in its help."""
    places = [
        f"{name} of {node.id}"
        for node in design.nodes
        for name, value in node.params.items()
        if reference(value) == param.name
    ]
    return param.model_copy(update={"help": f"{param.help} It sets {', '.join(places)}.".strip()})


def _rename(block: str, key: str) -> None:
    if not is_choice(key):
        return
    to = st.session_state[key].strip()
    before, levels = state.design(), state.levels()
    editing.edit([RenameComposite(composite=block, to=to)])
    if state.design() is not before:
        state.set_levels(
            [{**level, "composite": to} if level["composite"] == block else level for level in levels]
        )
    editing.redraw()


def selection(design: Design) -> list[str]:
    """The nodes that are selected on the canvas, in the order of the design, if they are several."""
    selected = state.selection()
    names = [node.id for node in design.nodes if node.id in selected]
    return names if len(names) > 1 else []


def draw_making(design: Design) -> None:
    """Choose nodes and a name, and group them; the nodes selected on the canvas are filled in already."""
    st.markdown("**Group blocks**")
    st.caption(
        "Blocks that belong together become a block of your own, which you can use many times, repeat, and "
        "put into others."
    )
    names = [node.id for node in design.nodes]
    _take_selection(design)
    kept = st.session_state.get(_CHOSEN, {"nodes": [], "name": ""})
    key = widget_key("compose_nodes", [one for one in kept["nodes"] if one in names])
    name_key = widget_key("compose_name", kept["name"])
    chosen = st.multiselect(
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
        help="One word that begins with a capital. Without a name it is called Block1, Block2, …",
        on_change=_keep_choice,
        args=(key, name_key),
    )
    st.button(
        f"Group {len(chosen)} blocks" if len(chosen) > 1 else "Group",
        key="compose",
        icon=":material/widgets:",
        disabled=not chosen,
        on_click=_compose,
    )


def _take_selection(design: Design) -> None:
    """Fill the form with what is selected on the canvas, once for each selection: the form may change it after that."""
    selected = selection(design)
    if selected and selected != st.session_state.get(_TAKEN):
        kept = st.session_state.get(_CHOSEN, {"nodes": [], "name": ""})
        st.session_state[_CHOSEN] = {**kept, "nodes": selected}
    st.session_state[_TAKEN] = selected


def _keep_choice(key: str, name_key: str) -> None:
    if not is_choice(key, name_key):
        return
    st.session_state[_CHOSEN] = {"nodes": list(st.session_state[key]), "name": st.session_state[name_key]}


@action(editing.PLACE)
def _composed() -> None:
    kept = st.session_state.get(_CHOSEN, {"nodes": [], "name": ""})
    editing.perform([Compose(nodes=tuple(kept["nodes"]), name=kept["name"].strip() or None)])
    st.session_state[_CHOSEN] = {"nodes": [], "name": ""}
    state.show_in_inspector("Block")


def _compose() -> None:
    _composed()
    editing.redraw()


def draw_list(design: Design) -> None:
    """The blocks that the design defines: open them, and remove those that nothing uses."""
    if not design.composites:
        return
    st.markdown("**Blocks of this design**")
    for name, composite in design.composites.items():
        uses = sum(node.block == name for node in design.nodes)
        uses += sum(node.block == name for one in design.composites.values() for node in one.nodes)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"own_row_{name}"):
            times = "not used" if not uses else "used once" if uses == 1 else f"used {uses} times"
            st.markdown(f"{name}  \n:small[:gray[{len(composite.nodes)} blocks · {times}]]", width="stretch")
            st.button(
                "",
                key=f"own_open_{name}",
                icon=":material/open_in_full:",
                help=f"Show and change what is inside {name}.",
                on_click=_enter,
                args=(name,),
                disabled=state.inside() == name,
            )
            st.button(
                "",
                key=f"own_remove_{name}",
                icon=":material/delete:",
                help="It is used: remove or ungroup the blocks that use it first."
                if uses
                else f"Remove {name}",
                disabled=bool(uses) or _in_use(name, design),
                on_click=editing.edit_and_redraw,
                args=([Undefine(name=name)],),
            )


def _in_use(name: str, design: Design) -> bool:
    return any(name in used_in(one, design.composites) for one in design.composites.values())


@action(editing.PLACE)
def _entered(name: str) -> None:
    if name not in state.design().composites:
        raise EditError(f"This design no longer has a block named {name[:60]}.")
    state.enter(name)


def _enter(name: str) -> None:
    _entered(name)
    editing.redraw()
