"""The last layer: whether it gives one number for each class, and whether they are probabilities."""

from collections.abc import Iterator
from typing import Any

from blockwright.inference.shape_view import ShapeView
from blockwright.rules import regression_head
from blockwright.rules.dataset import held_by, targets_of
from blockwright.rules.fixes import append, insert_between
from blockwright.rules.message_format import named, shape_words
from blockwright.rules.output_layers import (
    DROPOUTS,
    FLATTENING,
    deciding,
    ending_of,
    finding,
    last_working,
    set_activation,
)
from blockwright.schema.design import Node
from blockwright.schema.features import Target
from blockwright.schema.findings import Finding


def check(view: ShapeView, data: dict[str, Any] | None) -> Iterator[Finding]:
    """Findings about the end of the network.

    `data` gives `num_classes` and `name` where they are known, or the `targets` of a set with several.
    """
    yield from _softmax_inside(view)
    missed = _dense_on_map(view)
    targets = targets_of(view, data)
    whole = data
    for output in dict.fromkeys(view.wires.outputs):
        target = targets.get(output)
        data = _of_target(whole, target)
        last = last_working(view, output)
        if last is None:
            yield from _all_off(view, output)
            continue
        if last.id not in view.shapes or output not in view.shapes:
            continue
        if target is not None and target.kind == "reconstruction":
            continue
        if missed is not None and (missed.id == last.id or missed.id in view.wires.above(last.id)):
            yield _no_flatten(view, missed, last, data, target is not None)
        elif target is not None and target.kind != "classes":
            yield from regression_head.check(view, output, last, target, _name(whole))
        elif len(view.shapes[last.id]) != 2:
            yield from _no_head(view, output, last, data, target is not None)
        else:
            yield from _units(view, output, last, data, target is not None)
            yield from _activation(view, output, last, _classes(data) is not None)


def _all_off(view: ShapeView, output: str) -> Iterator[Finding]:
    node = view.nodes.get(output)
    if node is None:
        return
    message = (
        f'Every block on the way to "{output}" is switched off, so there is nothing to train. Switch one on.'
    )
    edit = {"op": "enable", "node": output, "enabled": True}
    yield finding(view, node, "all-off", "error", message, [(f"Switch {output} on", [edit])])


def _dense_on_map(view: ShapeView) -> Node | None:
    """The first Dense that works on a feature map with no flattening layer below it."""
    flattened = view.nodes_before(
        lambda node: node.block in FLATTENING or len(view.shapes.get(node.id, ())) == 2
    )
    for node_id in view.wires.order:
        node = view.nodes[node_id]
        if node.block != "Dense" or node_id not in view.costs or node_id in flattened:
            continue
        if len(view.input_shapes(node_id)[0]) > 2:
            return node
    return None


def _no_flatten(
    view: ShapeView, node: Node, last: Node, data: dict[str, Any] | None, sure: bool = False
) -> Finding:
    source = view.sources(node.id)[0]
    given, shape = view.input_shapes(node.id)[0], view.shapes[last.id]
    message = (
        f'{named(node)} works on every pixel alone, because "{source}" gives {shape_words(given)}; '
        f"the network gives {shape_words(shape)}. Add GlobalAveragePooling2D or Flatten before it."
    )
    layers = ["GlobalAveragePooling2D", "Flatten"] if len(given) == 4 else ["Flatten"]
    candidates = [
        (
            f"Insert {layer} before {node.id}",
            insert_between(view.design, view.sources(node.id), node.id, {source: [(layer, {})]}),
        )
        for layer in layers
    ]
    severity = "error" if sure or _classes(data) is not None else "warning"
    return finding(view, node, "dense-on-map", severity, message, candidates)


def _no_head(
    view: ShapeView, output: str, last: Node, data: dict[str, Any] | None, sure: bool
) -> Iterator[Finding]:
    if not sure and _gives_back(view, last):
        return
    classes = _classes(data)
    shape = view.shapes[last.id]
    gives = f"{named(last)} is the last block and gives {shape_words(shape)}"
    if classes is None:
        message = f"{gives}. A classifier ends in one number for each class: add pooling and a Dense layer."
        yield Finding(code="no-head", node=last.id, severity="note", message=message)
        return
    message = (
        f"{gives}, but {_of_data(data)} need {classes} numbers. "
        f"Add GlobalAveragePooling2D and a Dense layer of {classes} units."
    )
    pool = "GlobalAveragePooling2D" if len(shape) == 4 else "Flatten"
    layers = [(pool, {}), ("Dense", {"units": classes, "activation": "softmax"})]
    label = f"Add {pool} and Dense"
    yield finding(view, last, "no-head", "error", message, [(label, append(view.design, output, layers))])


def _gives_back(view: ShapeView, last: Node) -> bool:
    """Whether the network ends in the shape that it begins with, and is another in between, as an autoencoder is."""
    shape = view.shapes[last.id]
    above = [view.shapes.get(one) for one in view.wires.above(last.id)]
    began = any((None, *one.shape) == shape and one.dtype != "string" for one in view.design.inputs)
    return began and any(
        len(one) != len(shape) or one[1:-1] != shape[1:-1] for one in above if one is not None
    )


def _units(
    view: ShapeView, output: str, last: Node, data: dict[str, Any] | None, sure: bool
) -> Iterator[Finding]:
    classes = _classes(data)
    units = view.shapes[last.id][-1]
    if classes is None or units == classes or (classes == 2 and units == 1):
        return
    if units is None or (len(view.wires.outputs) > 1 and not sure):
        return
    head = deciding(view, last)
    message = f"{named(head)} gives {shape_words((None, units))}, but {_of_data(data)} need {classes}."
    if head.block == "Dense":
        message += f" Set its units to {classes}."
        edit = {"op": "set", "node": head.id, "params": {"units": classes}}
        candidates = [(f"Set units to {classes}", [edit])]
    else:
        message += f" Add a Dense layer of {classes} units."
        layers = [("Dense", {"units": classes, "activation": "softmax"})]
        candidates = [(f"Add Dense of {classes} units", append(view.design, output, layers))]
    severity = "error" if units < classes else "warning"
    yield finding(view, head, "head-units", severity, message, candidates)


def _activation(view: ShapeView, output: str, last: Node, known: bool) -> Iterator[Finding]:
    units = view.shapes[last.id][-1]
    if last.block in DROPOUTS:
        message = (
            f"{named(last)} is the last layer, so during training it drops outputs. Remove it, or move it up."
        )
        candidates = [(f"Remove {last.id}", [{"op": "remove", "node": last.id}])]
        yield finding(view, last, "dropout-last", "warning", message, candidates)
        return
    ending = ending_of(view, last)
    if ending is None:
        return
    good, values = ("sigmoid", "a probability") if units == 1 else ("softmax", "probabilities")
    candidates = [(f"Set activation to {good}", set_activation(view, output, last, good))]
    if ending == "linear":
        # One number without an activation may as well be a measurement.
        if units == 1 and not known:
            return
        message = f"{named(last)} gives logits. The loss takes them as they are; add {good} to get {values}."
        yield finding(view, last, "no-activation", "note", message, candidates)
    elif ending == "softmax" and units == 1:
        message = f"{named(last)} is softmax of one number, which is always 1. Use sigmoid, or one unit for each class."
        yield finding(view, last, "softmax-of-one", "warning", message, candidates)
    elif ending == "sigmoid" and units is not None and units > 1:
        message = (
            f"{named(last)} ends in sigmoid, which scores each of {units} classes independently. Where every image has "
            "one class, use softmax."
        )
        yield finding(view, last, "sigmoid-last", "warning", message, candidates)
    elif ending not in ("softmax", "sigmoid"):
        message = (
            f"{named(last)} ends in {ending}, which changes the scores before the loss sees them. "
            f"Use {good}, or none."
        )
        yield finding(view, last, "activation-last", "warning", message, candidates)


def _softmax_inside(view: ShapeView) -> Iterator[Finding]:
    """Softmax between layers with weights starves what comes after it; as a gate for Multiply it is fine."""
    learning = view.nodes_before(lambda node: node.id in view.costs and view.costs[node.id].params > 0)
    gates = {one for node in view.nodes.values() if node.block == "Multiply" for one in view.sources(node.id)}
    for node_id in view.costs:
        node = view.nodes[node_id]
        if node.params.get("activation") != "softmax" or node_id not in learning or node_id in gates:
            continue
        message = (
            f"{named(node)} has softmax in the middle of the network, which leaves the layers after it little "
            "to work with. Softmax belongs on the last layer; use relu here."
        )
        edit = {"op": "set", "node": node_id, "params": {"activation": "relu"}}
        yield finding(view, node, "softmax-inside", "warning", message, [("Set activation to relu", [edit])])


def _of_target(data: dict[str, Any] | None, target: Target | None) -> dict[str, Any] | None:
    """What is known of the classes of one output."""
    held = held_by(data)
    if held is None or not held.targets:
        return data
    if target is None or target.kind != "classes":
        return None
    name = _name(data) if len(held.targets) == 1 else target.name
    return {"name": name, "num_classes": len(target.class_names)}


def _name(data: dict[str, Any] | None) -> str:
    return str((data or {}).get("name", "the data"))


def _classes(data: dict[str, Any] | None) -> int | None:
    classes = (data or {}).get("num_classes")
    return classes if isinstance(classes, int) and classes > 0 else None


def _of_data(data: dict[str, Any] | None) -> str:
    return f'the {_classes(data)} classes of "{(data or {}).get("name", "the data")}"'
