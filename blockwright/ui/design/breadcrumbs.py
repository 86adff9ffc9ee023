"""Where one is: the way from the whole network into the open block, each step of it a button back."""

import streamlit as st

from blockwright.ui.design import commands
from blockwright.ui.design.description import Description
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import plain


def draw(description: Description) -> None:
    """The way, and for which use of the block the shapes are. Draws nothing while the whole network is shown."""
    open_ones = state.levels()
    if not open_ones:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="breadcrumbs"):
        names = [state.design().name or "Untitled", *(level["composite"] for level in open_ones)]
        for depth, name in enumerate(names[:-1]):
            st.button(
                plain(name),
                key=f"leave_{depth}",
                icon=":material/arrow_back:" if depth == len(names) - 2 else None,
                type="tertiary",
                help="Back to the whole network" if depth == 0 else f"Back to {name}",
                on_click=commands.do,
                args=({"do": "leave", "depth": depth},),
            )
            st.markdown(":gray[/]", width="content")
        st.markdown(f"**{names[-1]}**", width="content")
    st.caption(_words(open_ones[-1]["composite"], description))


def _words(block: str, description: Description) -> str:
    uses = sum(node.block == block for node in state.design().nodes)
    everywhere = "" if uses < 2 else f" A change is one in all {uses} of its uses."
    if description.used_at is None:
        return f"Nothing uses {block} yet, so its shapes are not known.{everywhere}"
    return f"What is inside {block}, with the shapes that it has in {plain(description.used_at)}.{everywhere}"
