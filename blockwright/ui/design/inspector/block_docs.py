"""The documentation of a block: what it does, when to use it, where it comes from, what it takes and gives.

It is a part of its own below the inspector, drawn again only where another type of block is selected.
"""

import streamlit as st

from blockwright.schema.catalog import BlockType
from blockwright.schema.service_calls import BLOCK_PICTURE
from blockwright.ui.design import editing
from blockwright.ui.design.inspector.block_source import source_of
from blockwright.ui.reactive.fragments import fragment
from blockwright.ui.shell import state
from blockwright.ui.shell.service import ask


def _block_type() -> BlockType | None:
    """What the selected block is, while the inspector shows it."""
    node, catalog = state.selected_node(), editing.design_catalog()
    if catalog is None or node is None or state.inspector_shows() != "Block":
        return None
    return catalog.blocks.get(node.block)


def _shows() -> object:
    block_type = _block_type()
    return None if block_type is None else [block_type.name, block_type.doc]


@fragment("the description of the block", key="card", shows=_shows)
def draw() -> None:
    """The documentation of the selected block; of a block of this project its inside and its source as well."""
    block_type = _block_type()
    if block_type is not None:
        _draw(block_type)


def _draw(block_type: BlockType) -> None:
    with st.expander(f"About {block_type.name}", expanded=True, icon=":material/menu_book:"):
        if block_type.origin != "block":
            _about(block_type)
            return
        about, inside, source = st.tabs(["About", "Inside", "Source"], key="card_tabs", on_change="rerun")
        if about.open:
            with about:
                _about(block_type)
        if inside.open:
            with inside:
                _inside(block_type)
        if source.open:
            with source:
                _source(block_type.name)


def _about(block_type: BlockType) -> None:
    sections = {
        "When to use": block_type.when,
        "Paper": block_type.paper,
        "Input shape": block_type.input_shape,
        "Output shape": block_type.output_shape,
    }
    paragraphs = [f"**{block_type.title}** :gray[· {block_type.category.lower()}]", block_type.summary]
    paragraphs += [f":gray[{heading}:] {text}" for heading, text in sections.items() if text is not None]
    st.markdown("\n\n".join(f":small[{paragraph}]" for paragraph in paragraphs))


def _inside(block_type: BlockType) -> None:
    answer = ask(BLOCK_PICTURE, block=block_type.name)
    if answer is not None:
        st.graphviz_chart(answer["dot"], alt=f"The inside of {block_type.title}")
        st.caption("Drawn from the block itself, with its default arguments.")


def _source(block: str) -> None:
    source = source_of(block)
    if source is None:
        st.caption("The source file of this block is not on this server.")
        return
    file_name, text = source
    st.caption(f"blocks/{file_name}")
    st.code(text, language="python", height=420)
