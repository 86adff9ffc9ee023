"""The document `evaluation.json`: what a run's test part showed, output by output. Plain data."""

from collections.abc import Mapping
from typing import Any, NotRequired, TypedDict


class Scores(TypedDict):
    """Averages over classes or tags, all from 0 to 1."""

    precision: float
    recall: float
    f1: float
    support: NotRequired[int]


ClassRow = TypedDict(
    "ClassRow", {"class": str, "precision": float, "recall": float, "f1": float, "support": int}
)
"""One class of a classification report; `support` is its number of test examples."""


class TagRow(TypedDict):
    """One tag: `support` is how many test examples have it, `predicted` of how many it was predicted."""

    tag: str
    precision: float
    recall: float
    f1: float
    support: int
    predicted: int


class Histogram(TypedDict):
    """`edges` has one entry more than `counts`."""

    edges: list[float]
    counts: list[int]


class ErrorHistogram(Histogram):
    """The errors of single examples, with their median, least (`best`) and greatest (`worst`)."""

    median: float
    best: float
    worst: float


class Points(TypedDict):
    """True and predicted values of some test examples; `index` is the example's position in the test part."""

    index: list[int]
    true: list[float]
    predicted: list[float]


class OutputReport(TypedDict):
    """What every output has: what it learned, from which loss, and its mean loss over the test part, not weighted.

    `test_loss` of an only output includes what the layers of the network add to the loss, as in training. `metrics` are
    the further metrics that were chosen, by their names.
    """

    kind: str
    target: str
    loss: str | None
    weight: float
    test_loss: NotRequired[float | None]
    metrics: NotRequired[dict[str, float | None]]
    examples: NotRequired[int]


class ClassificationReport(OutputReport):
    """Of an output that predicts classes.

    `confusion_matrix` has a row for each true class and a column for each predicted one; None above a thousand
    classes. `averages` are `macro` and `weighted`.
    """

    test_accuracy: float
    class_names: list[str]
    confusion_matrix: list[list[int]] | None
    report: list[ClassRow]
    averages: NotRequired[dict[str, Scores]]


class RegressionReport(OutputReport):
    """Of an output that predicts numbers; every error is in the target's own `unit`.

    `r2` is None where the true numbers are all the same. `baseline_mae` is the error of always predicting the training
    part's mean.
    """

    mae: float
    rmse: float
    r2: float | None
    median_error: NotRequired[float]
    bias: NotRequired[float]
    baseline_mae: NotRequired[float | None]
    unit: NotRequired[str]
    residuals: Histogram
    points: Points


class MultilabelReport(OutputReport):
    """Of an output that predicts tags: any of `class_names`, from a probability of `threshold` on.

    `test_accuracy` is the share of all tags of all examples that are right, `exact` that of examples whose tags are
    all right. `averages` are `macro` and `micro`.
    """

    threshold: float
    class_names: list[str]
    tags: list[TagRow]
    averages: NotRequired[dict[str, Scores]]
    test_accuracy: float
    exact: float


class ReconstructionReport(OutputReport):
    """Of an output that reconstructs an input, on the scale that the network was trained on.

    `shape` is that of one example; `baseline_mae` is the error of always predicting the mean example.
    """

    mae: float
    rmse: float
    baseline_mae: float
    shape: NotRequired[list[int]]
    errors: ErrorHistogram


class Evaluation(TypedDict):
    """The whole document. `outputs` are the reports by output id.

    `test_loss` is the weighted sum over the outputs, with what the layers of the network add to the loss.
    """

    test_loss: float | None
    examples: NotRequired[int]
    outputs: dict[str, OutputReport]


REPORTS: dict[str, type] = {
    "classes": ClassificationReport,
    "number": RegressionReport,
    "tags": MultilabelReport,
    "reconstruction": ReconstructionReport,
}
"""What the report of an output holds, by the kind of its task."""


def is_complete(report: Mapping[str, Any]) -> bool:
    """Whether a report has all that its kind of task has to have."""
    expected: Any = REPORTS.get(report.get("kind", ""))
    return expected is not None and expected.__required_keys__ <= set(report)
