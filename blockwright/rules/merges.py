"""Rules about merging layers: which inputs do not fit together, in which dimension, and which layers help."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from blockwright.design.edits.insertions import Layers, insert_between
from blockwright.inference.shape_view import ShapeView
from blockwright.layers import SPECS
from blockwright.layers.declaration.shapes import Shape
from blockwright.rules.message_format import listed, named, shape_words
from blockwright.rules.node_errors import NodeError, NodeErrorRule
from blockwright.schema.rules import Candidate, Problem, Rule

_DIMENSIONS = {3: ("steps", "features"), 4: ("height", "width", "channels")}

Chains = dict[str, Layers]
"""For an input of a merging layer the layers that are inserted after it."""


class MergesOne(Rule[ShapeView]):
    """A merging layer with a single input merges nothing. Add another input."""

    code = "merges-one"
    severity = "warning"

    def check(self, view: ShapeView) -> Iterator[Problem]:
        for node_id in view.costs:
            node, sources = view.nodes[node_id], view.sources(node_id)
            if node.block not in SPECS or SPECS[node.block].category != "Merging" or len(sources) > 1:
                continue
            source, above = sources[0], view.wires.above(node_id)
            # The nearest other node of the same shape may be what was meant.
            twins = [
                name
                for name in reversed(view.wires.order)
                if name in above and name != source and view.shapes.get(name) == view.shapes[source]
            ]
            message = (
                f'{named(node)} has only "{source}" as an input, and merges two or more. Add another input.'
            )
            fixes = [
                (f"Add {twin} as an input", [{"op": "connect", "node": node_id, "inputs": [source, twin]}])
                for twin in twins
            ]
            yield Problem(node_id, message, tuple(fixes))


class MergeShapes(NodeErrorRule):
    """What is merged element by element must have the same shape. Bring the inputs to one shape."""

    code = "merge-shapes"
    verbs: ClassVar[tuple[str, ...]] = ("subtracts", "averages", "takes the largest", "takes the smallest")

    def check(self, view: NodeError) -> Iterator[Problem]:
        verb = SPECS[view.node.block].verb if view.node.block in SPECS else None
        if verb is None or verb not in self.verbs:
            return
        message = (
            f"{view.name} {verb} element by element, so all inputs must have the same shape, but "
            f"{_outputs(view)}.{_difference(view.input_shapes)}"
        )
        chains = _to_one_shape(view.sources, view.input_shapes)
        if not chains:
            yield Problem(view.node.id, message)
            return
        layers = [params for chain in chains.values() for _, params in chain]
        label = f"Add {_layer_text(layers)} after {_quoted(chains)}"
        yield Problem(view.node.id, f"{message} {label}.", (_insert(view, label, chains),))


class AddShapes(MergeShapes):
    """What is added must have the same shape, as the two ways of a residual block do. Bring them to one shape."""

    code = "add-shapes"
    verbs = ("adds",)


class MultiplyShapes(MergeShapes):
    """What is multiplied element by element must have the same shape, or 1 in a dimension. Bring them to one shape."""

    code = "multiply-shapes"
    verbs = ("multiplies",)


class DotShapes(NodeErrorRule):
    """A dot product sums over dimensions of the same size. Bring both inputs to one size, or choose another axis."""

    code = "dot-shapes"

    def check(self, view: NodeError) -> Iterator[Problem]:
        if view.node.block != "Dot":
            return
        axes = view.params["axes"]
        first, second = [axes, axes] if isinstance(axes, int) else [axes[0], axes[-1]]
        message = (
            f"{view.name} multiplies along axis {first} of the first and axis {second} of the second, so these "
            f"must have the same size, but {_outputs(view)}."
        )
        fixes: list[Candidate] = []
        sizes = _known_sizes(view.input_shapes)
        if [len(size) for size in sizes] == [1, 1] and sizes[0] != sizes[1]:
            units = min(sizes)[0]
            chains: Chains = {
                source: [("Dense", {"units": units})]
                for source, size in zip(view.sources, sizes, strict=True)
                if size[0] != units
            }
            fixes.append(_insert(view, f"Add a Dense layer of {units} units after {_quoted(chains)}", chains))
        edit = {"op": "set", "node": view.node.id, "params": {"axes": -1}}
        fixes.append(("Multiply along the last axis", [edit]))
        yield Problem(view.node.id, message, tuple(fixes))


class ConcatenateAxis(NodeErrorRule):
    """Inputs are concatenated along one of their dimensions, but not the batch. Use the channels."""

    code = "concatenate-axis"

    def check(self, view: NodeError) -> Iterator[Problem]:
        if view.node.block != "Concatenate":
            return
        axis, rank = view.params["axis"], _rank(view)
        if not -rank < axis < rank or axis == 0:
            message = (
                f"`axis` of {view.name} must be 1 to {rank - 1}, or -1 for the channels; 0 is the batch. "
                f"Received: axis={axis}."
            )
            yield Problem(view.node.id, message, (_along_channels(view),))


class ConcatenateShapes(NodeErrorRule):
    """Inputs that are concatenated may differ in one dimension only. Bring them to one height and width."""

    code = "concatenate-shapes"

    def check(self, view: NodeError) -> Iterator[Problem]:
        if view.node.block != "Concatenate":
            return
        axis, rank, shapes = view.params["axis"], _rank(view), view.input_shapes
        message = (
            f"{view.name} concatenates its inputs, so they may differ in one dimension only, but {_outputs(view)}."
            f"{_difference(shapes, axis % rank)}"
        )
        fixes = [] if axis in (-1, rank - 1) else [_along_channels(view)]
        ranks = {len(shape) for shape in shapes}
        if len(ranks) > 1 and rank == 4 and min(ranks) == 2:
            images = (source for source, shape in zip(view.sources, shapes, strict=True) if len(shape) == 4)
            chains: Chains = {source: [("GlobalAveragePooling2D", {})] for source in images}
            label = f"Pool {_quoted(chains)} globally"
            fixes.append(_insert(view, label, chains))
            message += f" {label}."
        elif ranks == {4} and _known_sizes(shapes):
            fixes += _to_one_size(view)
            message += " Bring them to one height and width."
        yield Problem(view.node.id, message, tuple(fixes))


def _outputs(view: NodeError) -> str:
    """The shape of each input, in words."""
    pairs = zip(view.sources, view.input_shapes, strict=True)
    return listed(f'"{source}" outputs {shape_words(shape)}' for source, shape in pairs)


def _rank(view: NodeError) -> int:
    return max(map(len, view.input_shapes))


def _difference(shapes: Sequence[Shape], merged_axis: int | None = None) -> str:
    """The other dimensions in which shapes of one rank differ, as a sentence; empty where ranks differ."""
    ranks = {len(shape) for shape in shapes}
    if len(ranks) > 1:
        return f" They have {listed(str(rank - 1) for rank in sorted(ranks))} dimensions."
    (rank,) = ranks
    names = _DIMENSIONS.get(rank, tuple(f"axis {axis}" for axis in range(1, rank)))
    axes = [
        axis for axis in range(1, rank) if axis != merged_axis and len({shape[axis] for shape in shapes}) > 1
    ]
    return f" They differ in {listed(names[axis - 1] for axis in axes)}." if axes and rank > 2 else ""


def _known_sizes(shapes: Sequence[Shape]) -> list[tuple[int, ...]]:
    """The shapes without the batch; empty where a size is open."""
    sizes = [tuple(size for size in shape[1:] if size is not None) for shape in shapes]
    return (
        sizes if all(len(size) == len(shape) - 1 for size, shape in zip(sizes, shapes, strict=True)) else []
    )


def _to_one_shape(sources: Sequence[str], shapes: Sequence[Shape]) -> Chains:
    """The layers for each input that is not like the largest; none where no such layers are known."""
    sizes = _known_sizes(shapes)
    if not sizes or len({len(size) for size in sizes}) > 1:
        return {}
    channels = max(size[-1] for size in sizes)
    by_source = dict(zip(sources, sizes, strict=True))
    if len(sizes[0]) == 1:
        return {
            source: [("Dense", {"units": channels})]
            for source, size in by_source.items()
            if size[0] != channels
        }
    if len(sizes[0]) != 3:
        return {}
    rows, columns = min(size[0] for size in sizes), min(size[1] for size in sizes)
    chains: Chains = {}
    for source, size in by_source.items():
        if size == (rows, columns, channels):
            continue
        kernel_size, strides = _window(size, (rows, columns))
        params: dict[str, Any] = {"filters": channels, "kernel_size": kernel_size}
        if strides != 1:
            params["strides"] = strides
        chains[source] = [("Conv2D", params)]
    return chains


def _layer_text(layers: Sequence[Mapping[str, Any]]) -> str:
    if "units" in layers[0]:
        return f"a Dense layer of {layers[0]['units']} units"
    kind = "1x1 Conv2D" if all(params["kernel_size"] == 1 for params in layers) else "Conv2D"
    return f"a {kind} of {layers[0]['filters']} filters"


def _window(size: Sequence[int], target: tuple[int, int]) -> tuple[int | list[int], int | list[int]]:
    """The window and the strides that, without padding, bring a feature map to a number of rows and columns."""
    strides = [size[0] // target[0], size[1] // target[1]]
    window = [side - new * step + 1 for side, new, step in zip(size[:2], target, strides, strict=True)]
    return _plain(window), _plain(strides)


def _plain(pair: list[int]) -> int | list[int]:
    return pair[0] if pair[0] == pair[1] else pair


def _quoted(names: Iterable[str]) -> str:
    return listed(f'"{name}"' for name in names)


def _along_channels(view: NodeError) -> Candidate:
    return "Use the channels", [{"op": "set", "node": view.node.id, "unset": ["axis"]}]


def _insert(view: NodeError, label: str, chains: Chains) -> Candidate:
    return label, insert_between(view.shapes.design, view.sources, view.node.id, chains)


def _to_one_size(view: NodeError) -> list[Candidate]:
    """Fixes that bring feature maps to the rows and columns of the smallest: padding, pooling, cropping."""
    sizes = _known_sizes(view.input_shapes)
    rows, columns = min(size[0] for size in sizes), min(size[1] for size in sizes)
    larger = {
        source: size for source, size in zip(view.sources, sizes, strict=True) if size[:2] != (rows, columns)
    }
    shapes = view.shapes
    padded = [
        source
        for source in view.sources
        if source not in larger
        and source in shapes.costs
        and shapes.params(shapes.nodes[source]).get("padding") == "valid"
    ]
    fixes: list[Candidate] = []
    if padded:
        edits = [{"op": "set", "node": source, "params": {"padding": "same"}} for source in padded]
        fixes.append((f'Set padding of {listed(padded)} to "same"', edits))
    pools: Chains = {}
    crops: Chains = {}
    for source, size in larger.items():
        window, strides = _window(size, (rows, columns))
        pools[source] = [("MaxPooling2D", {"pool_size": window, "strides": strides})]
        crops[source] = [("CenterCrop", {"height": rows, "width": columns})]
    fixes.append(_insert(view, f"Add max pooling after {_quoted(pools)}", pools))
    fixes.append(_insert(view, f"Crop {_quoted(crops)} to {rows} x {columns}", crops))
    return fixes
