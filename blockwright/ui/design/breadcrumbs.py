"""The path from the whole network to the open block, each step of it a button back."""

import streamlit as st

from blockwright.ui.design import commands
from blockwright.ui.design.description import Description
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import plain


def draw(description: Description) -> None:
    """The path, and for which use of the block the shapes are. Draws nothing while the whole network is shown."""
    levels = state.levels()
    if not levels:
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="xsmall", key="breadcrumbs"):
        names = [state.design().name or "Untitled", *(level["composite"] for level in levels)]
        for depth, name in enumerate(names[:-1]):
            st.button(
                plain(name),
                key=f"leave_{depth}",
                icon=":material/arrow_back:" if depth == len(names) - 2 else None,
                type="tertiary",
                help="Back to the whole network" if depth == 0 else f"Back to {name}",
                on_click=commands.run,
                args=(commands.Close(depth=depth),),
            )
            st.markdown(":gray[/]", width="content")
        st.markdown(f"**{names[-1]}**", width="content")
    st.caption(_caption(levels[-1]["composite"], description))


def _caption(block: str, description: Description) -> str:
    uses = sum(node.block == block for node in state.design().nodes)
    everywhere = "" if uses < 2 else f" A change applies to all {uses} of its uses."
    if description.starting or description.trouble:
        return f"The inside of {block}.{everywhere}"
    if description.used_at is None:
        return f"Nothing uses {block} yet, so its shapes are not known.{everywhere}"
    return f"The inside of {block}, with its shapes in {plain(description.used_at)}.{everywhere}"
