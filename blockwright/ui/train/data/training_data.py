"""The choice of data: which data set, its options, and what is in it."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from threading import Lock
from typing import Any, NamedTuple

import streamlit as st
from cachetools import TTLCache, cached
from streamlit.delta_generator import DeltaGenerator

from blockwright.runs.files.home import home
from blockwright.runs.files.upload_store import check_owned
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.dataset_cards import card_of, cards
from blockwright.schema.data.dataset_config import read_choice
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import Feature, Target
from blockwright.schema.service_calls import PREVIEW, Preview
from blockwright.tasks import task_of
from blockwright.ui.shell.byte_cache import text_bytes
from blockwright.ui.shell.messages import action, box, plain, show_notices
from blockwright.ui.shell.service import Starting, Unanswered, request
from blockwright.ui.shell.workspace import workspace
from blockwright.ui.train.data import training_preview, training_upload
from blockwright.ui.train.data.training_upload import UPLOAD
from blockwright.ui.train.settings.training_state import data_choice, field_number, put
from blockwright.ui.widgets.number_format import count, shape, size


class Option(NamedTuple):
    """An option of a generated data set: its name in the settings and, for a number, the step of its field."""

    name: str
    label: str
    help: str | None
    step: int = 1


_TEXTS = (
    Option("examples", "Examples", "How many texts are written; a fifth of them is used for the test.", 500),
    Option("seed", "Text seed", "Another seed gives other texts of the same kind."),
)
_GENERATED = {
    "shapes": (
        Option("size", "Pixels per side", "Shapes are drawn at this size, from 8 to 256 pixels.", 4),
        Option(
            "examples",
            "Training images",
            "How many images are drawn for training; a fifth as many are drawn for the test.",
            500,
        ),
        Option("colour", "In colour", None),
    ),
    "tickets": _TEXTS,
    "reviews": _TEXTS,
}
_FETCHING = "train_fetching"
_PREVIEWED = "train_previewed"
_PREVIEW_HEIGHT = 300
_NAMES_SHOWN = 24
_KINDS = ("Images", "Tables", "Texts")


class ShownData(NamedTuple):
    """The card of the chosen data, None while it is not known; and the place of a preview that is drawn last."""

    card: Card | None
    waiting: DeltaGenerator | None = None


def show_data() -> ShownData:
    """Let the data be chosen and show what is in it, at once if that is known.

    The examples of a built-in data set may take seconds: their place is kept, and `show_waiting` fills it when the rest
    of the page is drawn.
    """
    chosen = data_choice()
    titles = {card.name: f"{_kind(card)} · {card.title}" for card in cards()}
    names = [*sorted(titles, key=lambda name: _KINDS.index(titles[name].partition(" · ")[0])), UPLOAD]
    titles[UPLOAD] = "Your own file: a table (.csv) or arrays (.npz)"
    name = chosen.get("name") if chosen.get("name") in names else None
    st.selectbox(
        "Data set",
        names,
        index=None if name is None else names.index(name),
        placeholder="Choose a data set",
        format_func=lambda name: titles[name],
        key="train_set_data",
        on_change=_choose,
        help="Images, tables and texts with their targets. Data sets that need a download are fetched on first use.",
    )
    if name in _GENERATED:
        _options(name, chosen)
    if name == UPLOAD:
        training_upload.draw(chosen)
    show_notices("data")
    try:
        read_choice(chosen)
        _check_owner(chosen)
    except DataError as error:
        if name != UPLOAD or chosen.get("path"):
            box("error", str(error))
        return ShownData(None)
    if name == UPLOAD and training_upload.table_of(chosen) and not chosen.get("target"):
        box("info", "Choose the column that the network learns to predict from the others.")
        return ShownData(None)
    _fetch_now(chosen)
    if name != UPLOAD and st.session_state.get(_PREVIEWED) != chosen:
        return ShownData(card_of(chosen), st.skeleton(_PREVIEW_HEIGHT))
    return ShownData(_show_preview(chosen))


def show_waiting(data: ShownData) -> None:
    """Fill the place of the preview, if it is not filled yet."""
    if data.waiting is not None:
        _show_preview(data_choice(), data.waiting)


def _kind(card: Card) -> str:
    if any(feature.is_text and feature.kind != "category" for feature in card.features):
        return "Texts"
    return "Images" if card.features[0].kind == "image" else "Tables"


@action("data")
def _choose() -> None:
    name = st.session_state["train_set_data"]
    if name == UPLOAD:
        put(data=st.session_state.get(training_upload.LAST, {"name": UPLOAD}))
    elif name is not None:
        put(data=read_choice(name).document())


def _options(name: str, choice: dict[str, Any]) -> None:
    """The options of a generated data set."""
    defaults = read_choice(name).document()
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for option in _GENERATED[name]:
            default = defaults[option.name]
            value = choice.get(option.name, default)
            common: dict[str, Any] = {
                "key": f"train_set_{name}_{option.name}",
                "on_change": _take_options,
                "args": (name,),
                "help": option.help,
            }
            if isinstance(default, bool):
                st.toggle(option.label, value=value is True, **common)
            else:
                st.number_input(
                    option.label, value=field_number(value, default), step=option.step, width=170, **common
                )


@action("data")
def _take_options(name: str) -> None:
    values = {option.name: st.session_state[f"train_set_{name}_{option.name}"] for option in _GENERATED[name]}
    put(data={**data_choice(), "name": name, **values})


def _check_owner(chosen: dict[str, Any]) -> None:
    if chosen.get("name") == UPLOAD:
        check_owned(chosen["path"], home(), workspace())


_previews: TTLCache[str, Preview] = TTLCache(64_000_000, 120, getsizeof=text_bytes)


@cached(_previews, lock=Lock())
def _preview(choice: str) -> Preview:
    return request(PREVIEW, choice=json.loads(choice))


def _fetch(chosen: dict[str, Any]) -> None:
    st.session_state[_FETCHING] = chosen["name"]


def _fetch_now(chosen: dict[str, Any]) -> None:
    if st.session_state.pop(_FETCHING, None) != chosen.get("name"):
        return
    try:
        with st.spinner("Downloading the data …", show_time=True):
            request(PREVIEW, choice=chosen, download=True)
    except Starting:
        box("info", "The design service is still starting. Try again in a few seconds.")
    except Unanswered as error:
        embedded = " and ".join(card.title for card in cards() if card.embedded and len(card.shape) == 3)
        box("error", f"{error} {embedded} need no download.")
    _previews.clear()


def _show_preview(chosen: dict[str, Any], place: DeltaGenerator | None = None) -> Card | None:
    """Draw the card of the data with its examples, here or at a place that is kept. The card; None if not known."""
    draw = place or st
    try:
        with nullcontext() if place else st.skeleton(_PREVIEW_HEIGHT):
            preview = _preview(json.dumps(chosen, sort_keys=True))
    except Starting:
        return _without_preview(chosen, draw.container)
    except Unanswered as error:
        with draw.container():
            box("error", str(error))
        return None if chosen["name"] == UPLOAD else card_of(chosen)
    st.session_state[_PREVIEWED] = chosen
    card = Card.model_validate(preview["card"])
    with draw.container(border=True, key="train_card"):
        _facts(card)
        for note in preview["notes"]:
            st.caption(plain(note))
        if not preview["available"]:
            st.button(
                "Download now",
                key="train_fetch",
                icon=":material/cloud_download:",
                on_click=_fetch,
                args=(chosen,),
                help="Shows sample images and the number of images in each class. Otherwise the first training "
                "downloads the data.",
            )
        training_preview.show(card, preview)
    return card


def _without_preview(chosen: dict[str, Any], container: Callable[..., DeltaGenerator]) -> Card | None:
    if chosen["name"] == UPLOAD:
        training_upload.show_waiting()
        return None
    card = card_of(chosen)
    with container(border=True, key="train_card"):
        _facts(card)
        st.caption("Sample images appear as soon as the design service has started.")
    return card


def _facts(card: Card) -> None:
    st.text(card.summary)
    images = card.features[0].kind == "image"
    facts = [
        *(
            [f"{shape(card.shape, batch=False)} pixels and channels"]
            if images and card.shape
            else map(_feature, card.features)
        ),
        *(
            [f"{count(card.num_classes)} classes"]
            if images and card.num_classes
            else map(_target, card.targets)
        ),
        f"{count(card.train_examples)} training and {count(card.test_examples)} test {'images' if images else 'rows'}",
    ]
    if not card.embedded and card.download_bytes:
        facts.append(f"a download of {size(card.download_bytes)}")
    st.caption(plain(" · ".join(facts)))
    for target in card.targets:
        if target.class_names:
            st.caption(plain(_names(target, len(card.targets) > 1)))
    if card.source:
        licence = f" Licence: {card.licence.rstrip('.')}." if card.licence else ""
        st.caption(plain(f"Source: {card.source.rstrip('.')}.{licence}"))


def _names(target: Target, several: bool) -> str:
    """The classes or tags of a target, as far as there is room."""
    names = ", ".join(target.class_names[:_NAMES_SHOWN])
    more = len(target.class_names) - _NAMES_SHOWN
    of = f" of {target.name}" if several else ""
    return f"{target.kind.capitalize()}{of}: {names}" + (f" and {more} more" if more > 0 else "")


def _feature(feature: Feature) -> str:
    """What goes into a network, in a few words."""
    if feature.is_text:
        return f"{feature.name}: text"
    if feature.kind == "image":
        return f"{feature.name}: images of {shape(feature.shape, batch=False)}"
    return f"{feature.name}: {count(feature.values)} {'tags' if feature.kind == 'tags' else 'values'}"


def _target(target: Target) -> str:
    """The targets of a data set, in a few words."""
    return f"target {target.name}: {task_of(target.kind).describe(target)}"
