"""The gallery: a card for each ready network, with its strip of blocks, its source and its size."""

from itertools import groupby
from typing import Any

import streamlit as st

from blockwright.architecture.presets import Preset, preset, presets
from blockwright.data.cards import cards
from blockwright.ui import figures, opening, routing, state
from blockwright.ui.backend import catalog
from blockwright.ui.colours import INPUT, colour_of
from blockwright.ui.messages import action
from blockwright.ui.strips import strip

_NO_IMAGES = frozenset(card.name for card in cards() if len(card.shape) != 3)


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
    one = preset(key)
    opening.open_new(one.design, _with_data(one))
    routing.follow("design")


def _with_data(one: Preset) -> dict[str, Any] | None:
    """The training settings with the data that a network is made for, where what is chosen is of another kind."""
    settings = state.settings()
    if one.data is not None:
        return {**settings, "data": {"name": one.data}, "outputs": {}}
    chosen = settings.get("data", {}).get("name")
    if chosen in _NO_IMAGES:
        return {key: value for key, value in settings.items() if key not in ("data", "outputs")}
    return None
