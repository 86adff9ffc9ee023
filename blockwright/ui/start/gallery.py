"""The examples: a search, their kinds as chips, and a card for each with its network, its source and what it costs.

The words of a card are one piece of HTML in a card of fixed height: the page is the first that anyone sees, every
element of it costs the browser time, and nothing on it may move while it is drawn. Networks for large images are drawn
when they are asked for.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

import streamlit as st

from blockwright.design.presets import Preset, presets
from blockwright.design.presets import preset as find_preset
from blockwright.recipe.defaults import BATCH_SIZE, DATA, VALIDATION_SHARE
from blockwright.recipe.validation import share_counts
from blockwright.schema.data.dataset_cards import card, cards
from blockwright.ui.design import design_storage
from blockwright.ui.shell import routing, state
from blockwright.ui.shell.messages import action, has_notices, part
from blockwright.ui.start.thumbnails import thumbnail
from blockwright.ui.train.training_time import cores, estimate
from blockwright.ui.widgets import number_format

_NO_IMAGES = frozenset(card.name for card in cards() if len(card.shape) != 3)
SEARCH, KIND = "example_search", "example_kind"
_CARD_HEIGHT = 316
_A_FEW_SECONDS = 10


@part("the examples", key="examples")
def draw() -> None:
    """The search, the chips, and the cards that fit them."""
    if has_notices("page"):
        st.rerun()
    st.header("Examples")
    search = st.text_input(
        "Search the examples",
        key=SEARCH,
        type="search",
        live=True,
        icon=":material/search:",
        placeholder="Search the examples: residual, text, attention …",
        label_visibility="collapsed",
    )
    kind = st.pills(
        "Kind of network",
        list(dict.fromkeys(preset.group for preset in presets())),
        key=KIND,
        label_visibility="collapsed",
    )
    members = matching(search or "", kind)
    if members:
        _cards(members)
    else:
        st.caption("No example matches. Clear the search, or choose another kind.")


def matching(search: str, kind: str | None) -> list[Preset]:
    """The examples of a kind whose words hold every searched word; without either, those that train in minutes."""
    words = search.lower().split()
    return [
        preset
        for preset in presets()
        if (preset.group == kind if kind else words or not preset.big)
        and all(word in _text(preset) for word in words)
    ]


def _text(preset: Preset) -> str:
    blocks = " ".join(node.block for node in preset.design.nodes)
    return f"{preset.title} {preset.summary} {preset.source} {preset.group} {blocks}".lower()


def _cards(members: Sequence[Preset]) -> None:
    with st.grid(3, min_column_width=240, gap="small", row_height=_CARD_HEIGHT):
        for preset in members:
            _card(preset)


def _card(preset: Preset) -> None:
    with st.container(
        border=True,
        height="stretch",
        vertical_alignment="distribute",
        gap="small",
        key=f"card_{preset.key}",
    ):
        st.html(about(preset))
        st.button(
            f"Use {preset.title}",
            key=f"use_{preset.key}",
            help=preset.params_note,
            on_click=_use,
            args=(preset.key,),
            icon=":material/arrow_forward:",
            width="stretch",
        )


def about(preset: Preset) -> str:
    """The network, title, summary, source and costs of an example, as HTML."""
    small = "font-size:.82rem;line-height:1.45"
    return (
        f'{thumbnail(preset.key)}<h3 style="font-size:1rem;font-weight:600;margin:0;padding:.5rem 0 .2rem">'
        f"{escape(preset.title)}</h3>"
        f'<div style="{_clamped(3)};font-size:.875rem;line-height:1.5">{escape(preset.summary)}</div>'
        f'<div style="{_clamped(2)};{small};opacity:.75;margin:.25rem 0" title="{escape(preset.source)}">'
        f"{escape(preset.source)}</div>"
        f'<div style="{small}"><b>{number_format.count(preset.params)}</b> parameters · '
        f"{escape(number_format.input_shapes(preset.design))}<br>{training_time(preset)}</div>"
    )


def _clamped(lines: int) -> str:
    return f"display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:{lines};overflow:hidden"


def training_time(preset: Preset) -> str:
    """How long an epoch takes on this machine, roughly: of the data that the example is made for, else of digits.

    As the page Train does by default, with the input changed to the data's size where that takes less time.
    """
    dataset = card(preset.data or DATA)
    macs = min(preset.macs, preset.digits_macs or preset.macs)
    seconds = estimate(macs, share_counts(dataset.train_examples, VALIDATION_SHARE), BATCH_SIZE, cores())
    length = "a few seconds" if seconds < _A_FEW_SECONDS else f"about {number_format.rough_duration(seconds)}"
    return f"{length[0].upper()}{length[1:]} per epoch on {escape(dataset.title)}"


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
