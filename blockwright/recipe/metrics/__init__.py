"""The metrics that a run can report beside those of its tasks: one file each."""

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from blockwright.recipe.member import members, read_text
from blockwright.recipe.metrics import of_classes, of_counts, of_numbers, of_probabilities
from blockwright.recipe.metrics.metric import Metric

METRICS: dict[str, type[Metric]] = {
    name: metric
    for room in (of_classes, of_probabilities, of_counts, of_numbers)
    for name, metric in members(room.__name__, room.__path__, Metric).items()
}
"""The metrics by name."""

EXAMPLE = '["macro_f1", {"name": "top_k_accuracy", "k": 3}]'
MOST = 12

if TYPE_CHECKING:
    _AnyMetric = Metric
else:
    _AnyMetric = Annotated[reduce(or_, METRICS.values()), Field(discriminator="name")]


def _documents(value: object) -> object:
    if isinstance(value, str):
        value = written(value)
    if not isinstance(value, list | tuple):
        raise ValueError(f"must be a list such as {EXAMPLE}")
    if len(value) > MOST:
        raise ValueError(f"has {len(value):,} metrics; an output has at most {MOST}")
    return tuple(read_text(entry) if isinstance(entry, str) else entry for entry in value)


def written(text: str) -> list[str]:
    """The metrics of a text such as `recall auc:curve=PR;num_thresholds=50`, as `member.read_text` "
    "reads them."""
    return [part.replace(";", ",") for part in text.split()]


def _each_once(metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    names = [metric.name for metric in metrics]
    repeated = next((name for name in names if names.count(name) > 1), None)
    if repeated is not None:
        raise ValueError(f"has {repeated} twice; name each metric once")
    return metrics


ChosenMetrics = Annotated[tuple[_AnyMetric, ...], BeforeValidator(_documents), AfterValidator(_each_once)]
"""The type of the setting."""


def document(metrics: tuple[Metric, ...]) -> list[dict[str, Any]]:
    """The metrics as JSON."""
    return [metric.model_dump(mode="json") for metric in metrics]
