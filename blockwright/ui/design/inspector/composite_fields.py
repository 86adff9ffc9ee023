"""Blocks of the design's own, by ordinary widgets: opening, ungrouping, renaming and removing one."""

import streamlit as st

from blockwright.design.edits import Decompose, RenameComposite, Undefine
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design, Node
from blockwright.ui.design import commands, editing
from blockwright.ui.design.inspector import composite_arguments
from blockwright.ui.reactive.widget_keys import widget_key
from blockwright.ui.shell import state


def draw_use(node: Node) -> None:
    """What can be done with a use of a block of the design's own."""
    with st.container(horizontal=True, gap="xsmall", key="own_use"):
        st.button(
            "Open",
            key=f"enter_{node.id}",
            icon=":material/open_in_full:",
            help=f"Show and change what is inside {node.block}, everywhere it is used.",
            on_click=commands.run,
            args=(commands.Open(node=node.id),),
        )
        st.button(
            "Ungroup",
            key=f"decompose_{node.id}",
            icon=":material/dashboard:",
            help="Replace it with the blocks inside it.",
            on_click=editing.edit,
            args=([Decompose(node=node.id)],),
        )


def draw_definition(design: Design, catalog: Catalog | None) -> None:
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
        on_change=editing.apply_field,
        args=(lambda typed: RenameComposite(composite=block, to=typed.strip()), key),
        help="One word that begins with a capital letter, such as ResidualUnit.",
    )
    editing.show_refusal("own_name")
    composite_arguments.draw(block, design, catalog)


def draw_list(design: Design) -> None:
    """The blocks that the design defines: open them, and remove those that nothing uses."""
    if not design.composites:
        return
    st.markdown("**Blocks of this design**")
    definitions = design.composites.values()
    for name, composite in design.composites.items():
        nodes = [*design.nodes, *(node for definition in definitions for node in definition.nodes)]
        uses = sum(node.block == name for node in nodes)
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key=f"own_row_{name}"):
            times = "not used" if not uses else "used once" if uses == 1 else f"used {uses} times"
            st.markdown(f"{name}  \n:small[:gray[{len(composite.nodes)} blocks · {times}]]", width="stretch")
            st.button(
                "",
                key=f"own_open_{name}",
                icon=":material/open_in_full:",
                help=f"Show and change what is inside {name}.",
                on_click=commands.run,
                args=(commands.OpenComposite(composite=name),),
                disabled=state.inside() == name,
            )
            st.button(
                "",
                key=f"own_remove_{name}",
                icon=":material/delete:",
                help="It is used: remove or ungroup the blocks that use it first."
                if uses
                else f"Remove {name}",
                disabled=bool(uses),
                on_click=editing.edit,
                args=([Undefine(name=name)],),
            )
