"""Whether the network takes what the data set holds."""

from collections.abc import Iterator
from typing import Any

from blockwright.architecture.findings import Finding
from blockwright.data.errors import DataError
from blockwright.data.fitting import plan_fitting
from blockwright.modeling.checks.fixes import Candidate, first_working
from blockwright.modeling.checks.wording import shape_words
from blockwright.modeling.shapes import View


def check(view: View, data: dict[str, Any] | None) -> Iterator[Finding]:
    """A note where the data is changed to fit the design, an error where it cannot be."""
    shape = (data or {}).get("shape")
    if not shape or len(view.design.inputs) != 1:
        return
    entry = view.design.inputs[0]
    wanted, has = tuple(entry.shape), tuple(shape)
    if len(wanted) == len(has) and all(a is None or a == b for a, b in zip(wanted, has, strict=True)):
        return
    name = (data or {}).get("name", "the data")
    adapt = [{"op": "set_input", "input": entry.id, "shape": list(has)}]
    label = f"Take {shape_words((None, *has))}"
    candidates: list[Candidate] = [(label, adapt)]
    takes = f'"{entry.id}" takes {shape_words((None, *wanted))}, "{name}" has {shape_words((None, *has))}'
    if len(wanted) == 1 and len(has) == 3:
        flat = {"op": "insert", "block": "Flatten", "index": 0, "inputs": [entry.id]}
        candidates.insert(0, (f"{label} and flatten them", [*adapt, flat]))
    try:
        plan_fitting(has, wanted)
    except DataError as error:
        code, severity, message = "input-kind", "error", str(error)
    else:
        code, severity = "input-size", "note"
        message = f"{takes}. The data is changed to fit before training; or let the design take it as it is."
    outputs = view.wires.outputs
    fix = (
        first_working(view, outputs[0], candidates, lambda after: after.errors.keys() <= view.errors.keys())
        if outputs
        else None
    )
    yield Finding(code=code, node=entry.id, severity=severity, message=message, fix=fix)
