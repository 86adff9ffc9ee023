"""Which arrays of a `.npz` file hold features and targets, and whether they fit together: read from headers alone."""

import re
from dataclasses import dataclass, field

from blockwright.data.arrays.labels import check_label_header
from blockwright.data.arrays.npz_file import LAYOUT, Header
from blockwright.data.splitting import LEAST_EXAMPLES
from blockwright.schema.data.errors import DataError
from blockwright.schema.text import shape_text

MAX_CHARACTERS = 20_000
MAX_SIDE = 4096
MAX_CHANNELS = 512
MAX_VALUES = 1_000_000
_NAMED = re.compile(r"(x|y)_(train|val|test)_([A-Za-z0-9][A-Za-z0-9_-]{0,59})")


@dataclass(frozen=True)
class Layout:
    """The features and targets of a file.

    Attributes:
        features, targets: the suffix of the keys in the file for each: `""`, or `_` and its name.
        shapes: the shape of one example of each feature, by its suffix.
        train_examples: how many examples the training part has.
        test_examples: how many the test part has; 0 without one.
        validation_examples: how many the validation part has; 0 without one.
        notes: on arrays that are not used.
    """

    features: list[str]
    targets: list[str]
    shapes: dict[str, tuple[int, ...]]
    train_examples: int
    test_examples: int
    validation_examples: int = 0
    notes: list[str] = field(default_factory=list)


def read_layout(headers: dict[str, Header]) -> Layout:
    """What the arrays of a file stand for. Raises `DataError` if they are no data set."""
    features, targets, notes = _suffixes(headers)
    if not features or not targets:
        missing = " and ".join(
            key for key, suffixes in (("x_train", features), ("y_train", targets)) if not suffixes
        )
        missing += " (the labels)" if missing == "y_train" else ""
        present = ", ".join(sorted(headers)[:8]) or "nothing"
        raise DataError(f"The file has no {missing}. A data set holds {LAYOUT}; this file holds {present}.")
    has_test, has_validation = (_check_presence(headers, features, targets, part) for part in ("test", "val"))
    shapes = {suffix: _example_shape(f"x_train{suffix}", headers[f"x_train{suffix}"]) for suffix in features}
    for part in ("train", *(["test"] if has_test else []), *(["val"] if has_validation else [])):
        _check_part(part, headers, targets, shapes)

    def count(part: str) -> int:
        return headers[f"x_{part}{features[0]}"].shape[0]

    return Layout(
        features,
        targets,
        shapes,
        count("train"),
        count("test") if has_test else 0,
        count("val") if has_validation else 0,
        notes,
    )


def _suffixes(headers: dict[str, Header]) -> tuple[list[str], list[str], list[str]]:
    """The suffixes of the keys of features and of targets, and notes on unused arrays.

    `x_train` and `y_train` have the suffix `""`; without one of them, keys such as `x_train_title` or `y_train_price`
    stand for several.
    """
    suffixes_by_letter: dict[str, list[str]] = {"x": [], "y": []}
    notes = []
    for letter, suffixes in suffixes_by_letter.items():
        names = [
            match[3]
            for key in headers
            if (match := _NAMED.fullmatch(key)) and match[1] == letter and match[2] == "train"
        ]
        if f"{letter}_train" in headers:
            suffixes.append("")
            if names:
                unused = ", ".join(f"{letter}_train_{name}" for name in names)
                notes.append(
                    f"{unused} {'is' if len(names) == 1 else 'are'} ignored because of {letter}_train."
                )
        elif len(names) == 1:
            raise DataError(
                f"{letter}_train_{names[0]} is the only array of its kind in the file. Rename it to "
                f"{letter}_train; names are for several."
            )
        else:
            suffixes += [f"_{name}" for name in names]
    features, targets = suffixes_by_letter.values()
    both = set(features) & set(targets) - {""}
    if both:
        raise DataError(
            f"x_train{min(both)} and y_train{min(both)} have the same name; give the feature and the target "
            "different names."
        )
    return features, targets, notes


def _check_presence(headers: dict[str, Header], features: list[str], targets: list[str], part: str) -> bool:
    """Whether there is a test or a validation part; `DataError` if it is incomplete."""
    keys = [f"x_{part}{suffix}" for suffix in features] + [f"y_{part}{suffix}" for suffix in targets]
    present = [key for key in keys if key in headers]
    missing = [key for key in keys if key not in headers]
    if present and missing:
        raise DataError(
            f"The file has {present[0]} but no {missing[0]}. Provide both or neither; with neither, a "
            f"{'test' if part == 'test' else 'validation'} part is split off."
        )
    return bool(present)


def _example_shape(key: str, header: Header) -> tuple[int, ...]:
    """The shape of one example: `(1,)` for a text; a channel axis is added to greyscale images."""
    shape = header.shape
    received = shape_text(shape, scalar="a single number")
    if header.is_text and (len(shape) == 1 or shape[1:] == (1,)):
        if not shape[0]:
            raise DataError(f"{key} is empty. Received: {received}.")
        longest = header.dtype.itemsize // (4 if header.dtype.kind == "U" else 1)
        if longest > MAX_CHARACTERS:
            raise DataError(f"{key} has texts of {longest:,} characters; the limit is {MAX_CHARACTERS:,}.")
        return (1,)
    if header.dtype.kind not in "biuf" or header.dtype.itemsize > 8:
        raise DataError(
            f"{key} must hold numbers, or one text for each example. Received: {received} of dtype {header.dtype}."
        )
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
    part: str, headers: dict[str, Header], targets: list[str], shapes: dict[str, tuple[int, ...]]
) -> None:
    """Check that all arrays of a part have the same length, and the example shapes of the training part."""
    for suffix, shape in shapes.items():
        x = headers[f"x_{part}{suffix}"]
        is_text = headers[f"x_train{suffix}"].is_text
        if x.is_text != is_text:
            raise DataError(
                f"One of x_train{suffix} and x_{part}{suffix} holds texts, the other numbers; save both in the same "
                "form."
            )
        if _example_shape(f"x_{part}{suffix}", x) != shape:
            raise DataError(
                f"x_{part}{suffix} holds examples of {shape_text(x.shape[1:])}, "
                f"x_train{suffix} of {shape_text(headers[f'x_train{suffix}'].shape[1:])}; the shapes must be equal."
            )
    first = f"x_{part}{next(iter(shapes))}"
    count = headers[first].shape[0]
    for suffix in shapes:
        other = headers[f"x_{part}{suffix}"].shape[0]
        if other != count:
            raise DataError(
                f"{first} holds {count:,} examples but x_{part}{suffix} {other:,}; the numbers must be equal."
            )
    for suffix in targets:
        y = headers[f"y_{part}{suffix}"]
        check_label_header(f"y_{part}{suffix}", y.shape, y.dtype)
        if y.shape[0] != count:
            raise DataError(
                f"{first} holds {count:,} examples but y_{part}{suffix} {y.shape[0]:,} labels; "
                "there must be one label per example."
            )
    if part == "train" and count < LEAST_EXAMPLES:
        raise DataError(
            f"{first} holds {count} examples; at least {LEAST_EXAMPLES} are needed to train and test."
        )
