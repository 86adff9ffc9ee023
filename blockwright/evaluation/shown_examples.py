"""Examples of the test part as people look at them: a picture where there is one, and their values as text."""

from dataclasses import dataclass, field

import numpy as np

from blockwright.schema.features import Feature

LONGEST = 300
MOST_COLUMNS = 40


@dataclass(frozen=True)
class Shown:
    """The test part as it was given, before it was fitted to a network.

    `images` is `(examples, height, width, channels)`, or None where there are none; `features` says what the other
    arrays hold.
    """

    images: np.ndarray | None
    features: tuple[Feature, ...] = ()
    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, features: tuple[Feature, ...], arrays: dict[str, np.ndarray]) -> "Shown":
        """What there is to see of a data set's features."""
        images = next((arrays[one.name] for one in features if one.kind == "image"), None)
        rest = tuple(one for one in features if one.kind != "image")
        return cls(images, rest, {one.name: arrays[one.name] for one in rest})

    def texts(self, chosen: np.ndarray) -> tuple[list[str], list[list[str]]]:
        """The names of the values, and the values of the chosen examples as text, a row each."""
        columns: list[str] = []
        values: list[list[str]] = []
        for feature in self.features:
            rows = self.arrays[feature.name][chosen]
            for name, column in _columns(feature, rows):
                if len(columns) < MOST_COLUMNS:
                    columns.append(name)
                    values.append(column)
        return columns, [list(row) for row in zip(*values, strict=True)]


def _columns(feature: Feature, rows: np.ndarray) -> list[tuple[str, list[str]]]:
    if feature.kind in ("text", "category"):
        return [(feature.name, [_cut(str(one)) for one in rows.reshape(len(rows), -1)[:, 0]])]
    if feature.kind == "tags" and feature.choices:
        said = [", ".join(np.array(feature.choices)[row >= 0.5]) for row in rows]
        return [(feature.name, [_cut(one) for one in said])]
    flat = rows.reshape(len(rows), -1)
    names = feature.columns or ((feature.name,) if flat.shape[1] == 1 else ())
    if not names:
        shown = [
            " ".join(f"{value:g}" for value in row[:16]) + (" …" if len(row) > 16 else "") for row in flat
        ]
        return [(feature.name, shown)]
    units = feature.units or ("",) * len(names)
    return [
        (name, [f"{value:g} {unit}".strip() for value in flat[:, place]])
        for place, (name, unit) in enumerate(zip(names, units, strict=True))
    ]


def _cut(text: str) -> str:
    text = text.replace("\0", "")
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
