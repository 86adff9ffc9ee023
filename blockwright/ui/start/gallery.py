"""The gallery: a card for each ready network, with its strip of blocks, its source and its size.

The words of a card are one piece of HTML, and networks for large images are drawn when they are asked for: the
page is the first that anyone sees, and every element of it costs the browser time.
"""

from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import Any

import streamlit as st

from blockwright.design.presets import Preset, preset, presets
from blockwright.schema.catalog import Catalog
from blockwright.schema.dataset_cards import cards
from blockwright.ui.design import design_storage
from blockwright.ui.design.block_colours import INPUT, colour_of, strip
from blockwright.ui.shell import routing, state
from blockwright.ui.shell.messages import action, has_notices, part
from blockwright.ui.shell.service import catalog
from blockwright.ui.widgets import number_format

_NO_IMAGES = frozenset(card.name for card in cards() if len(card.shape) != 3)
OPEN = "full_size_open"


def draw() -> None:
    """The small networks, group by group; those for large images below, when they are asked for."""
    known = catalog()
    for group, members in groupby((one for one in presets() if not one.big), key=lambda one: one.group):
        st.header(group)
        _cards(list(members), known)
    _full_size()


@part("networks for large images", key="full_size")
def _full_size() -> None:
    # A button in here draws this part only; the page changes with the whole app.
    routing.leave_if_following()
    if has_notices("page"):
        st.rerun()
    big = [one for one in presets() if one.big]
    titles = ", ".join(one.title for one in big)
    label = f"**{big[0].group}** :small[:gray[{titles}]]"
    with st.expander(label, key=OPEN, icon=":material/photo_size_select_large:", on_change="rerun") as box:
        if box.open:
            _cards(big, catalog())


def _cards(members: Sequence[Preset], known: Catalog | None) -> None:
    with st.grid(3, min_column_width=240, gap="small"):
        for one in members:
            _card(one, known)


def _card(one: Preset, known: Catalog | None) -> None:
    with st.container(
        border=True, height="stretch", vertical_alignment="distribute", gap="small", key=f"card_{one.key}"
    ):
        st.html(about(one, known))
        with st.container(
            horizontal=True,
            wrap=False,
            vertical_alignment="center",
            horizontal_alignment="distribute",
            gap="xsmall",
        ):
            st.markdown(
                f"**{number_format.count(one.params)}** :small[parameters]  \n"
                f":small[:gray[{number_format.read_by(one.design)}]]",
                help=one.params_note,
            )
            st.button(
                "Use", key=f"use_{one.key}", on_click=_use, args=(one.key,), icon=":material/arrow_forward:"
            )


def about(one: Preset, known: Catalog | None) -> str:
    """The strip, title, summary and source of a preset, as HTML."""
    bars = strip([INPUT, *(colour_of(node.block, known) for node in one.design.nodes)])
    return (
        f'{bars}<div style="font-weight:600;margin:.6rem 0 .45rem">{escape(one.title)}</div>'
        f'<div style="font-size:.875rem;line-height:1.6">{escape(one.summary)}</div>'
        f'<div style="font-size:.875rem;line-height:1.6;opacity:.6;margin-top:.45rem">{escape(one.source)}</div>'
    )


@action()
def _use(key: str) -> None:
    one = preset(key)
    design_storage.open_new(one.design, _with_data(one))
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
