"""Which examples of a data set train, and which validate."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from blockwright.data.loading import DataSet, Part
from blockwright.data.splitting import Split, split, validation_size
from blockwright.recipe.settings import Settings
from blockwright.recipe.validation import part_problem, shared
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import Target
from blockwright.tasks import task_of


@dataclass(frozen=True)
class Parts:
    """The indices of the examples that train and validate, and sentences on them.

    `on_test` says that `validation` are indices in the test part.
    """

    train: np.ndarray
    validation: np.ndarray
    on_test: bool = False
    notes: list[str] = field(default_factory=list)


def with_own_validation(dataset: DataSet, settings: Settings) -> DataSet:
    """The data with the file's own validation part behind its training examples, if it is to validate.

    Raises `DataError` where there is none, or fewer training examples than are to validate.
    """
    own = dataset.validation
    problem = part_problem(settings, len(dataset.train), len(own) if own else 0)
    if problem:
        raise DataError(problem)
    if settings.validation != "file" or own is None:
        return dataset
    features, targets = (
        {name: np.concatenate([values, of_own[name]]) for name, values in of_train.items()}
        for of_train, of_own in (
            (dataset.train.features, own.features),
            (dataset.train.targets, own.targets),
        )
    )
    return DataSet(dataset.card, Part(features, targets), dataset.test, dataset.notes, own)


def choose_parts(dataset: DataSet, targets: Mapping[str, Target], settings: Settings) -> Parts:
    """Which examples train and validate.

    Both parts have the same share of each class of the first target of classes, where that is possible.

    Args:
        dataset: the data, with its own validation part as `with_own_validation` returns it.
        targets: what each output learns.
        settings: how examples are divided.

    Raises `DataError` where too few examples are left.
    """
    by = next((target.name for target in targets.values() if task_of(target.kind).stratifies), None)
    labels = None if by is None else dataset.train.targets[by]
    several = len(dataset.card.targets) > 1
    parts = _with_validation(dataset, labels, by if several else None, settings)
    if settings.train_share == 1.0:
        return parts
    count = shared(len(parts.train), settings.train_share)
    chosen = split(
        len(parts.train),
        len(parts.train) - count,
        settings.seed,
        None if labels is None else labels[parts.train],
    )
    train = parts.train[chosen.rest]
    notes = [
        *parts.notes,
        f"{len(train):,} of these {len(parts.train):,} examples train ({settings.train_share:g} of them, by seed "
        f"{settings.seed}, {_how(chosen, by if several else None)}).",
    ]
    if by is not None and labels is not None:
        names = next(target.class_names for target in targets.values() if target.name == by)
        missing = sorted(set(labels.tolist()) - set(labels[train].tolist()))
        if missing:
            listed = ", ".join(f'"{names[label]}"' for label in missing[:8]) + (
                f" and {len(missing) - 8:,} more" if len(missing) > 8 else ""
            )
            notes.append(
                f"No training example is left of {listed}, which cannot be learned. Train on a larger share."
            )
    return Parts(train, parts.validation, parts.on_test, notes)


def _with_validation(
    dataset: DataSet, labels: np.ndarray | None, by: str | None, settings: Settings
) -> Parts:
    total, test = len(dataset.train), len(dataset.test)
    everything = np.arange(total)
    match settings.validation:
        case "none":
            note = f"{total:,} training examples train, none validates; {test:,} test."
            return Parts(everything, everything[:0], notes=[note])
        case "test":
            note = f"{total:,} training examples train; the {test:,} test examples validate and test."
            return Parts(everything, np.arange(test), True, [note])
        case "file":
            own = len(dataset.validation) if dataset.validation else 0
            note = f"{total - own:,} training examples train, the {own:,} of x_val validate; {test:,} test."
            return Parts(everything[: total - own], everything[total - own :], notes=[note])
        case "first":
            count = settings.validation_examples
            note = (
                f"Of {total:,} training examples the first {count:,} validate and {total - count:,} train; "
                f"{test:,} test."
            )
            return Parts(everything[count:], everything[:count], notes=[note])
    if total < 2:
        raise DataError(
            "One training example cannot be split into training and validation. Add more examples, or set the "
            "validation to none."
        )
    size = validation_size(total, settings.validation_share, settings.data_version)
    result = split(total, size, settings.seed, labels, settings.data_version)
    note = (
        f"Of {total:,} training examples {len(result.rest):,} train and {len(result.part):,} validate "
        f"(split by seed {settings.seed}, {_how(result, by)}); {test:,} test."
    )
    return Parts(result.rest, result.part, notes=[note])


def _how(result: Split, by: str | None) -> str:
    if not result.stratified:
        return "at random"
    return "stratified by class" if by is None else f'stratified by "{by}"'
