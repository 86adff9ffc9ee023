"""How well a run does, for each of its outputs, as labels and words for its panel."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

from blockwright.ui.runs.run_format import number, percent
from blockwright.ui.shell.messages import plain

if TYPE_CHECKING:
    from blockwright.runs.history import History

_HELP = {
    (
        "validation",
        "accuracy",
    ): "The share of the validation examples that the network gets right, after the latest "
    "epoch. It never trains on these.",
    (
        "validation",
        "mae",
    ): "How far its answers are from the true ones on the validation examples, on average, after "
    "the latest epoch. It never trains on these.",
    (
        "test",
        "accuracy",
    ): "The share of the test examples that the finished network gets right. It has never seen them before.",
    (
        "test",
        "mae",
    ): "How far the answers of the finished network are from the true ones on the test examples, on "
    "average. It has never seen them before.",
}
_WORDS = {"accuracy": "accuracy", "mae": "error"}
Part = Literal["validation", "test"]


def measured(history: "History", part: Part) -> list[tuple[str, str, str]]:
    """Label, value and help of what each output reached on a part; of one that tells classes its accuracy."""
    row: Mapping[str, Any] | None = history.evaluated if part == "test" else None
    if part == "validation" and history.epochs:
        row = history.epochs[-1]
    started: Mapping[str, Any] = history.started or {}
    outputs = started.get("outputs") or [{"measure": "accuracy", "output": "", "unit": ""}]
    prefix = "test" if part == "test" else "val"
    found = []
    for one in outputs:
        measure = one["measure"]
        values: Mapping[str, Any] = row or {}
        key = f"{prefix}_{measure}"
        if len(outputs) > 1:
            values, key = values.get("metrics") or {}, f"{prefix}_{one['output']}_{measure}"
        value = values.get(key)
        words = percent(value) if measure == "accuracy" else _with_unit(value, one["unit"])
        label = f"{part.capitalize()} {_WORDS[measure]}"
        if len(outputs) > 1:
            label += f", {plain(one['output'][:30])}"
        found.append((label, words, _HELP[part, measure]))
    return found


def result(history: "History") -> str:
    """What a tested run reached, in a few words; empty for one that was not tested."""
    if not history.evaluated:
        return ""
    return ", ".join(
        f"{label[0].lower()}{label[1:]} {words}" for label, words, _ in measured(history, "test")
    )


def brief(history: "History") -> str:
    """The numbers that a tested run reached, with the names of its outputs where it has several; else empty."""
    if not history.evaluated:
        return ""
    found = measured(history, "test")
    if len(found) == 1:
        return found[0][1]
    return ", ".join(f"{label.partition(', ')[2]} {words}" for label, words, _ in found)


def _with_unit(value: float | None, unit: str) -> str:
    return f"{number(value)} {plain(unit)}" if unit and value is not None else number(value)
