"""What simple models reach on the data of a run, in words. Plain data."""

from collections.abc import Callable, Iterable
from typing import Literal

from blockwright.runs.events import Baseline, BaselineModel

TITLES: dict[BaselineModel, str] = {
    "most_frequent_class": "Most frequent class",
    "most_frequent_tags": "Most frequent tags",
    "mean": "Mean",
    "linear": "Linear model",
}
"""How a chart calls each of the models."""

_SENTENCES: dict[BaselineModel, str] = {
    "linear": "A linear model {reaches} {value} on the same data.",
    "most_frequent_class": "Always predicting the most frequent class {reaches} {value}.",
    "most_frequent_tags": "Predicting each tag always or never, whichever is more frequent, {reaches} {value}.",
    "mean": "Always predicting the mean {reaches} {value}.",
}


def of_output(baselines: Iterable[Baseline], output: str) -> list[Baseline]:
    """The baselines of an output, those of simpler models first."""
    return sorted(
        (baseline for baseline in baselines if baseline["output"] == output),
        key=lambda baseline: baseline["model"] == "linear",
    )


def sentence(
    baseline: Baseline, part: Literal["validation", "test"], text: Callable[[float | None], str]
) -> str:
    """What a model reaches on a part of the data; `text` writes a value. Empty where the part has no examples."""
    if baseline[part] is None:
        return ""
    reaches = "reaches" if baseline["metric"] == "accuracy" else "has a mean absolute error of"
    return _SENTENCES[baseline["model"]].format(reaches=reaches, value=text(baseline[part]))
