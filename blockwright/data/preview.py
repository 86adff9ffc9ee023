"""A preview of a data set: its card, the distribution of its targets, and a few images or rows."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from blockwright.data import downloading
from blockwright.data.loading import DataSet, Part, load
from blockwright.runs.image_encoding import png_base64, to_uint8, value_range
from blockwright.schema.dataset_cards import card_of
from blockwright.schema.dataset_config import DataChoice, read_choice
from blockwright.schema.features import Feature, Target

if TYPE_CHECKING:
    import numpy as np

MAX_SAMPLES = 24
SHOWN_ROWS = 8
SHOWN_CHARACTERS = 300
SHOWN_VALUES = 50
BINS = 20


def preview(choice: str | dict[str, Any] | DataChoice, *, download: bool = False) -> dict[str, Any]:
    """A preview of a data set as JSON.

    `card`; `available`; `balance` (examples of each class by part; empty lists unless there is exactly one target,
    of classes); `samples` (label and PNG, for images); `rows` (the first examples of anything else: a list with one
    object each, of the features' values and the targets' by name); `targets` (by name: `kind`, and either `balance`
    with the `class_names`, or a `histogram`, see `_histogram`); `notes`.

    A data set that is not on this machine is downloaded only if `download` is set; otherwise `available` is false and
    all of the above is empty. Raises `DataError`.
    """
    chosen = read_choice(choice)
    empty: dict[str, Any] = {"balance": {"train": [], "test": []}, "samples": [], "rows": [], "targets": {}}
    if chosen.name in downloading.SOURCES and not download and not downloading.is_downloaded(chosen.name):
        dataset_card = card_of(chosen)
        size = f" ({dataset_card.download_bytes / 1e6:,.0f} MB)" if dataset_card.download_bytes else ""
        return {
            "card": dataset_card.document(),
            "available": False,
            **empty,
            "notes": [f"{dataset_card.title} is downloaded when it is first trained on{size}."],
        }
    dataset = load(chosen)
    shown: dict[str, Any] = {
        "card": dataset.card.document(),
        "available": True,
        **empty,
        "notes": dataset.notes,
    }
    shown["targets"] = {one.name: _target(dataset, one) for one in dataset.card.targets}
    if len(dataset.card.targets) == 1 and dataset.card.num_classes:
        shown["balance"] = next(iter(shown["targets"].values()))["balance"]
    if dataset.card.features[0].kind == "image":
        shown["samples"] = _samples(dataset)
    else:
        shown["rows"] = rows(dataset, dataset.train, range(min(SHOWN_ROWS, len(dataset.train))))
    return shown


def rows(dataset: DataSet, part: Part, indices: Iterable[int]) -> list[dict[str, Any]]:
    """Examples as rows of values by feature and target; tags and classes by name.

    Missing numbers are None; long texts and vectors without column names are cut.
    """
    return [
        {one.name: _value(one, part.features[one.name][index]) for one in dataset.card.features}
        | {one.name: _target_value(one, part.targets[one.name][index]) for one in dataset.card.targets}
        for index in indices
    ]


def _value(feature: Feature, value: "np.ndarray") -> Any:
    if feature.is_text:
        return str(value.reshape(-1)[0])[:SHOWN_CHARACTERS]
    if feature.kind == "tags":
        return [name for name, present in zip(feature.choices, value.tolist(), strict=True) if present]
    numbers = [_plain_number(one) for one in value.reshape(-1)[:SHOWN_VALUES].tolist()]
    return dict(zip(feature.columns, numbers, strict=False)) if feature.columns else numbers


def _target_value(target: Target, value: Any) -> Any:
    if target.kind == "classes":
        return target.class_names[int(value)]
    if target.kind == "tags":
        return [name for name, present in zip(target.class_names, value.tolist(), strict=True) if present]
    return _plain_number(float(value.reshape(-1)[0]))


def _plain_number(value: float) -> float | int | None:
    if not math.isfinite(value):
        return None
    return int(value) if value == int(value) and abs(value) < 2**53 else float(f"{value:.6g}")


def _target(dataset: DataSet, target: Target) -> dict[str, Any]:
    """The count of each class or tag in each part, or the histogram of a number."""
    import numpy as np

    both = {"train": dataset.train.targets[target.name], "test": dataset.test.targets[target.name]}
    if target.kind == "number":
        return {"kind": "number", "unit": target.unit, "histogram": _histogram(both)}
    count = len(target.class_names)
    if target.kind == "tags":
        counts = {name: values.sum(axis=0).astype(int).tolist() for name, values in both.items()}
    else:
        counts = {name: np.bincount(values, minlength=count).tolist() for name, values in both.items()}
    return {"kind": target.kind, "class_names": list(target.class_names), "balance": counts}


def _histogram(both: "dict[str, np.ndarray]") -> dict[str, list[float]]:
    """`edges` of 20 bins of equal width over both parts, and the count of each part in each bin."""
    import numpy as np

    everything = np.concatenate([values.reshape(-1) for values in both.values()]).astype(np.float64)
    edges = np.histogram_bin_edges(everything, BINS)
    counts = {name: np.histogram(values.reshape(-1), edges)[0].tolist() for name, values in both.items()}
    return {"edges": [float(f"{edge:.6g}") for edge in edges.tolist()], **counts}


def _samples(dataset: DataSet) -> list[dict[str, str]]:
    """Images with their labels; a few of each class if the only target is classes."""
    import numpy as np

    card, part = dataset.card, dataset.train
    images = part.features[card.features[0].name]
    if images.ndim != 4:
        return []
    indices = np.arange(min(MAX_SAMPLES, len(images)))
    if len(card.targets) == 1 and card.num_classes:
        each = max(1, min(3, MAX_SAMPLES // card.num_classes))
        labels = dataset.y_train
        shown = range(min(card.num_classes, MAX_SAMPLES))
        indices = np.concatenate([np.flatnonzero(labels == number)[:each] for number in shown])
    low, high = value_range(images)
    return [
        {
            "label": ", ".join(_label(one, part.targets[one.name][index]) for one in card.targets),
            "png_base64": png_base64(to_uint8(images[index], low, high)),
        }
        for index in indices
    ]


def _label(target: Target, value: Any) -> str:
    value_or_tags = _target_value(target, value)
    return (", ".join(value_or_tags) or "none") if isinstance(value_or_tags, list) else str(value_or_tags)
