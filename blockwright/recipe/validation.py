"""Which examples measure a network after each epoch, and what the pages say of each choice."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from blockwright.recipe.settings import Settings

Validation = Literal["share", "first", "test", "file", "none"]


@dataclass(frozen=True)
class ValidationText:
    """What is said of a choice: `title`, and in a sentence `help` what it is."""

    title: str
    help: str


VALIDATIONS: dict[Validation, ValidationText] = {
    "share": ValidationText(
        "A part of the training examples",
        "Drawn by the seed, with the same share of every class where there are classes.",
    ),
    "first": ValidationText(
        "The first training examples",
        "The examples at the beginning of the training part, in the order of the data set.",
    ),
    "test": ValidationText(
        "The test examples",
        "All training examples train. A result that was chosen by the test examples is no longer a test.",
    ),
    "file": ValidationText("A part of the file", "The arrays `x_val` and `y_val` of an uploaded .npz file."),
    "none": ValidationText(
        "None",
        "All training examples train, and nothing tells when the network begins to memorize them.",
    ),
}


class PartCounts(NamedTuple):
    """How many examples train and validate."""

    train: int
    validation: int


def share_counts(train: int, share: float) -> PartCounts:
    """How many of so many training examples are left to train, and how many validate, if a share of them does."""
    validation = min(math.ceil(train * share), train - 1)
    return PartCounts(train - validation, validation)


def part_counts(settings: "Settings", train: int, test: int, own: int = 0) -> PartCounts:
    """How many of so many training and test examples, and of the file's own validation part, are used for what."""
    validation = {
        "share": share_counts(train, settings.validation_share).validation,
        "first": settings.validation_examples,
        "test": test,
        "file": own,
        "none": 0,
    }[settings.validation]
    rest = train - validation if settings.validation in ("share", "first") else train
    return PartCounts(shared(max(0, rest), settings.train_share), validation)


def part_problem(settings: "Settings", train: int, own: int) -> str | None:
    """Why so many training examples, and those of the file's own validation part, do not suffice; None if they do."""
    if settings.validation == "file" and not own:
        return (
            "The data has no validation part of its own: only .npz files with x_val and y_val have one. Choose "
            "another validation."
        )
    count = settings.validation_examples
    if settings.validation == "first" and count >= train:
        return (
            f"The first {count:,} examples are to validate, but there are only {train:,} training examples. Choose "
            f"fewer than {train:,}, such as {max(1, train // 10):,}."
        )
    return None


def shared(examples: int, share: float) -> int:
    """How many examples a share of them is, rounded down as scikit-learn does; at least one."""
    return examples if share == 1.0 else min(examples, max(1, math.floor(examples * share)))
