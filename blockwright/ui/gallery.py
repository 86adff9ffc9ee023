"""The gallery: a card for each ready network, with its strip of blocks, its source and its size."""

from itertools import groupby

import streamlit as st

from blockwright.architecture.presets import Preset, preset, presets
from blockwright.ui import figures, opening, routing
from blockwright.ui.backend import catalog
from blockwright.ui.colours import INPUT, colour_of
from blockwright.ui.messages import action
from blockwright.ui.strips import strip


def draw() -> None:
    """Every preset, group by group."""
    known = catalog()
    for group, members in groupby(presets(), key=lambda one: one.group):
        st.subheader(group)
        with st.grid(3, min_column_width=240, gap="small"):
            for one in members:
                with st.container(border=True, height="stretch", gap="xsmall", key=f"card_{one.key}"):
                    _card(one, [INPUT, *(colour_of(node.block, known) for node in one.design.nodes)])


def _card(one: Preset, colours: list[str]) -> None:
    st.html(strip(colours))
    st.markdown(f"**{one.title}**")
    st.markdown(f":small[{one.summary}]")
    st.caption(one.source)
    st.space("stretch")
    sizes = figures.read_by(one.design)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(
            f"**{figures.count(one.params)}** :small[parameters]  \n:small[:gray[{sizes}]]",
            help=one.params_note,
        )
        st.button(
            "Use", key=f"use_{one.key}", on_click=_use, args=(one.key,), icon=":material/arrow_forward:"
        )


@action()
def _use(key: str) -> None:
    opening.open_new(preset(key).design)
    routing.follow("design")
