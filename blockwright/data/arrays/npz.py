"""Uploaded `.npz` files: checked from their headers before anything is allocated, and never unpickled."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from blockwright.data.arrays.npz_file import Header, read_array, read_headers
from blockwright.data.arrays.npz_layout import read_layout
from blockwright.data.arrays.npz_targets import TargetValues, read_target
from blockwright.data.loading import DataSet, Part
from blockwright.data.splitting import few_examples, part_size, split
from blockwright.recipe.settings import DATA_VERSION, DataVersion
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import Feature, plain_feature
from blockwright.tasks import task_of

if TYPE_CHECKING:
    import numpy as np

TEST_SHARE = 0.2


@dataclass(frozen=True)
class _CheckedFile:
    """A checked file whose examples are not read yet.

    `features` maps the name of each feature to the suffix of its keys in the file: `""`, or `_` and its name.
    """

    path: Path
    card: Card
    headers: dict[str, Header]
    features: dict[str, str]
    targets: dict[str, TargetValues]
    has_test: bool
    notes: list[str]

    def feature_values(self, part: str) -> "dict[str, np.ndarray]":
        """The values of each feature in the part "train", "val" or "test", by its name."""
        keys = {name: f"x_{part}{suffix}" for name, suffix in self.features.items()}
        return {name: _values(self.path, key, self.headers[key]) for name, key in keys.items()}

    def validation(self) -> Part | None:
        """The validation part of the file, if it has one."""
        if not self.card.validation_examples:
            return None
        targets = {name: values.validation for name, values in self.targets.items()}
        return Part(
            self.feature_values("val"),
            {name: values for name, values in targets.items() if values is not None},
        )


def check_npz(path: str | Path, title: str | None = None, task: str | None = None) -> Card:
    """The card of an uploaded file, from its headers and targets; the examples are not read.

    `task` is the kind of the only target, if chosen. Raises `DataError` if the file cannot be used.
    """
    return _check(Path(path), title, task).card


def load_npz(
    path: str | Path,
    *,
    seed: int = 0,
    title: str | None = None,
    task: str | None = None,
    version: DataVersion = DATA_VERSION,
) -> DataSet:
    """Load an uploaded file; without a test part, a fifth is split off using the seed. Raises `DataError`."""
    file = _check(Path(path), title, task)
    features = file.feature_values("train")
    targets = {name: values.train for name, values in file.targets.items()}
    validation = file.validation()
    if file.has_test:
        test_targets = {name: values.test for name, values in file.targets.items() if values.test is not None}
        test = Part(file.feature_values("test"), test_targets)
        return DataSet(file.card, Part(features, targets), test, file.notes, validation)
    examples = file.card.train_examples + file.card.test_examples
    labels = next(
        (targets[target.name] for target in file.card.targets if task_of(target.kind).stratifies), None
    )
    train_indices, test_indices, stratified = split(
        examples, part_size(examples, TEST_SHARE), seed, labels, version
    )
    how = "stratified by class" if stratified else "at random"
    if labels is not None and not stratified:
        how += ", because some classes are too small to stratify"
    note = (
        f"The file has no test part: {len(test_indices):,} of {examples:,} examples were split off with the seed, "
        f"{how}."
    )
    train, test = (
        Part(*({name: values[indices] for name, values in arrays.items()} for arrays in (features, targets)))
        for indices in (train_indices, test_indices)
    )
    return DataSet(file.card, train, test, [*file.notes, note], validation)


def _check(path: Path, title: str | None, task: str | None) -> _CheckedFile:
    headers = read_headers(path)
    layout = read_layout(headers)
    if task is not None and len(layout.targets) > 1:
        raise DataError(
            "The file has several targets, whose kinds follow from their values; do not choose a task."
        )
    has_test = layout.test_examples > 0
    has_validation = layout.validation_examples > 0
    targets = [_target(path, suffix, has_test, has_validation, task) for suffix in layout.targets]
    features = {
        suffix: _feature(suffix, layout.shapes[suffix], headers[f"x_train{suffix}"])
        for suffix in layout.features
    }
    examples = layout.train_examples
    test_examples = layout.test_examples if has_test else part_size(examples, TEST_SHARE)
    card = Card.model_validate(
        {
            "name": "upload",
            "title": (title or path.name)[:200],
            "summary": f"An uploaded file: {examples:,} examples, {_summary(targets)}.",
            "source": "Uploaded",
            "licence": "Yours",
            "train_examples": examples if has_test else examples - test_examples,
            "test_examples": test_examples,
            "validation_examples": layout.validation_examples,
            "embedded": False,
            "features": tuple(features.values()),
            "targets": tuple(values.target for values in targets),
        }
    )
    return _CheckedFile(
        path,
        card,
        headers,
        {feature.name: suffix for suffix, feature in features.items()},
        {values.target.name: values for values in targets},
        has_test,
        [*layout.notes, *few_examples(examples), *(values.note for values in targets if values.note)],
    )


def _target(path: Path, suffix: str, has_test: bool, has_validation: bool, task: str | None) -> TargetValues:
    train = read_array(path, f"y_train{suffix}")
    test, validation = (
        read_array(path, f"y_{part}{suffix}") if present else None
        for part, present in (("test", has_test), ("val", has_validation))
    )
    return read_target(train, test, task, suffix.removeprefix("_"), validation)


def _feature(suffix: str, shape: tuple[int, ...], header: Header) -> Feature:
    if header.is_text:
        return Feature(name=suffix.removeprefix("_") or "text", kind="text", shape=(1,), dtype="string")
    plain = plain_feature(shape, _loaded_dtype(header))
    return plain.model_copy(update={"name": suffix.removeprefix("_")}) if suffix else plain


def _summary(targets: list[TargetValues]) -> str:
    """The targets in a few words."""
    words = [
        f"{len(target.class_names):,} {target.kind}" if target.class_names else "a number to predict"
        for target, *_ in targets
    ]
    if len(words) == 1:
        return words[0]
    return f"{len(words)} targets ({', '.join(target.name for target, *_ in targets)})"


def _loaded_dtype(header: Header) -> str:
    """The dtype of the examples that `_values` returns."""
    return {"b": "uint8", "f": "float32"}.get(header.dtype.kind, header.dtype.name)


def _values(path: Path, key: str, header: Header) -> "np.ndarray":
    import numpy as np

    values = read_array(path, key)
    if header.is_text:
        texts = np.char.decode(values, "utf-8", "replace") if values.dtype.kind == "S" else values
        return texts.reshape(-1, 1).astype(object)
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
