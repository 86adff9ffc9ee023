"""How well a run does, for each of its outputs, as labels and words for its panel."""

from collections.abc import Sequence
from functools import partial
from typing import Literal

from blockwright.charts.curves import EXPECTED_OUTPUT
from blockwright.recipe.metrics import METRICS as METRIC_HELP
from blockwright.runs.baselines import of_output, sentence
from blockwright.runs.events import Epoch, Output
from blockwright.runs.history import History
from blockwright.tasks.base import METRICS
from blockwright.ui.shell.messages import plain
from blockwright.ui.widgets import number_format
from blockwright.ui.widgets.metrics import Metric

Part = Literal["validation", "test"]
_PREFIXES = {"validation": "val_", "test": "test_"}
_HELP = {
    True: "The share of the {part} examples that the network gets right",
    False: "How far the predictions are from the true values on the {part} examples, on average",
}
_PART_HELP = {
    "validation": ", after the latest epoch. It never trains on these.",
    "test": ", after training. It has never seen them before.",
}


def metric_values(history: History, part: Part) -> list[Metric]:
    """The metric of each output on a part, if it has examples; a dash for a value that is not there yet."""
    row = history.evaluated if part == "test" else history.epochs[-1] if history.epochs else None
    outputs = history.started["outputs"] if history.started else [EXPECTED_OUTPUT]
    metrics = []
    for output in outputs:
        metric = METRICS[output["metric"]]
        if part == "validation" and history.started and not history.started.get("validation_examples", 1):
            continue
        value = row["outputs"].get(output["output"], {}).get(_PREFIXES[part] + metric.name) if row else None
        label = f"{part.capitalize()} {metric.label}"
        if len(outputs) > 1:
            label += f", {plain(output['output'][:30])}"
        metrics.append(
            Metric(
                label, value_text(output, value), _HELP[metric.is_share].format(part=part) + _PART_HELP[part]
            )
        )
    return metrics


def chosen_values(history: History, part: Part, only: str | None = None) -> list[Metric]:
    """The chosen metrics of each output, or of one, on a part."""
    row = history.evaluated if part == "test" else history.epochs[-1] if history.epochs else None
    outputs = history.started["outputs"] if history.started else []
    values = []
    for output in outputs:
        for metric in output.get("metrics", []) if only in (None, output["output"]) else ():
            measured = (
                row["outputs"].get(output["output"], {}).get(_PREFIXES[part] + metric["name"])
                if row
                else None
            )
            of = f", {plain(output['output'][:30])}" if len(outputs) > 1 and only is None else ""
            declared = METRIC_HELP.get(metric["name"])
            text = number_format.percent(measured) if metric["is_share"] else number_format.number(measured)
            values.append(
                Metric(f"{metric['title']}, {part}{of}", text, declared.help if declared else metric["title"])
            )
    return values


def value_text(output: Output, value: float | None) -> str:
    """A value of the metric of an output in words."""
    if METRICS[output["metric"]].is_share:
        return number_format.percent(value)
    return number_format.number(value, plain(output["unit"]))


def baseline_lines(history: History, output: str | None = None, model: str | None = None) -> list[str]:
    """For each output, or for one, what simple models reach, or one of them: on the test part once it was used.

    Markdown. A line begins with the name of its output where there are several and none is asked for.
    """
    part: Part = "test" if history.evaluated else "validation"
    outputs = history.started["outputs"] if history.started else []
    lines = []
    for entry in outputs:
        if len(outputs) == 1 or output in (None, entry["output"]):
            sentences = [
                sentence(baseline, part, partial(value_text, entry))
                for baseline in reversed(of_output(history.baselines, entry["output"]))
                if model in (None, baseline["model"])
            ]
            name = f"{plain(entry['output'][:30])}: " if output is None and len(outputs) > 1 else ""
            if any(sentences):
                lines.append(name + " ".join(filter(None, sentences)))
    return lines


def result(history: History) -> str:
    """What a tested run reached, in a few words; empty for one that was not tested."""
    if not history.evaluated:
        return ""
    metrics = metric_values(history, "test")
    return ", ".join(f"{metric.label[0].lower()}{metric.label[1:]} {metric.value}" for metric in metrics)


def brief_result(history: History) -> str:
    """The values that a tested run reached, with the names of its outputs where it has several; else empty."""
    if not history.evaluated:
        return ""
    metrics = metric_values(history, "test")
    if len(metrics) == 1:
        return metrics[0].value
    return ", ".join(f"{metric.label.partition(', ')[2]} {metric.value}" for metric in metrics)


def best_validation(epochs: Sequence[Epoch]) -> float | None:
    """The highest validation accuracy of any epoch; None without one, and for a network with several outputs."""
    values = (epoch["outputs"] for epoch in epochs if len(epoch["outputs"]) == 1)
    accuracies = [next(iter(outputs.values())).get("val_accuracy") for outputs in values]
    return max((accuracy for accuracy in accuracies if accuracy is not None), default=None)
