"""The arguments of a block of the design's own: their defaults and names, and how arguments inside become its own."""

import streamlit as st

from blockwright.design.composites import reference
from blockwright.design.edits import Edit, EditError, Expose, RenameArgument, SetParams, Unexpose
from blockwright.schema.catalog import BlockType, Catalog
from blockwright.schema.design import Design, Node
from blockwright.schema.parameters import Param
from blockwright.ui.design import editing
from blockwright.ui.design.inspector import fields
from blockwright.ui.reactive.widget_keys import widget_key
from blockwright.ui.shell import state


def draw(block: str, design: Design, catalog: Catalog | None) -> None:
    """The arguments of the open block, whose inside is `design`, with their defaults."""
    block_type = catalog.blocks.get(block) if catalog else None
    if block_type is None or not block_type.params:
        st.caption(
            "It takes no arguments. To add one, select a block inside it and open "
            f'"Make an argument of {block}".'
        )
        return
    st.caption("Its arguments, with their defaults:")
    for param in block_type.params:
        with st.container(
            horizontal=True, vertical_alignment="bottom", gap="xsmall", key=f"own_{param.name}"
        ):
            with st.container(width="stretch"):
                field = fields.Field(block, block, _with_uses(param, design), of_default=True)
                fields.draw(field, param.default)
            _draw_name(block, param.name)
            st.button(
                "",
                key=f"unexpose_{param.name}",
                icon=":material/close:",
                help=f"Remove the argument {param.name}: inside, its default takes its place.",
                on_click=editing.edit,
                args=([Unexpose(composite=block, name=param.name)],),
            )


def _with_uses(param: Param, design: Design) -> Param:
    """The argument, whose help also says which arguments of which nodes it sets."""
    uses = [
        f"{name} of {node.id}"
        for node in design.nodes
        for name, value in node.params.items()
        if reference(value) == param.name
    ]
    return param.model_copy(update={"help": f"{param.help} It sets {', '.join(uses)}.".strip()})


def _draw_name(block: str, name: str) -> None:
    with st.popover("", icon=":material/edit:", help=f"Rename {name}", key=f"argument_{name}"):
        key = widget_key(f"argument_name_{name}", name)
        st.text_input(
            f"Name of {name}",
            key=key,
            max_chars=60,
            on_change=editing.apply_choice,
            args=(lambda typed: RenameArgument(composite=block, name=name, to=typed.strip()), key),
            help=f"Inside {block}, and wherever it is used, the name changes with it.",
        )


def draw_expose(node: Node, block_type: BlockType) -> None:
    """Inside a block: make an argument of one of its nodes an argument of the block."""
    block = state.inside()
    names = [param.name for param in block_type.params if reference(node.params.get(param.name)) is None]
    if block is None or not names or node.shares is not None:
        return
    with st.expander(f"Make an argument of {block}", key=f"expose_{node.id}", icon=":material/output:"):
        param = st.selectbox(
            "Argument",
            names,
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
            args=(block, node.id, param, (name or "").strip() or param),
        )


@editing.gesture
def _expose(block: str, node: str, param: str, name: str) -> None:
    catalog = editing.design_catalog()
    if catalog is None:
        raise EditError("The design service is starting; try this again in a moment.")
    inner = state.shown().node(node)
    edits: list[Edit] = []
    if param not in inner.params:
        edits.append(SetParams(node=node, params={param: catalog.defaults(inner.block)[param]}))
    editing.apply([*edits, Expose(composite=block, node=node, param=param, name=name)])
