"""The card of a block: what it does, when to use it, where it comes from, what it takes and gives."""

import re

import streamlit as st

from blockwright.architecture.catalog import BlockType

_SHOWN = ("When to use", "Paper", "Input shape", "Output shape")
_HEADINGS = ("When to use", "Paper", "Args", "Input shape", "Output shape")


def draw(kind: BlockType) -> None:
    """The card, open, below the fields."""
    found = sections(kind.doc)
    words = [f"**{kind.title}** :gray[· {kind.category.lower()}]", kind.summary]
    words += [f":gray[{heading}:] {found[heading]}" for heading in _SHOWN if heading in found]
    with st.expander(f"About {kind.name}", expanded=True, icon=":material/menu_book:"):
        for paragraph in words:
            st.markdown(f":small[{paragraph}]")


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
