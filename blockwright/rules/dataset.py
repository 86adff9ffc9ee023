"""Whether the network takes what the data set holds, and gives what it is to learn."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from blockwright.inference.shape_view import ShapeView
from blockwright.rules.fixes import Candidate, first_working
from blockwright.rules.message_format import shape_words
from blockwright.schema.data_errors import DataError
from blockwright.schema.design import Input
from blockwright.schema.features import DataSummary, Feature, Target
from blockwright.schema.findings import Finding
from blockwright.tasks.feature_matching import assign, match_outputs, read, unmatched


def check(view: ShapeView, data: dict[str, Any] | None) -> Iterator[Finding]:
    """A note where the data is changed to fit the design, an error where it cannot be.

    `data` is the document of a data set's card, or `{"name", "shape", "num_classes"}` of images with classes.
    """
    held = held_by(data)
    if held is None or not held.features:
        return
    inputs = view.design.inputs
    chosen, missing = assign(held, inputs)
    if missing:
        message = unmatched(held, inputs, chosen, missing)
        entry = next(one for one in inputs if one.id in missing)
        fix = _fix(view, entry, _adapting(entry, held, chosen)) if len(inputs) == 1 else None
        yield Finding(code="input-data", node=missing[0], severity="error", message=message, fix=fix)
    name = (data or {}).get("name", "the data")
    for entry in inputs:
        if entry.id in chosen:
            feature, column = chosen[entry.id]
            called = name if len(held.features) == 1 else feature.name
            yield from _fits(view, entry, feature, column, called)
    yield from _outputs(view, held, data or {})


def held_by(data: dict[str, Any] | None) -> DataSummary | None:
    """What the data set holds, None where nothing is known of it."""
    try:
        return DataSummary.read(data) if data else None
    except (ValidationError, TypeError, ValueError):
        return None


def targets_of(view: ShapeView, data: dict[str, Any] | None) -> dict[str, Target]:
    """The target of each output, where the data says its targets and they can be told apart."""
    held = held_by(data)
    if held is None or not held.targets:
        return {}
    try:
        return match_outputs(held, _output_shapes(view), _chosen(view, held, data or {}))
    except DataError:
        return {}


def _fits(
    view: ShapeView, entry: Input, feature: Feature, column: int | None, name: str
) -> Iterator[Finding]:
    """Whether one input takes its feature."""
    wanted, has = tuple(entry.shape), (1,) if column is not None else tuple(feature.shape)
    same_kind = (entry.dtype == "string") == feature.is_text
    alike = len(wanted) == len(has) and all(a is None or a == b for a, b in zip(wanted, has, strict=True))
    if same_kind and alike:
        return
    adapt: dict[str, Any] = {"op": "set_input", "input": entry.id, "shape": list(has)}
    label = f"Change the input to {shape_words((None, *has))}"
    if not same_kind:
        adapt["dtype"] = "string" if feature.is_text else "float32"
        label = "Change the input to text" if feature.is_text else label
    candidates: list[Candidate] = [(label, [adapt])]
    takes = f'"{entry.id}" takes {shape_words((None, *wanted))}, "{name}" has {shape_words((None, *has))}'
    if len(wanted) == 1 and len(has) == 3:
        flat = {"op": "insert", "block": "Flatten", "index": 0, "inputs": [entry.id]}
        candidates.insert(0, (f"{label} and flatten them", [adapt, flat]))
    try:
        read(entry, feature, column)
    except DataError as error:
        code, severity, message = "input-kind", "error", str(error)
    else:
        if feature.is_text:
            return
        code, severity = "input-size", "note"
        message = f"{takes}. The data is changed to fit before training; or change the input to match it."
    fix = _fix(view, entry, candidates)
    yield Finding(code=code, node=entry.id, severity=severity, message=message, fix=fix)


def _adapting(entry: Input, held: DataSummary, chosen: dict[str, Any]) -> list[Candidate]:
    """Let the only input take the only feature, where that is of another kind."""
    if len(held.features) != 1 or chosen:
        return []
    feature = held.features[0]
    edit = {"op": "set_input", "input": entry.id, "shape": list(feature.shape)}
    edit["dtype"] = "string" if feature.is_text else "float32"
    label = f"Change the input to {'text' if feature.is_text else shape_words((None, *feature.shape))}"
    return [(label, [edit])]


def _fix(view: ShapeView, entry: Input, candidates: list[Candidate]) -> Any:
    outputs = view.wires.outputs
    if not outputs:
        return None
    return first_working(
        view, outputs[0], candidates, lambda after: after.errors.keys() <= view.errors.keys()
    )


def _outputs(view: ShapeView, held: DataSummary, data: dict[str, Any]) -> Iterator[Finding]:
    """Whether every output has a target; how many units it needs is told by `heads`."""
    shapes = _output_shapes(view)
    if not held.targets or not shapes:
        return
    try:
        match_outputs(held, shapes, _chosen(view, held, data))
    except DataError as error:
        missing = [one for one in shapes if held.target(one) is None]
        yield Finding(
            code="output-data",
            node=(missing or list(shapes))[0],
            severity="error",
            message=str(error),
            fix=None,
        )


def _output_shapes(view: ShapeView) -> dict[str, tuple[int | None, ...] | None]:
    """The shape of what each output gives, without batch; None where it is not known."""
    return {one: tuple(view.shapes[one][1:]) if one in view.shapes else None for one in view.wires.outputs}


def _chosen(view: ShapeView, held: DataSummary, data: dict[str, Any]) -> dict[str, str]:
    """Targets that the settings choose (`data["chosen"]`), and inputs that an output of their shape gives back."""
    given = data.get("chosen")
    chosen = {str(key): str(one) for key, one in given.items()} if isinstance(given, dict) else {}
    features, _ = assign(held, view.design.inputs)
    for output, shape in _output_shapes(view).items():
        if output in chosen or held.target(output) is not None or shape is None or len(shape) < 2:
            continue
        for entry in view.design.inputs:
            if entry.dtype.startswith("float") and tuple(entry.shape) == shape and entry.id in features:
                chosen[output] = features[entry.id][0].name
                break
    return chosen
