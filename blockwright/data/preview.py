"""A preview of a data set: its card, the distribution of its targets, and a few images or rows."""

from collections.abc import Iterable
from itertools import islice
from typing import Any

import numpy as np

from blockwright.data import downloading
from blockwright.data.loading import DataSet, Part, load
from blockwright.data.targets import TARGET_DATA, json_number
from blockwright.runs.files.image_encoding import png_base64, to_uint8, value_range
from blockwright.schema.data.dataset_cards import card_of
from blockwright.schema.data.dataset_config import DataChoice, read_choice
from blockwright.schema.data.features import Feature, Target
from blockwright.schema.service_calls import Preview, Sample

MAX_SAMPLES = 24
MAX_CLASSES = 120
SHOWN_ROWS = 8
MAX_ROWS = 20
SHOWN_CHARACTERS = 300
SHOWN_VALUES = 50


def preview(choice: str | dict[str, Any] | DataChoice, *, download: bool = False) -> Preview:
    """A preview of a data set as JSON.

    `card`; `available`; `balance` (examples of each class by part; empty lists unless there is exactly one target,
    of classes); `samples` (label and PNG, for images); `rows` (examples of anything else: a list with one object
    each, of the features' values and the targets' by name); both have an example of every class; `targets` (by name:
    `kind`, and either `balance` with the `class_names`, or a `histogram` of both parts: the `edges` of its bins, the
    counts of `train` and `test`); `notes`.

    A data set that is not on this machine is downloaded only if `download` is set; otherwise `available` is false and
    all of the above is empty. Raises `DataError`.
    """
    chosen = read_choice(choice)
    shown: Preview = {
        "card": {},
        "available": True,
        "balance": {"train": [], "test": []},
        "samples": [],
        "rows": [],
        "targets": {},
        "notes": [],
    }
    if chosen.name in downloading.SOURCES and not download and not downloading.is_downloaded(chosen.name):
        dataset_card = card_of(chosen)
        size = f" ({dataset_card.download_bytes / 1e6:,.0f} MB)" if dataset_card.download_bytes else ""
        shown["card"], shown["available"] = dataset_card.document(), False
        shown["notes"] = [f"{dataset_card.title} is downloaded when it is first trained on{size}."]
        return shown
    dataset = load(chosen)
    shown["card"], shown["notes"] = dataset.card.document(), dataset.notes
    parts = {"train": dataset.train.targets, "test": dataset.test.targets}
    shown["targets"] = {
        target.name: TARGET_DATA[target.kind].summary(
            target, {part: values[target.name] for part, values in parts.items()}
        )
        for target in dataset.card.targets
    }
    if len(dataset.card.targets) == 1 and dataset.card.num_classes:
        distribution = next(iter(shown["targets"].values()))
        if "balance" in distribution:
            shown["balance"] = distribution["balance"]
    if dataset.card.features[0].kind == "image":
        shown["samples"] = _samples(dataset)
    else:
        shown["rows"] = rows(dataset, dataset.train, _shown_rows(dataset))
    return shown


def rows(dataset: DataSet, part: Part, indices: Iterable[int]) -> list[dict[str, Any]]:
    """Examples as rows of values by feature and target; tags and classes by name.

    Missing numbers are None; long texts and vectors without column names are cut.
    """
    return [
        {
            feature.name: _value(feature, part.features[feature.name][index])
            for feature in dataset.card.features
        }
        | {
            target.name: _target_value(target, part.targets[target.name][index])
            for target in dataset.card.targets
        }
        for index in indices
    ]


def _value(feature: Feature, value: np.ndarray) -> Any:
    if feature.is_text:
        return str(value.reshape(-1)[0])[:SHOWN_CHARACTERS]
    if feature.kind == "tags":
        return [name for name, present in zip(feature.choices, value.tolist(), strict=True) if present]
    numbers = [json_number(number) for number in value.reshape(-1)[:SHOWN_VALUES].tolist()]
    return dict(zip(feature.columns, numbers, strict=False)) if feature.columns else numbers


def _target_value(target: Target, value: np.ndarray) -> Any:
    return TARGET_DATA[target.kind].value(target, value)


def _shown_rows(dataset: DataSet) -> list[int]:
    """The first example of every class of the first target of classes, as far as there is room, then the first rows."""
    indices: list[int] = []
    target = next((target for target in dataset.card.targets if target.exclusive_classes), None)
    if target is not None:
        labels = np.asarray(dataset.train.targets[target.name]).reshape(-1)
        indices = [int(index) for index in np.unique(labels, return_index=True)[1][:MAX_ROWS]]
    others = (index for index in range(min(MAX_ROWS, len(dataset.train))) if index not in indices)
    return [*indices, *islice(others, max(0, SHOWN_ROWS - len(indices)))]


def _samples(dataset: DataSet) -> list[Sample]:
    """Images with their labels; a few of each class if the only target is classes."""
    card, part = dataset.card, dataset.train
    images = part.features[card.features[0].name]
    if images.ndim != 4:
        return []
    indices = np.arange(min(MAX_SAMPLES, len(images)))
    if len(card.targets) == 1 and card.num_classes:
        each = max(1, min(3, MAX_SAMPLES // card.num_classes))
        labels = dataset.y_train
        shown = range(min(card.num_classes, MAX_CLASSES))
        indices = np.concatenate([np.flatnonzero(labels == number)[:each] for number in shown])
    low, high = value_range(images)
    return [
        {
            "label": ", ".join(_label(target, part.targets[target.name][index]) for target in card.targets),
            "png_base64": png_base64(to_uint8(images[index], low, high)),
        }
        for index in indices
    ]


def _label(target: Target, value: np.ndarray) -> str:
    value_or_tags = _target_value(target, value)
    return (", ".join(value_or_tags) or "none") if isinstance(value_or_tags, list) else str(value_or_tags)
