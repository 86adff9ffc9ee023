"""Uploaded `.npz` files: checked from their headers before anything is allocated, and never unpickled."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from blockwright.data.arrays.labels import check_label_header
from blockwright.data.arrays.npz_file import LAYOUT, Header, read_array, read_headers
from blockwright.data.arrays.npz_targets import TargetValues, read_target
from blockwright.data.loading import DataSet, Part
from blockwright.data.splitting import part_size, split
from blockwright.schema.data_errors import DataError
from blockwright.schema.dataset_cards import Card
from blockwright.schema.features import Feature, plain_feature
from blockwright.schema.text import shape_text
from blockwright.schema.training import DATA_VERSION, DataVersion
from blockwright.tasks import task_of

if TYPE_CHECKING:
    import numpy as np

MIN_EXAMPLES = 10
MAX_SIDE = 4096
MAX_CHANNELS = 512
MAX_VALUES = 1_000_000
TEST_SHARE = 0.2
_NAMED = re.compile(r"(x|y)_(train|test)_([A-Za-z0-9][A-Za-z0-9_-]{0,59})")


@dataclass(frozen=True)
class _CheckedFile:
    """A checked file whose examples are not read yet.

    `features` maps the name of each feature to the suffix of its keys in the file: `""`, or `_` and its name.
    """

    card: Card
    headers: dict[str, Header]
    features: dict[str, str]
    targets_read: dict[str, TargetValues]
    has_test: bool
    notes: list[str] = field(default_factory=list)


def check_npz(path: str | Path, title: str | None = None, task: str | None = None) -> Card:
    """The card of an uploaded file, from its headers and targets; the examples are not read.

    `task` is the kind of the only target, if chosen. Raises `DataError` if the file cannot be used.
    """
    return _examine(Path(path), title, task).card


def load_npz(
    path: str | Path,
    *,
    seed: int = 0,
    title: str | None = None,
    task: str | None = None,
    version: DataVersion = DATA_VERSION,
) -> DataSet:
    """Load an uploaded file; without a test part, a fifth is split off using the seed. Raises `DataError`."""
    path = Path(path)
    file = _examine(path, title, task)
    features = {
        name: _values(path, f"x_train{key}", file.headers[f"x_train{key}"])
        for name, key in file.features.items()
    }
    targets = {name: one.train for name, one in file.targets_read.items()}
    if file.has_test:
        test = {
            name: _values(path, f"x_test{key}", file.headers[f"x_test{key}"])
            for name, key in file.features.items()
        }
        test_targets = {name: one.test for name, one in file.targets_read.items() if one.test is not None}
        return DataSet(file.card, Part(features, targets), Part(test, test_targets), file.notes)
    examples = file.card.train_examples + file.card.test_examples
    labels = next(
        (targets[target.name] for target in file.card.targets if task_of(target.kind).stratifies), None
    )
    rest, test_indices, stratified = split(examples, part_size(examples, TEST_SHARE), seed, labels, version)
    how = "stratified by class" if stratified else "at random"
    if labels is not None and not stratified:
        how += ", because some classes are too small to stratify"
    note = (
        f"The file has no test part: {len(test_indices):,} of {examples:,} examples were split off with the seed, "
        f"{how}."
    )
    train, held_back = (
        Part(*({name: values[indices] for name, values in arrays.items()} for arrays in (features, targets)))
        for indices in (rest, test_indices)
    )
    return DataSet(file.card, train, held_back, notes=[*file.notes, note])


def _examine(path: Path, title: str | None, task: str | None) -> _CheckedFile:
    headers = read_headers(path)
    features, targets, notes = _suffixes(headers)
    if not features or not targets:
        missing = " and ".join(
            key for key, arrays in (("x_train", features), ("y_train", targets)) if not arrays
        )
        missing += " (the labels)" if missing == "y_train" else ""
        present = ", ".join(sorted(headers)[:8]) or "nothing"
        raise DataError(f"The file has no {missing}. A data set holds {LAYOUT}; this file holds {present}.")
    has_test = _check_test(headers, features, targets)
    shapes = {
        name: _example_shape(f"x_train{key}", headers[f"x_train{key}"]) for name, key in features.items()
    }
    examples = headers[f"x_train{next(iter(features.values()))}"].shape[0]
    for part in ("train", "test") if has_test else ("train",):
        _check_part(part, headers, features, targets, shapes)
    if task is not None and len(targets) > 1:
        raise DataError(
            "The file has several targets, whose kinds follow from their values; do not choose a task."
        )
    targets_read = {}
    for name, key in targets.items():
        train = read_array(path, f"y_train{key}")
        test = read_array(path, f"y_test{key}") if has_test else None
        one = read_target(train, test, task, key.removeprefix("_"))
        targets_read[name if key else one.target.name] = one
        notes += [one.note] if one.note else []
    test_examples = part_size(examples, TEST_SHARE)
    if has_test:
        test_examples = headers[f"x_test{next(iter(features.values()))}"].shape[0]
    card = Card.model_validate(
        {
            "name": "upload",
            "title": (title or path.name)[:200],
            "summary": f"An uploaded file: {examples:,} examples, {_summary(targets_read)}.",
            "source": "Uploaded",
            "licence": "Yours",
            "train_examples": examples if has_test else examples - test_examples,
            "test_examples": test_examples,
            "embedded": False,
            "features": tuple(
                _feature(name if key else "", shapes[name], headers[f"x_train{key}"])
                for name, key in features.items()
            ),
            "targets": tuple(one.target for one in targets_read.values()),
        }
    )
    by_name = dict(zip((one.name for one in card.features), features.values(), strict=True))
    return _CheckedFile(card, headers, by_name, targets_read, has_test, notes)


def _suffixes(headers: dict[str, Header]) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """The suffixes of the keys of features and targets by their names, and notes on unused arrays.

    `x_train` and `y_train` have the suffix `""`; without one of them, keys such as `x_train_title` or `y_train_price`
    stand for several.
    """
    suffixes_by_letter: dict[str, dict[str, str]] = {"x": {}, "y": {}}
    notes = []
    for letter, suffixes in suffixes_by_letter.items():
        named = [
            match
            for key in headers
            if (match := _NAMED.fullmatch(key)) and match[1] == letter and match[2] == "train"
        ]
        if f"{letter}_train" in headers:
            suffixes["train"] = ""
            unused = [match[0] for match in named]
            if unused:
                notes.append(
                    f"{', '.join(unused)} {'is' if len(unused) == 1 else 'are'} ignored because of {letter}_train."
                )
        else:
            suffixes |= {match[3]: f"_{match[3]}" for match in named}
            if len(suffixes) == 1:
                raise DataError(
                    f"{named[0][0]} is the only array of its kind in the file. Rename it to {letter}_train; "
                    "names are for several."
                )
    both = set(suffixes_by_letter["x"]) & set(suffixes_by_letter["y"]) - {"train"}
    if both:
        raise DataError(
            f"x_train_{min(both)} and y_train_{min(both)} have the same name; give the feature and the target "
            "different names."
        )
    return suffixes_by_letter["x"], suffixes_by_letter["y"], notes


def _check_test(headers: dict[str, Header], features: dict[str, str], targets: dict[str, str]) -> bool:
    """Whether there is a test part; `DataError` if it is incomplete."""
    keys = [f"x_test{key}" for key in features.values()] + [f"y_test{key}" for key in targets.values()]
    has = [key for key in keys if key in headers]
    lacks = [key for key in keys if key not in headers]
    if has and lacks:
        raise DataError(
            f"The file has {has[0]} but no {lacks[0]}. Provide both or neither; with neither, a test part is split off."
        )
    return bool(has)


def _feature(name: str, shape: tuple[int, ...], header: Header) -> Feature:
    plain = plain_feature(shape, _loaded_dtype(header))
    return plain.model_copy(update={"name": name}) if name else plain


def _summary(targets_read: dict[str, TargetValues]) -> str:
    """The targets in a few words."""
    words = [
        f"{len(read.target.class_names):,} {read.target.kind}"
        if read.target.class_names
        else "a number to predict"
        for read in targets_read.values()
    ]
    return words[0] if len(words) == 1 else f"{len(words)} targets ({', '.join(targets_read)})"


def _loaded_dtype(header: Header) -> str:
    """The dtype of the examples that `_values` returns."""
    return {"b": "uint8", "f": "float32"}.get(header.dtype.kind, header.dtype.name)


def _example_shape(key: str, header: Header) -> tuple[int, ...]:
    """The shape of one example, with a channel axis added to greyscale images."""
    shape = header.shape
    received = shape_text(shape, scalar="a single number")
    if header.dtype.kind not in "biuf" or header.dtype.itemsize > 8:
        raise DataError(f"{key} must hold numbers. Received: dtype {header.dtype}.")
    if len(shape) not in (2, 3, 4):
        raise DataError(
            f"{key} must be images (examples, height, width) or (examples, height, width, channels), "
            f"or vectors (examples, values). Received: {received}."
        )
    if 0 in shape:
        raise DataError(f"{key} is empty. Received: {received}.")
    if len(shape) == 2:
        if shape[1] > MAX_VALUES:
            raise DataError(f"{key} has {shape[1]:,} values per example; the limit is {MAX_VALUES:,}.")
        return (shape[1],)
    height, width, channels = (*shape[1:], 1)[:3]
    if len(shape) == 4 and height in (1, 3, 4) and channels > 4 and width > 4:
        raise DataError(
            f"{key} puts the channels first ({received}); they are expected last. "
            f"Save numpy.transpose({key}, (0, 2, 3, 1)) instead."
        )
    if max(height, width) > MAX_SIDE:
        raise DataError(
            f"{key} has images of {height:,} x {width:,} pixels; the limit is {MAX_SIDE:,} per side."
        )
    if channels > MAX_CHANNELS:
        raise DataError(f"{key} has {channels:,} channels in its last axis; the limit is {MAX_CHANNELS}.")
    return (height, width, channels)


def _check_part(
    part: str,
    headers: dict[str, Header],
    features: dict[str, str],
    targets: dict[str, str],
    shapes: dict[str, tuple[int, ...]],
) -> None:
    """Check that all arrays of a part have the same length, and the example shapes of the training part."""
    first = f"x_{part}{next(iter(features.values()))}"
    count = headers[first].shape[:1]
    for name, key in features.items():
        x = headers[f"x_{part}{key}"]
        if _example_shape(f"x_{part}{key}", x) != shapes[name]:
            raise DataError(
                f"x_test{key} holds examples of {shape_text(x.shape[1:])}, "
                f"x_train{key} of {shape_text(headers[f'x_train{key}'].shape[1:])}; the shapes must be equal."
            )
        if x.shape[:1] != count:
            raise DataError(
                f"{first} holds {count[0]:,} examples but x_{part}{key} {x.shape[0]:,}; the numbers must be equal."
            )
    for key in targets.values():
        y = headers[f"y_{part}{key}"]
        check_label_header(f"y_{part}{key}", y.shape, y.dtype)
        if y.shape[:1] != count:
            raise DataError(
                f"{first} holds {count[0]:,} examples but y_{part}{key} {y.shape[0]:,} labels; "
                "there must be one label per example."
            )
    if part == "train" and count[0] < MIN_EXAMPLES:
        raise DataError(
            f"{first} holds {count[0]} examples; at least {MIN_EXAMPLES} are needed to train and test."
        )


def _values(path: Path, key: str, header: Header) -> "np.ndarray":
    import numpy as np

    values = read_array(path, key)
    if values.dtype.kind == "f":
        step = max(1, 4_000_000 // max(1, header.bytes // len(values) // values.dtype.itemsize))
        for start in range(0, len(values), step):
            part = values[start : start + step]
            # A float64 beyond float32's range would become infinite when cast.
            valid = np.isfinite(part) & (np.abs(part) <= np.finfo(np.float32).max)
            if not valid.all():
                wrong = int(start + np.flatnonzero(~valid.reshape(len(part), -1).all(axis=1))[0])
                raise DataError(
                    f"{key} holds NaN, infinite or too large values, first in example {wrong:,}. "
                    "Clean it before saving, for example with numpy.nan_to_num."
                )
        values = values.astype(np.float32, copy=False)
    elif values.dtype.kind == "b":
        values = values.astype(np.uint8) * np.uint8(255)
    elif not values.dtype.isnative:
        values = values.astype(values.dtype.newbyteorder("="))
    return values[..., None] if values.ndim == 3 else values
