"""Uploaded `.npz` files: everything is checked from headers before anything is allocated, and nothing is unpickled."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from blockwright.data.arrays.labels import check_label_header
from blockwright.data.arrays.npz_file import LAYOUT, Header, read_array, read_headers
from blockwright.data.arrays.npz_targets import Told, read_target
from blockwright.data.loading import DataSet, Part
from blockwright.data.splitting import part_size, split, split_plain
from blockwright.schema.data_errors import DataError
from blockwright.schema.dataset_cards import Card
from blockwright.schema.features import Feature, plain_feature
from blockwright.schema.text import shape_text

if TYPE_CHECKING:
    import numpy as np

MIN_EXAMPLES = 10
MAX_SIDE = 4096
MAX_CHANNELS = 512
MAX_VALUES = 1_000_000
TEST_SHARE = 0.2
_NAMED = re.compile(r"(x|y)_(train|test)_([A-Za-z0-9][A-Za-z0-9_-]{0,59})")


@dataclass(frozen=True)
class _File:
    """What is known of a file before its examples are read.

    `features` has the end of each feature's keys by its name: `""`, or its name in the file behind `_`.
    """

    card: Card
    headers: dict[str, Header]
    features: dict[str, str]
    told: dict[str, Told]
    has_test: bool
    notes: list[str] = field(default_factory=list)


def check_npz(path: str | Path, title: str | None = None, task: str | None = None) -> Card:
    """The card of an uploaded file, from its headers and targets; the examples are not read.

    `task` says what the one target is, where that is chosen. Raises `DataError` with a sentence for whatever makes the
    file unusable.
    """
    return _examine(Path(path), title, task).card


def load_npz(
    path: str | Path, *, seed: int = 0, title: str | None = None, task: str | None = None
) -> DataSet:
    """Load an uploaded file; without a test part, a fifth is split off by the seed. Raises `DataError`."""
    path = Path(path)
    file = _examine(path, title, task)
    features = {
        name: _values(path, f"x_train{key}", file.headers[f"x_train{key}"])
        for name, key in file.features.items()
    }
    targets = {name: one.train for name, one in file.told.items()}
    if file.has_test:
        test = {
            name: _values(path, f"x_test{key}", file.headers[f"x_test{key}"])
            for name, key in file.features.items()
        }
        answers = {name: one.test for name, one in file.told.items() if one.test is not None}
        return DataSet(file.card, Part(features, targets), Part(test, answers), file.notes)
    examples = file.card.train_examples + file.card.test_examples
    size = part_size(examples, TEST_SHARE)
    classes = next((targets[one.name] for one in file.card.targets if one.kind == "classes"), None)
    if classes is None:
        (rest, test_places), how = split_plain(examples, size, seed), "at random"
    else:
        rest, test_places, stratified = split(classes, size, seed)
        how = (
            "every class in its share"
            if stratified
            else "at random, because some classes are too small to share"
        )
    note = (
        f"The file has no test part: {len(test_places):,} of {examples:,} examples were split off by the seed, "
        f"{how}."
    )
    train, held_back = (
        Part(*({name: values[places] for name, values in arrays.items()} for arrays in (features, targets)))
        for places in (rest, test_places)
    )
    return DataSet(file.card, train, held_back, notes=[*file.notes, note])


def _examine(path: Path, title: str | None, task: str | None) -> _File:
    headers = read_headers(path)
    features, targets, notes = _named(headers)
    if not features or not targets:
        missing = " and ".join(
            key for key, found in (("x_train", features), ("y_train", targets)) if not found
        )
        missing += " (the labels)" if missing == "y_train" else ""
        found = ", ".join(sorted(headers)[:8]) or "nothing"
        raise DataError(f"The file has no {missing}. A data set holds {LAYOUT}; this file holds {found}.")
    has_test = _check_test(headers, features, targets)
    shapes = {
        name: _example_shape(f"x_train{key}", headers[f"x_train{key}"]) for name, key in features.items()
    }
    examples = headers[f"x_train{next(iter(features.values()))}"].shape[0]
    for part in ("train", "test") if has_test else ("train",):
        _check_part(part, headers, features, targets, shapes)
    if task is not None and len(targets) > 1:
        raise DataError(
            "The file has several targets, and each tells what it is by its values; choose nothing for them."
        )
    told = {}
    for name, key in targets.items():
        train = read_array(path, f"y_train{key}")
        test = read_array(path, f"y_test{key}") if has_test else None
        one = read_target(train, test, task, key.removeprefix("_"))
        told[name if key else one.target.name] = one
        notes += [one.note] if one.note else []
    test_examples = part_size(examples, TEST_SHARE)
    if has_test:
        test_examples = headers[f"x_test{next(iter(features.values()))}"].shape[0]
    card = Card.model_validate(
        {
            "name": "upload",
            "title": (title or path.name)[:200],
            "summary": f"An uploaded file: {examples:,} examples, {_what(told)}.",
            "source": "Uploaded",
            "licence": "Yours",
            "train_examples": examples if has_test else examples - test_examples,
            "test_examples": test_examples,
            "embedded": False,
            "features": tuple(
                _feature(name if key else "", shapes[name], headers[f"x_train{key}"])
                for name, key in features.items()
            ),
            "targets": tuple(one.target for one in told.values()),
        }
    )
    by_name = dict(zip((one.name for one in card.features), features.values(), strict=True))
    return _File(card, headers, by_name, told, has_test, notes)


def _named(headers: dict[str, Header]) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """The ends of the keys of features and of targets by their names, and notes on what is not used.

    `x_train` and `y_train` have the end `""`; where one of them is missing, `x_train_title` or `y_train_price` and the
    like stand for several.
    """
    found: dict[str, dict[str, str]] = {"x": {}, "y": {}}
    notes = []
    for letter, ends in found.items():
        named = [
            match
            for key in headers
            if (match := _NAMED.fullmatch(key)) and match[1] == letter and match[2] == "train"
        ]
        if f"{letter}_train" in headers:
            ends["train"] = ""
            unused = [match[0] for match in named]
            if unused:
                notes.append(
                    f"{', '.join(unused)} {'is' if len(unused) == 1 else 'are'} not used beside {letter}_train."
                )
        else:
            ends |= {match[3]: f"_{match[3]}" for match in named}
            if len(ends) == 1:
                raise DataError(
                    f"{named[0][0]} is the only one of its kind in the file. Call it {letter}_train; names are for "
                    "several."
                )
    both = set(found["x"]) & set(found["y"]) - {"train"}
    if both:
        raise DataError(
            f"x_train_{min(both)} and y_train_{min(both)} have the same name; give what is read and what is told "
            "different ones."
        )
    return found["x"], found["y"], notes


def _check_test(headers: dict[str, Header], features: dict[str, str], targets: dict[str, str]) -> bool:
    """Whether there is a test part; `DataError` where it is there only by half."""
    keys = [f"x_test{key}" for key in features.values()] + [f"y_test{key}" for key in targets.values()]
    has = [key for key in keys if key in headers]
    lacks = [key for key in keys if key not in headers]
    if has and lacks:
        raise DataError(
            f"The file has {has[0]} but no {lacks[0]}. Give both, or neither: then a test part is split off."
        )
    return bool(has)


def _feature(name: str, shape: tuple[int, ...], header: Header) -> Feature:
    plain = plain_feature(shape, _held_as(header))
    return plain.model_copy(update={"name": name}) if name else plain


def _what(told: dict[str, Told]) -> str:
    """What is to be told of an example, in a few words."""
    words = [
        "a number to predict"
        if one.target.kind == "number"
        else f"{len(one.target.class_names):,} {one.target.kind}"
        for one in told.values()
    ]
    return words[0] if len(words) == 1 else f"{len(words)} targets ({', '.join(told)})"


def _held_as(header: Header) -> str:
    """The type in which `_values` gives the examples."""
    return {"b": "uint8", "f": "float32"}.get(header.dtype.kind, header.dtype.name)


def _example_shape(key: str, header: Header) -> tuple[int, ...]:
    """The shape of one example, with a channel axis added to plain grey images."""
    shape = header.shape
    said = shape_text(shape, scalar="a single number")
    if header.dtype.kind not in "biuf" or header.dtype.itemsize > 8:
        raise DataError(f"{key} must hold numbers. Received: dtype {header.dtype}.")
    if len(shape) not in (2, 3, 4):
        raise DataError(
            f"{key} must be images (examples, height, width) or (examples, height, width, channels), "
            f"or vectors (examples, values). Received: {said}."
        )
    if 0 in shape:
        raise DataError(f"{key} is empty. Received: {said}.")
    if len(shape) == 2:
        if shape[1] > MAX_VALUES:
            raise DataError(f"{key} has {shape[1]:,} values an example; the limit is {MAX_VALUES:,}.")
        return (shape[1],)
    height, width, channels = (*shape[1:], 1)[:3]
    if len(shape) == 4 and height in (1, 3, 4) and channels > 4 and width > 4:
        raise DataError(
            f"{key} puts the channels first ({said}); they are expected last. "
            f"Save numpy.transpose({key}, (0, 2, 3, 1)) instead."
        )
    if max(height, width) > MAX_SIDE:
        raise DataError(
            f"{key} has images of {height:,} x {width:,} pixels; the limit is {MAX_SIDE:,} a side."
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
    """Whether all arrays of one part are as long as its first, and its examples as those of the training part."""
    first = f"x_{part}{next(iter(features.values()))}"
    count = headers[first].shape[:1]
    for name, key in features.items():
        x = headers[f"x_{part}{key}"]
        if _example_shape(f"x_{part}{key}", x) != shapes[name]:
            raise DataError(
                f"x_test{key} holds examples of {shape_text(x.shape[1:])}, "
                f"x_train{key} of {shape_text(headers[f'x_train{key}'].shape[1:])}; they must be alike."
            )
        if x.shape[:1] != count:
            raise DataError(
                f"{first} holds {count[0]:,} examples but x_{part}{key} {x.shape[0]:,}; there must be as many of each."
            )
    for key in targets.values():
        y = headers[f"y_{part}{key}"]
        check_label_header(f"y_{part}{key}", y.shape, y.dtype)
        if y.shape[:1] != count:
            raise DataError(
                f"{first} holds {count[0]:,} examples but y_{part}{key} {y.shape[0]:,} labels; "
                "there must be one label each."
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
            # A float64 beyond float32's range would become infinite on its way into the network.
            good = np.isfinite(part) & (np.abs(part) <= np.finfo(np.float32).max)
            if not good.all():
                wrong = int(start + np.flatnonzero(~good.reshape(len(part), -1).all(axis=1))[0])
                raise DataError(
                    f"{key} holds NaN, infinite or far too large values, first in example {wrong:,}. "
                    "Clean it before saving, for example with numpy.nan_to_num."
                )
        values = values.astype(np.float32, copy=False)
    elif values.dtype.kind == "b":
        values = values.astype(np.uint8) * np.uint8(255)
    elif not values.dtype.isnative:
        values = values.astype(values.dtype.newbyteorder("="))
    return values[..., None] if values.ndim == 3 else values
