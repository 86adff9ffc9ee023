"""The last layer of an output that tells a number or tags: how many units it needs, and which activation suits."""

from collections.abc import Iterator

from blockwright.inference.shape_view import ShapeView
from blockwright.rules.fixes import append
from blockwright.rules.message_format import named, shape_words
from blockwright.rules.output_layers import DROPOUTS, deciding, ending_of, finding, set_activation
from blockwright.schema.design import Node
from blockwright.schema.features import Target
from blockwright.schema.findings import Finding


def check(view: ShapeView, output: str, last: Node, target: Target, name: str) -> Iterator[Finding]:
    """Findings about an output that learns `target` of the data set `name`; `last` is its last block that is on."""
    shape = view.shapes[last.id]
    if len(shape) != 2:
        pool = "GlobalAveragePooling2D" if len(shape) == 4 else "Flatten"
        message = (
            f"{named(last)} is the last block and gives {shape_words(shape)}, but {_of(target, name)}. "
            f"Add {pool} and a Dense layer of {_units(target)}."
        )
        layers = [(pool, {}), _head(target)]
        candidates = [(f"Add {pool} and Dense", append(view.design, output, layers))]
        yield finding(view, last, "no-head", "error", message, candidates)
        return
    yield from _size(view, output, last, target, name)
    yield from _activation(view, output, last, target, name)


def _size(view: ShapeView, output: str, last: Node, target: Target, name: str) -> Iterator[Finding]:
    units = view.shapes[last.id][-1]
    if units is None or units == target.units:
        return
    head = deciding(view, last)
    message = f"{named(head)} gives {shape_words((None, units))}, but {_of(target, name)}."
    if head.block == "Dense":
        message += f" Set its units to {target.units}."
        edit = {"op": "set", "node": head.id, "params": {"units": target.units}}
        candidates = [(f"Set units to {target.units}", [edit])]
    else:
        message += f" Add a Dense layer of {_units(target)}."
        candidates = [(f"Add Dense of {_units(target)}", append(view.design, output, [_head(target)]))]
    yield finding(view, head, "head-units", "error", message, candidates)


def _activation(view: ShapeView, output: str, last: Node, target: Target, name: str) -> Iterator[Finding]:
    if last.block in DROPOUTS:
        message = (
            f"{named(last)} is the last layer, so during training it drops outputs. Remove it, or move it up."
        )
        candidates = [(f"Remove {last.id}", [{"op": "remove", "node": last.id}])]
        yield finding(view, last, "dropout-last", "warning", message, candidates)
        return
    if ending_of(view, last) != "softmax":
        return
    if target.kind == "tags":
        good = "sigmoid"
        why = "whose shares add up to 1, while an example may have several tags or none"
    else:
        good = "linear"
        why = "which is always 1 for a single number"
    message = f"{named(last)} ends in softmax, {why}. Use {'no activation' if good == 'linear' else good}."
    label = "Remove the activation" if good == "linear" else f"Set activation to {good}"
    yield finding(
        view, last, "softmax-last", "warning", message, [(label, set_activation(view, output, last, good))]
    )


def _head(target: Target) -> tuple[str, dict[str, object]]:
    activation = {"activation": "sigmoid"} if target.kind == "tags" else {}
    return "Dense", {"units": target.units, **activation}


def _units(target: Target) -> str:
    return "1 unit" if target.units == 1 else f"{target.units} units"


def _of(target: Target, name: str) -> str:
    if target.kind == "tags":
        return f'"{target.name}" of "{name}" needs {target.units} numbers, one for each tag'
    return f'"{target.name}" of "{name}" is {"a single number" if target.units == 1 else "several numbers"}'
