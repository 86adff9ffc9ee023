"""The examples: a card for each, with its strip of blocks, its source and its size.

The words of a card are one piece of HTML, and networks for large images are drawn when they are opened: the
page is the first that anyone sees, and every element of it costs the browser time.
"""

from collections.abc import Sequence
from html import escape
from itertools import groupby
from typing import Any

import streamlit as st

from blockwright.design.presets import Preset, presets
from blockwright.design.presets import preset as find_preset
from blockwright.schema.catalog import Catalog
from blockwright.schema.data.dataset_cards import cards
from blockwright.ui.design import design_storage
from blockwright.ui.design.block_colours import INPUT, colour_of, strip
from blockwright.ui.shell import routing, state
from blockwright.ui.shell.messages import action, has_notices, part
from blockwright.ui.shell.service import catalog
from blockwright.ui.widgets import number_format

_NO_IMAGES = frozenset(card.name for card in cards() if len(card.shape) != 3)
OPEN = "full_size_open"


def draw() -> None:
    """The small networks, group by group; those for large images below, when they are opened."""
    blocks = catalog()
    small = (preset for preset in presets() if not preset.big)
    for group, members in groupby(small, key=lambda preset: preset.group):
        st.header(group)
        _cards(list(members), blocks)
    _full_size()


@part("networks for large images", key="full_size")
def _full_size() -> None:
    if has_notices("page"):
        st.rerun()
    big = [preset for preset in presets() if preset.big]
    titles = ", ".join(preset.title for preset in big)
    label = f"**{big[0].group}** :small[:gray[{titles}]]"
    with st.expander(label, key=OPEN, icon=":material/photo_size_select_large:", on_change="rerun") as box:
        if box.open:
            _cards(big, catalog())


def _cards(members: Sequence[Preset], blocks: Catalog | None) -> None:
    with st.grid(3, min_column_width=240, gap="small"):
        for preset in members:
            _card(preset, blocks)


def _card(preset: Preset, blocks: Catalog | None) -> None:
    with st.container(
        border=True, height="stretch", vertical_alignment="distribute", gap="small", key=f"card_{preset.key}"
    ):
        st.html(about(preset, blocks))
        with st.container(
            horizontal=True,
            wrap=False,
            vertical_alignment="center",
            horizontal_alignment="distribute",
            gap="xsmall",
        ):
            st.markdown(
                f"**{number_format.count(preset.params)}** :small[parameters]  \n"
                f":small[:gray[{number_format.input_shapes(preset.design)}]]",
                help=preset.params_note,
            )
            st.button(
                "Use",
                key=f"use_{preset.key}",
                on_click=_use,
                args=(preset.key,),
                icon=":material/arrow_forward:",
            )


def about(preset: Preset, blocks: Catalog | None) -> str:
    """The strip, title, summary and source of a preset, as HTML."""
    bars = strip([INPUT, *(colour_of(node.block, blocks) for node in preset.design.nodes)])
    return (
        f'{bars}<div style="font-weight:600;margin:.6rem 0 .45rem">{escape(preset.title)}</div>'
        f'<div style="font-size:.875rem;line-height:1.6">{escape(preset.summary)}</div>'
        f'<div style="font-size:.875rem;line-height:1.6;opacity:.6;margin-top:.45rem">{escape(preset.source)}</div>'
    )


@action(in_fragment=True)
def _use(key: str) -> None:
    preset = find_preset(key)
    design_storage.open_new(preset.design, _settings(preset))
    routing.follow("design")


def _settings(preset: Preset) -> dict[str, Any] | None:
    """The training settings with the data that a network is made for; None where the present data suits it."""
    settings = state.settings()
    if preset.data is not None:
        return {**settings, "data": {"name": preset.data}, "outputs": {}}
    if settings.get("data", {}).get("name") in _NO_IMAGES:
        return {key: value for key, value in settings.items() if key not in ("data", "outputs")}
    return None
