"""Test examples for people: an image if there is one, and the other values as text."""

from dataclasses import dataclass, field

import numpy as np

from blockwright.schema.data.features import Feature

MAX_TEXT = 300
MAX_COLUMNS = 40
_VECTOR_VALUES = 16


@dataclass(frozen=True)
class DisplayExamples:
    """The test part of a data set, before it was prepared for a network.

    `images` is `(examples, height, width, channels)`, or None without images; `features` describe the other arrays.
    """

    images: np.ndarray | None
    features: tuple[Feature, ...] = ()
    arrays: dict[str, np.ndarray] = field(default_factory=dict)

    @classmethod
    def of(cls, features: tuple[Feature, ...], arrays: dict[str, np.ndarray]) -> "DisplayExamples":
        """The examples of a data set with these features."""
        images = next((arrays[feature.name] for feature in features if feature.kind == "image"), None)
        others = tuple(feature for feature in features if feature.kind != "image")
        return cls(images, others, {feature.name: arrays[feature.name] for feature in others})

    def texts(self, indices: np.ndarray) -> tuple[list[str], list[list[str]]]:
        """The names of the values, and the values of these examples as text, one row per example."""
        columns = [
            column
            for feature in self.features
            for column in _columns(feature, self.arrays[feature.name][indices])
        ][:MAX_COLUMNS]
        rows = zip(*(values for _, values in columns), strict=True)
        return [name for name, _ in columns], [list(row) for row in rows]


def _columns(feature: Feature, values: np.ndarray) -> list[tuple[str, list[str]]]:
    flat = values.reshape(len(values), -1)
    if feature.kind in ("text", "category"):
        return [(feature.name, [_cut(str(text)) for text in flat[:, 0]])]
    if feature.kind == "tags" and feature.choices:
        tags = [", ".join(np.array(feature.choices)[row >= 0.5]) for row in values]
        return [(feature.name, [_cut(text) for text in tags])]
    names = feature.columns or ((feature.name,) if flat.shape[1] == 1 else ())
    if not names:
        return [(feature.name, [_vector(row) for row in flat])]
    units = feature.units or ("",) * len(names)
    return [
        (name, [f"{value:g} {unit}".strip() for value in column])
        for name, unit, column in zip(names, units, flat.T, strict=True)
    ]


def _vector(row: np.ndarray) -> str:
    shown = " ".join(f"{value:g}" for value in row[:_VECTOR_VALUES])
    return f"{shown} …" if len(row) > _VECTOR_VALUES else shown


def _cut(text: str) -> str:
    text = text.replace("\0", "")
    return text if len(text) <= MAX_TEXT else text[: MAX_TEXT - 1] + "…"
