"""The card of a block: what it does, when to use it, where it comes from, what it takes and gives."""

import re

import streamlit as st

from blockwright.architecture.catalog import BlockType

_HEADINGS = ("When to use", "Paper", "Args", "Input shape", "Output shape")


def draw(kind: BlockType) -> None:
    """The card, open, below the fields."""
    with st.expander(f"About {kind.name}", expanded=True, icon=":material/menu_book:"):
        st.markdown(f"**{kind.title}** · {kind.category.lower()}")
        st.markdown(kind.summary)
        sections_of = sections(kind.doc)
        for heading in ("When to use", "Paper"):
            if heading in sections_of:
                st.markdown(f":small[**{heading}:** {sections_of[heading]}]")
        for heading in ("Input shape", "Output shape"):
            if heading in sections_of:
                st.markdown(f":small[**{heading}:** {sections_of[heading]}]")


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
