"""How well a run does, for each of its outputs, as labels and words for its panel."""

from typing import TYPE_CHECKING, Any, Literal

from blockwright.tasks.base import METRICS, Metric
from blockwright.ui.runs.run_format import number, percent
from blockwright.ui.shell.messages import plain

if TYPE_CHECKING:
    from blockwright.runs.history import History

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

# What the panel has room for before the run says which outputs it has.
_EXPECTED: Any = {"output": "", "metric": "accuracy", "unit": ""}


def metric_values(history: "History", part: Part) -> list[tuple[str, str, str]]:
    """Label, value and help of the metric of each output on a part; `-` for a value that is not there yet."""
    row = history.evaluated if part == "test" else history.epochs[-1] if history.epochs else None
    outputs = history.started["outputs"] if history.started else [_EXPECTED]
    found = []
    for output in outputs:
        metric = METRICS[output["metric"]]
        value = row["outputs"].get(output["output"], {}).get(_PREFIXES[part] + metric.name) if row else None
        label = f"{part.capitalize()} {metric.label}"
        if len(outputs) > 1:
            label += f", {plain(output['output'][:30])}"
        help = _HELP[metric.is_share].format(part=part) + _PART_HELP[part]
        found.append((label, _text(metric, value, output["unit"]), help))
    return found


def result(history: "History") -> str:
    """What a tested run reached, in a few words; empty for one that was not tested."""
    if not history.evaluated:
        return ""
    values = metric_values(history, "test")
    return ", ".join(f"{label[0].lower()}{label[1:]} {text}" for label, text, _ in values)


def brief(history: "History") -> str:
    """The values that a tested run reached, with the names of its outputs where it has several; else empty."""
    if not history.evaluated:
        return ""
    found = metric_values(history, "test")
    if len(found) == 1:
        return found[0][1]
    return ", ".join(f"{label.partition(', ')[2]} {text}" for label, text, _ in found)


def _text(metric: Metric, value: float | None, unit: str) -> str:
    if metric.is_share:
        return percent(value)
    return f"{number(value)} {plain(unit)}" if unit and value is not None else number(value)
