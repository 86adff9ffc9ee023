"""A look at the chosen data: images, the head of a table, a few texts, and how the targets are distributed."""

import base64
from typing import Any

import streamlit as st

from blockwright.schema.data.dataset_card import Card
from blockwright.schema.service_calls import ClassDistribution, NumberDistribution, Preview, Sample
from blockwright.ui.shell.messages import plain
from blockwright.ui.widgets import tables
from blockwright.ui.widgets.number_format import value

MOST_WIDTH = 440
FEW_TEXTS, MOST_TEXTS = 3, 6
LONG_TEXT = 30


def examples(card: Card) -> str:
    """What the examples are called: images, or examples."""
    return "images" if card.features[0].kind == "image" else "examples"


def show(card: Card, preview: Preview) -> None:
    """Samples, and the distribution of every target."""
    texts = [feature.name for feature in card.features if feature.is_text]
    if preview["samples"]:
        _samples(preview["samples"])
    rows = preview["rows"]
    if any(len(str(row[name])) > LONG_TEXT for row in rows for name in texts):
        classes = next(
            (len(target.exclusive_classes) for target in card.targets if target.exclusive_classes), 0
        )
        _texts(texts, rows[: max(FEW_TEXTS, min(classes, MOST_TEXTS))])
    elif rows:
        _head(card, rows)
    for index, (name, distribution) in enumerate(_distributions(card, preview).items()):
        _distribution(card, index, name, distribution)


def _samples(samples: list[Sample]) -> None:
    with st.grid("auto", min_column_width=52, gap="xsmall", key="train_samples"):
        for sample in samples:
            st.image(
                base64.b64decode(sample["png_base64"]),
                caption=plain(sample["label"][:14]),
                width=52,
                alt=f"A training image of {sample['label'][:60]}",
            )


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A row with the named numbers of a vector as columns of their own."""
    values: dict[str, Any] = {}
    for name, entry in row.items():
        values |= entry if isinstance(entry, dict) else {name: entry}
    return values


def _text(entry: Any) -> str:
    if entry is None:
        return "missing"
    if isinstance(entry, list):
        return ", ".join(_text(value) for value in entry) or "none"
    if isinstance(entry, int | float) and not isinstance(entry, bool):
        if abs(entry) >= 10_000:
            return f"{entry:,.0f}"
        return f"{entry:.4g}" if isinstance(entry, float) else str(entry)
    return value(entry)


def _head(card: Card, rows: list[dict[str, Any]]) -> None:
    """The first rows: as many of the columns as there is room for, and the targets last."""
    flat = [{name: _text(entry) for name, entry in _flat(row).items()} for row in rows]
    targets = [target.name for target in card.targets]
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
    tables.draw(columns, cells, key="train_head", label="Training examples")
    more = names[len(shown) :]
    if more:
        words = ", ".join(more[:20]) + (f" and {len(more) - 20} more" if len(more) > 20 else "")
        st.caption(plain(f"Other columns: {words}"))


def _width(name: str, rows: list[dict[str, Any]]) -> float:
    """About how many pixels a column takes."""
    longest = max(len(name), *(len(str(row.get(name, ""))) for row in rows))
    return 8.5 * min(longest, tables.LONGEST) + 24


def _texts(texts: list[str], rows: list[dict[str, Any]]) -> None:
    """A few examples, each with its texts and everything else that it has."""
    for index, row in enumerate(rows):
        with st.container(border=True, gap="xsmall", key=f"train_text_{index}"):
            for name in texts:
                st.text(f"{name}: {row[name]}")
            rest = {name: entry for name, entry in _flat(row).items() if name not in texts}
            st.caption(plain(" · ".join(f"{name}: {_text(entry)}" for name, entry in rest.items())))


def _distributions(card: Card, preview: Preview) -> dict[str, ClassDistribution | NumberDistribution]:
    distributions = preview["targets"]
    if not distributions and any(preview["balance"]["train"]):
        return {
            "class": {"kind": "classes", "class_names": list(card.class_names), "balance": preview["balance"]}
        }
    return distributions


def _distribution(
    card: Card, index: int, name: str, distribution: ClassDistribution | NumberDistribution
) -> None:
    if "histogram" not in distribution and not any(distribution["balance"]["train"]):
        return
    title = f"Distribution of {name}"
    key = "train_balance" if index == 0 else f"train_balance_{index}"
    with st.expander(plain(title), key=key, on_change="rerun") as opened:
        if opened.open:
            _chart(key, name, distribution, examples(card))


def _chart(key: str, name: str, distribution: ClassDistribution | NumberDistribution, noun: str) -> None:
    from blockwright.charts.distribution import class_distribution, number_distribution

    if "histogram" in distribution:
        figure = number_distribution(distribution["histogram"], name, distribution["unit"], noun.capitalize())
    else:
        figure = class_distribution(distribution["balance"], distribution["class_names"], noun.capitalize())
    st.plotly_chart(
        figure, key=f"{key}_chart", config={"displayModeBar": False}, alt=f"Distribution of {name}"
    )
