"""A look at the chosen data: images, the head of a table, a few texts, and how the targets are spread."""

import base64
from typing import Any

import streamlit as st

from blockwright.schema.dataset_cards import Card
from blockwright.ui.shell.messages import plain
from blockwright.ui.widgets import tables
from blockwright.ui.widgets.number_format import value

MOST_WIDTH = 440
MOST_TEXTS = 3
LONG_TEXT = 30


def is_images(card: Card) -> bool:
    """Whether the examples are images."""
    return card.features[0].kind == "image"


def examples(card: Card) -> str:
    """What the examples are called: images, or examples."""
    return "images" if is_images(card) else "examples"


def show(card: Card, preview: dict[str, Any]) -> None:
    """Samples, and the spread of every target."""
    if preview["samples"]:
        _samples(preview["samples"])
    rows = preview.get("rows") or []
    if any(len(str(row[one.name])) > LONG_TEXT for row in rows for one in card.features if one.is_text):
        _texts(card, rows[:MOST_TEXTS])
    elif rows:
        _head(card, rows)
    for place, (name, spread) in enumerate(_spreads(card, preview).items()):
        _spread(card, place, name, spread)


def _samples(samples: list[dict[str, str]]) -> None:
    with st.grid("auto", min_column_width=52, gap="xsmall", key="train_samples"):
        for one in samples:
            st.image(
                base64.b64decode(one["png_base64"]),
                caption=plain(one["label"][:14]),
                width=52,
                alt=f"A training image of {one['label'][:60]}",
            )


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the named numbers of a vector as columns of their own."""
    found: dict[str, Any] = {}
    for name, entry in row.items():
        if isinstance(entry, dict):
            found |= entry
        else:
            found[name] = entry
    return found


def _text(entry: Any) -> str:
    if entry is None:
        return "missing"
    if isinstance(entry, list):
        return ", ".join(_text(one) for one in entry) or "none"
    if isinstance(entry, int | float) and not isinstance(entry, bool):
        if abs(entry) >= 10_000:
            return f"{entry:,.0f}"
        return f"{entry:.4g}" if isinstance(entry, float) else str(entry)
    return value(entry)


def _head(card: Card, rows: list[dict[str, Any]]) -> None:
    """The first rows: as many of the columns as there is room for, and the targets last."""
    flat = [{name: _text(entry) for name, entry in _flat(row).items()} for row in rows]
    targets = [one.name for one in card.targets]
    names = [name for feature in card.features for name in feature.columns or (feature.name,)]
    names = [name for name in names if name in flat[0]]
    room = MOST_WIDTH - sum(_width(name, flat) for name in targets)
    shown: list[str] = []
    for name in names:
        room -= _width(name, flat)
        if room < 0 and shown:
            break
        shown.append(name)
    columns = [*shown, *targets]
    cells = [[row.get(name, "") for name in columns] for row in flat]
    tables.draw(columns, cells, key="train_head", label="The first training examples")
    more = names[len(shown) :]
    if more:
        words = ", ".join(more[:20]) + (f" and {len(more) - 20} more" if len(more) > 20 else "")
        st.caption(plain(f"Other columns: {words}"))


def _width(name: str, rows: list[dict[str, Any]]) -> float:
    """About how many pixels a column takes."""
    longest = max(len(name), *(len(str(row.get(name, ""))) for row in rows))
    return 8.5 * min(longest, tables.LONGEST) + 24


def _texts(card: Card, rows: list[dict[str, Any]]) -> None:
    """A few examples, each with its texts and everything else that it has."""
    texts = [one.name for one in card.features if one.is_text]
    for place, row in enumerate(rows):
        with st.container(border=True, gap="xsmall", key=f"train_text_{place}"):
            for name in texts:
                st.text(f"{name}: {row[name]}")
            rest = {name: entry for name, entry in _flat(row).items() if name not in texts}
            st.caption(plain(" · ".join(f"{name}: {_text(entry)}" for name, entry in rest.items())))


def _spreads(card: Card, preview: dict[str, Any]) -> dict[str, dict[str, Any]]:
    found = preview.get("targets") or {}
    if not found and any(preview["balance"]["train"]):
        found = {"class": {"kind": "classes", "class_names": card.class_names, "balance": preview["balance"]}}
    return found


def _spread(card: Card, place: int, name: str, spread: dict[str, Any]) -> None:
    if "histogram" not in spread and not any(spread["balance"]["train"]):
        return
    title = f"Distribution of {name}"
    key = "train_balance" if place == 0 else f"train_balance_{place}"
    with st.expander(plain(title), key=key, on_change="rerun") as opened:
        if opened.open:
            _chart(key, name, spread, examples(card))


def _chart(key: str, name: str, spread: dict[str, Any], noun: str) -> None:
    from blockwright.charts.distribution import class_distribution, number_distribution

    if "histogram" in spread:
        figure = number_distribution(spread["histogram"], name, spread.get("unit", ""), noun.capitalize())
    else:
        figure = class_distribution(spread["balance"], list(spread["class_names"]), noun.capitalize())
    st.plotly_chart(
        figure, key=f"{key}_chart", config={"displayModeBar": False}, alt=f"Distribution of {name}"
    )
