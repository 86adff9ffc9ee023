"""The card of a block: what it does, when to use it, where it comes from, what it takes and gives.

It is a part of its own below the inspector, drawn again only where another kind of block is selected.
"""

import re

import streamlit as st

from blockwright.schema.catalog import BlockType
from blockwright.ui.design import editing
from blockwright.ui.design.inspector.block_source import source_of
from blockwright.ui.reactive.fragments import fragment
from blockwright.ui.shell import state
from blockwright.ui.shell.service import ask

_SHOWN = ("When to use", "Paper", "Input shape", "Output shape")
_HEADINGS = ("When to use", "Paper", "Args", "Input shape", "Output shape")


def _shown() -> BlockType | None:
    """What the selected block is, while the inspector shows it."""
    name, known = state.selected(), editing.known_blocks()
    if known is None or name is None or state.inspector_shows() != "Block":
        return None
    return next((known.blocks.get(node.block) for node in state.shown().nodes if node.id == name), None)


def _signature() -> object:
    kind = _shown()
    return None if kind is None else [kind.name, kind.doc]


@fragment("the description of the block", key="card", shows=_signature)
def draw() -> None:
    """The card of the selected block, open; a block of this project shows its inside and its source as well."""
    kind = _shown()
    if kind is not None:
        _draw(kind)


def _draw(kind: BlockType) -> None:
    with st.expander(f"About {kind.name}", expanded=True, icon=":material/menu_book:"):
        if kind.origin != "block":
            _about(kind)
            return
        about, inside, source = st.tabs(["About", "Inside", "Source"], key="card_tabs", on_change="rerun")
        if about.open:
            with about:
                _about(kind)
        if inside.open:
            with inside:
                _inside(kind)
        if source.open:
            with source:
                _source(kind.name)


def _about(kind: BlockType) -> None:
    found = sections(kind.doc)
    words = [f"**{kind.title}** :gray[· {kind.category.lower()}]", kind.summary]
    words += [f":gray[{heading}:] {found[heading]}" for heading in _SHOWN if heading in found]
    st.markdown("\n\n".join(f":small[{paragraph}]" for paragraph in words))


def _inside(kind: BlockType) -> None:
    answer = ask("block_picture", block=kind.name)
    if answer is not None:
        st.graphviz_chart(answer["dot"], alt=f"The inside of {kind.title.lower()}")
        st.caption("Drawn from the block itself, with the arguments that it starts with.")


def _source(block: str) -> None:
    found = source_of(block)
    if found is None:
        st.caption("The source file of this block is not on this server.")
        return
    name, text = found
    st.caption(f"blocks/{name}")
    st.code(text, language="python", height=420)


def sections(doc: str) -> dict[str, str]:
    """The sections of a block's docstring by heading, each as one paragraph; `Args` is left to the fields."""
    found: dict[str, list[str]] = {}
    heading = None
    for line in doc.splitlines():
        start = re.match(rf"({'|'.join(_HEADINGS)}):\s*(.*)", line)
        if start:
            heading = start[1]
            found[heading] = [start[2]]
        elif heading and line.strip():
            found[heading].append(line.strip())
    return {name: " ".join(filter(None, lines)) for name, lines in found.items() if name != "Args"}
