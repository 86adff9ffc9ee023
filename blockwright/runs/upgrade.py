"""Events of earlier versions in the form of today's.

Earlier versions wrote the values of a single output at the top of an event (`accuracy`, `mae`), those of several under
joined names (`metrics`: `<output>_accuracy`, `val_<output>_loss`), and did not describe outputs that predict classes.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from blockwright.runs.events import Output, OutputValues
from blockwright.runs.records import Event

_METRICS = ("accuracy", "mae")
_PARTS = ("val_", "test_")
_WITH_OUTPUTS = ("started", "batch", "epoch", "evaluated")


def is_older(event: Event) -> bool:
    """Whether an event was written by an earlier version."""
    if event.kind not in _WITH_OUTPUTS:
        return False
    outputs = event.data.get("outputs")
    return outputs is None or (event.kind == "started" and any("metric" not in output for output in outputs))


def upgraded(event: Event, design: Mapping[str, Any], started: Mapping[str, Any]) -> Event:
    """An event in today's form.

    Args:
        event: an event of any version.
        design: the document of the run's design, which names its outputs.
        started: the data of the run's `started` event, as it is stored.
    """
    if not is_older(event):
        return event
    outputs = _outputs(design, started)
    data = event.data
    if event.kind == "started":
        unchanged = {
            key: value for key, value in data.items() if key not in ("loss", "num_classes", "class_names")
        }
        return Event(event.id, event.kind, event.at, {**unchanged, "outputs": outputs})
    own = (*_METRICS, *(part + metric for part in _PARTS for metric in _METRICS), "metrics")
    unchanged = {key: value for key, value in data.items() if key not in own}
    values = _values(data, [output["output"] for output in outputs], outputs[0]["metric"])
    return Event(event.id, event.kind, event.at, {**unchanged, "outputs": values})


def first_output_id(design: Mapping[str, Any]) -> str:
    """The id of the first output of a design's document; `output` where the document is damaged."""
    try:
        return str((design.get("outputs") or [design["nodes"][-1]["id"]])[0])
    except (KeyError, IndexError, TypeError, AttributeError):
        return "output"


def _outputs(design: Mapping[str, Any], started: Mapping[str, Any]) -> list[Output]:
    names = list(started.get("class_names") or [])
    if "outputs" not in started:
        return [
            Output(
                output=first_output_id(design),
                kind="classes",
                target="class",
                loss=str(started.get("loss", "")),
                weight=1.0,
                metric="accuracy",
                unit="",
                class_names=names,
            )
        ]
    return [
        Output(
            output=output["output"],
            kind=output["kind"],
            target=output["target"],
            loss=output["loss"],
            weight=output["weight"],
            metric=output.get("metric") or output["measure"],
            unit=output["unit"],
            class_names=output.get("class_names", names),
        )
        for output in started["outputs"]
    ]


def _values(data: Mapping[str, Any], outputs: Sequence[str], metric: str) -> OutputValues:
    if len(outputs) == 1:
        names = (metric, *(part + metric for part in _PARTS))
        return {outputs[0]: {name: data[name] for name in names if name in data}}
    values: OutputValues = {output: {} for output in outputs}
    for name, value in (data.get("metrics") or {}).items():
        joined, _, what = name.rpartition("_")
        part = next((part for part in _PARTS if joined.startswith(part) and joined not in values), "")
        values.setdefault(joined.removeprefix(part), {})[part + what] = value
    return values
