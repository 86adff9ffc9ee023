"""The last layer: whether it gives one number for each class, and in a form that can be read as shares."""

from collections.abc import Iterator
from typing import Any

from blockwright.architecture.findings import Finding
from blockwright.architecture.spec import Node
from blockwright.modeling.checks.fixes import Candidate, append, first_working, insert_between
from blockwright.modeling.checks.wording import named, shape_words
from blockwright.modeling.shapes import View

_DROPOUTS = frozenset({"Dropout", "SpatialDropout2D"})
_AFTER_DENSE = frozenset({"Activation", "ReLU", "BatchNormalization", "LayerNormalization", *_DROPOUTS})
_FLATTENING = frozenset({"Flatten", "GlobalAveragePooling2D", "GlobalMaxPooling2D", "Reshape"})


def check(view: View, data: dict[str, Any] | None) -> Iterator[Finding]:
    """Findings about the end of the network; `data` gives `num_classes` and `name` where it is known."""
    yield from _softmax_inside(view)
    missed = _dense_on_map(view)
    for output in view.wires.outputs:
        last = _last_working(view, output)
        if last is None:
            yield from _all_off(view, output)
            continue
        if last.id not in view.shapes:
            continue
        if missed is not None and (missed.id == last.id or missed.id in view.wires.above(last.id)):
            yield _no_flatten(view, missed, last, data)
        elif len(view.shapes[last.id]) != 2:
            yield from _no_head(view, last, data)
        else:
            yield from _units(view, last, data)
            yield from _activation(view, last)


def _last_working(view: View, output: str) -> Node | None:
    while output in view.nodes and not view.nodes[output].enabled:
        output = view.sources(output)[0]
    return view.nodes.get(output)


def _all_off(view: View, output: str) -> Iterator[Finding]:
    node = view.nodes.get(output)
    if node is None:
        return
    message = (
        f'Every block on the way to "{output}" is switched off, so there is nothing to train. Switch one on.'
    )
    edit = {"op": "enable", "node": output, "enabled": True}
    yield _finding(view, node, "all-off", "error", message, [(f"Switch {output} on", [edit])])


def _finding(
    view: View, node: Node, code: str, severity: str, message: str, candidates: list[Candidate]
) -> Finding:
    fix = first_working(view, node.id, candidates)
    return Finding(code=code, node=node.id, severity=severity, message=message, fix=fix)


def _dense_on_map(view: View) -> Node | None:
    """The first Dense that works on a feature map with no flattening layer below it."""
    flattened = view.leads_to(lambda node: node.block in _FLATTENING)
    for node_id in view.wires.order:
        node = view.nodes[node_id]
        if node.block != "Dense" or node_id not in view.costs or node_id in flattened:
            continue
        if len(view.given(node_id)[0]) > 2:
            return node
    return None


def _no_flatten(view: View, node: Node, last: Node, data: dict[str, Any] | None) -> Finding:
    source = view.sources(node.id)[0]
    given, shape = view.given(node.id)[0], view.shapes[last.id]
    message = (
        f'{named(node)} works on every pixel alone, because "{source}" gives {shape_words(given)}; '
        f"the network gives {shape_words(shape)}. Put GlobalAveragePooling2D or Flatten before it."
    )
    layers = ["GlobalAveragePooling2D", "Flatten"] if len(given) == 4 else ["Flatten"]
    candidates = [
        (
            f"Insert {layer} before {node.id}",
            insert_between(view.design, view.sources(node.id), node.id, {source: [(layer, {})]}),
        )
        for layer in layers
    ]
    severity = "error" if _classes(data) is not None else "warning"
    return _finding(view, node, "dense-on-map", severity, message, candidates)


def _no_head(view: View, last: Node, data: dict[str, Any] | None) -> Iterator[Finding]:
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
    yield _finding(view, last, "no-head", "error", message, [(label, append(view.design, last.id, layers))])


def _units(view: View, last: Node, data: dict[str, Any] | None) -> Iterator[Finding]:
    classes = _classes(data)
    units = view.shapes[last.id][-1]
    if classes is None or units == classes or (classes == 2 and units == 1):
        return
    if units is None or len(view.wires.outputs) > 1:
        return
    head = last
    while head.block in _AFTER_DENSE and view.sources(head.id)[0] in view.nodes:
        head = view.nodes[view.sources(head.id)[0]]
    message = f"{named(head)} gives {shape_words((None, units))}, but {_of_data(data)} need {classes}."
    if head.block == "Dense":
        message += f" Set its units to {classes}."
        edit = {"op": "set", "node": head.id, "params": {"units": classes}}
        candidates = [(f"Set units to {classes}", [edit])]
    else:
        message += f" Add a Dense layer of {classes} units."
        layers = [("Dense", {"units": classes, "activation": "softmax"})]
        candidates = [(f"Add Dense of {classes} units", append(view.design, last.id, layers))]
    severity = "error" if units < classes else "warning"
    yield _finding(view, head, "head-units", severity, message, candidates)


def _activation(view: View, last: Node) -> Iterator[Finding]:
    units = view.shapes[last.id][-1]
    if last.block in _DROPOUTS:
        message = (
            f"{named(last)} is the last layer, so while training it drops answers. Remove it, or move it up."
        )
        candidates = [(f"Remove {last.id}", [{"op": "remove", "node": last.id}])]
        yield _finding(view, last, "dropout-last", "warning", message, candidates)
        return
    ending = _ending(view, last)
    if ending is None:
        return
    good, shares = ("sigmoid", "a share") if units == 1 else ("softmax", "shares that add up to 1")
    candidates = [(f"Set activation to {good}", _set_activation(view, last, good))]
    if ending == "linear":
        message = (
            f"{named(last)} gives raw scores (logits). The loss takes them as they are; add {good} to read "
            f"them as {shares}."
        )
        yield _finding(view, last, "no-activation", "note", message, candidates)
    elif ending == "softmax" and units == 1:
        message = f"{named(last)} is softmax of one number, which is always 1. Use sigmoid, or one unit for each class."
        yield _finding(view, last, "softmax-of-one", "warning", message, candidates)
    elif ending == "sigmoid" and units is not None and units > 1:
        message = (
            f"{named(last)} ends in sigmoid, which rates each of {units} classes alone. Where every image has "
            "one class, use softmax."
        )
        yield _finding(view, last, "sigmoid-last", "warning", message, candidates)
    elif ending not in ("softmax", "sigmoid"):
        message = (
            f"{named(last)} ends in {ending}, which cuts or bends the scores before the loss sees them. "
            f"Use {good}, or none."
        )
        yield _finding(view, last, "activation-last", "warning", message, candidates)


def _ending(view: View, last: Node) -> str | None:
    """The activation that the network ends in; "linear" for none, None for a block of its own kind."""
    if last.block == "ReLU":
        return "relu"
    params = view.params(last)
    if "activation" in params:
        return params["activation"] or "linear"
    return "linear" if last.block in _FLATTENING else None


def _set_activation(view: View, last: Node, activation: str) -> list[dict[str, Any]]:
    if last.block == "ReLU":
        params = {"activation": activation}
        return [{"op": "replace", "node": last.id, "block": "Activation", "params": params}]
    if "activation" in view.params(last):
        return [{"op": "set", "node": last.id, "params": {"activation": activation}}]
    return append(view.design, last.id, [("Activation", {"activation": activation})])


def _softmax_inside(view: View) -> Iterator[Finding]:
    """Softmax between layers with weights starves what comes after it; as a gate for Multiply it is fine."""
    learning = view.leads_to(lambda node: node.id in view.costs and view.costs[node.id].params > 0)
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
        yield _finding(view, node, "softmax-inside", "warning", message, [("Set activation to relu", [edit])])


def _classes(data: dict[str, Any] | None) -> int | None:
    classes = (data or {}).get("num_classes")
    return classes if isinstance(classes, int) and classes > 0 else None


def _of_data(data: dict[str, Any] | None) -> str:
    return f'the {_classes(data)} classes of "{(data or {}).get("name", "the data")}"'
