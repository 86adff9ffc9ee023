"""Merging layers whose branches do not fit: which nodes, in which dimension, and what would mend it."""

from typing import Any

from blockwright.inference.shape_view import ShapeView
from blockwright.layers import SPECS
from blockwright.layers.declaration.shapes import Shape
from blockwright.rules.fixes import Candidate, insert_between
from blockwright.rules.message_format import listed, named, shape_words
from blockwright.schema.design import Node

_Layers = list[tuple[str, dict[str, Any]]]

MERGES = frozenset(name for name, spec in SPECS.items() if spec.category == "Merging")
_VERBS = {
    "Add": "adds",
    "Subtract": "subtracts",
    "Multiply": "multiplies",
    "Average": "averages",
    "Maximum": "takes the largest",
    "Minimum": "takes the smallest",
}
_CODES = {"Add": "add-shapes", "Multiply": "multiply-shapes"}
_DIMENSIONS = {2: ("numbers",), 3: ("steps", "features"), 4: ("height", "width", "channels")}


def merge_problem(view: ShapeView, node: Node) -> tuple[str, str, list[Candidate]]:
    """What keeps the branches apart, and the layers that would bring them together."""
    sources, given = view.sources(node.id), view.input_shapes(node.id)
    gives = listed(
        f'"{source}" gives {shape_words(shape)}' for source, shape in zip(sources, given, strict=True)
    )
    if node.block == "Concatenate":
        return _concatenate(view, node, gives)
    if node.block == "Dot":
        return _dot(view, node, gives)
    verb = _VERBS[node.block]
    message = f"{named(node)} {verb} number by number, so all inputs must have the same shape, but {gives}."
    message += _differing(given)
    candidates: list[Candidate] = []
    chains, words = _bring_to_one_shape(sources, given)
    if chains:
        message += f" {words}."
        candidates.append((words, insert_between(view.design, sources, node.id, chains)))
    return _CODES.get(node.block, "merge-shapes"), message, candidates


def _differing(given: list[Shape], but: int | None = None) -> str:
    """The dimensions, `but` one, in which shapes of one rank differ, as a sentence; empty where ranks differ."""
    ranks = {len(shape) for shape in given}
    if len(ranks) > 1:
        return f" They have {listed(str(rank - 1) for rank in sorted(ranks))} dimensions."
    (rank,) = ranks
    names = _DIMENSIONS.get(rank, tuple(f"axis {axis}" for axis in range(1, rank)))
    axes = [axis for axis in range(1, rank) if axis != but and len({shape[axis] for shape in given}) > 1]
    return f" They differ in {listed(names[axis - 1] for axis in axes)}." if axes and rank > 2 else ""


def _dot(view: ShapeView, node: Node, gives: str) -> tuple[str, str, list[Candidate]]:
    sources, given = view.sources(node.id), view.input_shapes(node.id)
    axes = view.params(node)["axes"]
    pair = [axes, axes] if isinstance(axes, int) else list(axes)
    message = (
        f"{named(node)} multiplies along axis {pair[0]} of the first and axis {pair[-1]} of the second, so these "
        f"must have one length, but {gives}."
    )
    candidates: list[Candidate] = []
    if [len(shape) for shape in given] == [2, 2] and None not in (given[0][1], given[1][1]):
        units = min(given[0][1], given[1][1])
        larger = [one for one, shape in zip(sources, given, strict=True) if shape[1] != units]
        chains: dict[str, _Layers] = {one: [("Dense", {"units": units})] for one in larger}
        if chains:
            label = f"Add a Dense layer of {units} units after {_quoted(chains)}"
            candidates.append((label, insert_between(view.design, sources, node.id, chains)))
    back = [{"op": "set", "node": node.id, "params": {"axes": -1}}]
    candidates.append(("Multiply along the last axis", back))
    return "dot-shapes", message, candidates


def _bring_to_one_shape(sources: tuple[str, ...], given: list[Shape]) -> tuple[dict[str, _Layers], str]:
    """The layers for each branch that is not like the largest, and a sentence that says so."""
    if any(None in shape[1:] for shape in given) or len({len(shape) for shape in given}) > 1:
        return {}, ""
    channels = max(shape[-1] for shape in given)
    if len(given[0]) == 2:
        chains = {
            one: [("Dense", {"units": channels})]
            for one, shape in zip(sources, given, strict=True)
            if shape[-1] != channels
        }
        return chains, f"Add a Dense layer of {channels} units after {_quoted(chains)}"
    if len(given[0]) != 4:
        return {}, ""
    rows, columns = min(shape[1] for shape in given), min(shape[2] for shape in given)
    chains: dict[str, _Layers] = {}
    pointwise = True
    for source, shape in zip(sources, given, strict=True):
        if shape[1:] == (rows, columns, channels):
            continue
        kernel, strides = _windows(shape, (rows, columns))
        params: dict[str, Any] = {"filters": channels, "kernel_size": kernel}
        if strides != 1:
            params["strides"] = strides
        chains[source] = [("Conv2D", params)]
        pointwise = pointwise and kernel == 1
    kind = "1x1 Conv2D" if pointwise else "Conv2D"
    return chains, f"Add a {kind} of {channels} filters after {_quoted(chains)}"


def _windows(shape: Shape, target: tuple[int, int]) -> tuple[int | list[int], int | list[int]]:
    """The window and the strides that, without padding, bring a feature map to the rows and columns wanted."""
    strides = [shape[1] // target[0], shape[2] // target[1]]
    window = [
        size - wanted * step + 1 for size, wanted, step in zip(shape[1:3], target, strides, strict=True)
    ]
    return _plain(window), _plain(strides)


def _plain(pair: list[int]) -> int | list[int]:
    return pair[0] if pair[0] == pair[1] else pair


def _quoted(chains: dict[str, _Layers]) -> str:
    return listed(f'"{one}"' for one in chains)


def _concatenate(view: ShapeView, node: Node, gives: str) -> tuple[str, str, list[Candidate]]:
    sources, given = view.sources(node.id), view.input_shapes(node.id)
    axis = view.params(node)["axis"]
    ranks = {len(shape) for shape in given}
    rank = max(ranks)
    back = [("Use the channels", [{"op": "set", "node": node.id, "unset": ["axis"]}])]
    if not -rank < axis < rank or axis == 0:
        message = (
            f"`axis` of {named(node)} must be 1 to {rank - 1}, or -1 for the channels; 0 is the batch. "
            f"Received: axis={axis}."
        )
        return "concatenate-axis", message, back
    message = (
        f"{named(node)} puts branches side by side, so they may differ in one dimension only, but {gives}."
    )
    message += _differing(given, axis % rank)
    candidates: list[Candidate] = back if axis not in (-1, rank - 1) else []
    if len(ranks) > 1 and rank == 4 and min(ranks) == 2:
        chains: dict[str, _Layers] = {
            one: [("GlobalAveragePooling2D", {})]
            for one, shape in zip(sources, given, strict=True)
            if len(shape) == 4
        }
        label = f"Pool {_quoted(chains)} globally"
        candidates.append((label, insert_between(view.design, sources, node.id, chains)))
        message += f" {label}."
    elif ranks == {4} and not any(None in shape[1:] for shape in given):
        candidates += _to_one_size(view, node, sources, given)
        message += " Bring them to one height and width."
    return "concatenate-shapes", message, candidates


def _to_one_size(
    view: ShapeView, node: Node, sources: tuple[str, ...], given: list[Shape]
) -> list[Candidate]:
    rows, columns = min(shape[1] for shape in given), min(shape[2] for shape in given)
    larger = {one: shape for one, shape in zip(sources, given, strict=True) if shape[1:3] != (rows, columns)}
    candidates: list[Candidate] = []
    pads = [
        {"op": "set", "node": one, "params": {"padding": "same"}}
        for one in sources
        if one not in larger and one in view.costs and view.params(view.nodes[one]).get("padding") == "valid"
    ]
    if pads:
        candidates.append((f'Set padding of {listed(edit["node"] for edit in pads)} to "same"', pads))
    pools: dict[str, _Layers] = {}
    crops: dict[str, _Layers] = {}
    for one, shape in larger.items():
        window, strides = _windows(shape, (rows, columns))
        pools[one] = [("MaxPooling2D", {"pool_size": window, "strides": strides})]
        crops[one] = [("CenterCrop", {"height": rows, "width": columns})]
    pooled = insert_between(view.design, sources, node.id, pools)
    candidates.append((f"Add max pooling after {_quoted(pools)}", pooled))
    cropped = insert_between(view.design, sources, node.id, crops)
    candidates.append((f"Crop {_quoted(crops)} to {rows} x {columns}", cropped))
    return candidates
