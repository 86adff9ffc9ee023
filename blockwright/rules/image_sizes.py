"""Rules about the size of what a node computes with: images, open sizes and numbers of values."""

from collections.abc import Callable, Iterator

from blockwright.design.edits.insertions import insert_between
from blockwright.inference.cost_estimator import measure
from blockwright.inference.shape_view import ShapeView
from blockwright.layers import names_with
from blockwright.layers.costs import Cost
from blockwright.layers.declaration.shapes import Shape, value_count
from blockwright.rules.message_format import shape_words
from blockwright.rules.node_errors import NodeError, NodeErrorRule
from blockwright.schema.design import Node
from blockwright.schema.rules import Candidate, Edits, Problem

_LARGEST_SIDE = 4096
_BISECTED_FROM = 128
_REMOVABLE = 4


class NeedsImage(NodeErrorRule):
    """A block for images needs height, width and channels. Move it before the flattening, or reshape its input."""

    code = "needs-image"

    def check(self, view: NodeError) -> Iterator[Problem]:
        node, shape = view.node, view.shape
        channels = 64 * (view.params.get("groups") or 1)
        other = (None, *[64] * (len(shape) - 1))
        if len(view.input_shapes) > 1 or len(shape) == 4 or _takes(node, other):
            return
        if not _takes(node, (None, _LARGEST_SIDE, _LARGEST_SIDE, channels)):
            return
        source, before = view.source, view.before
        message = (
            f"{view.name} needs an image or feature map (height, width, channels), but "
            f'"{source}" outputs {shape_words(shape)}.'
        )
        if before is not None and before.block in names_with("flattens"):
            message += f' Put it before "{source}", or remove "{source}".'
            edit = {"op": "move", "node": node.id, "index": view.shapes.design.index(before.id)}
            remove = {"op": "remove", "node": before.id}
            yield Problem(
                node.id, message, ((f"Move before {source}", [edit]), (f"Remove {source}", [remove]))
            )
        elif len(shape) == 3:
            image = [*shape[1:], 1]
            set_input: Edits = [{"op": "set_input", "input": source, "shape": image}]
            change = (f"Change the input to {shape_words((None, *image))}", set_input)
            fixes = ([] if before is not None else [change]) + (
                [] if None in image else [_reshape(view, image)]
            )
            yield Problem(node.id, f"{message} Give it a channel dimension.", tuple(fixes))
        else:
            squares = [square for channels in (1, 3) if (square := _square(shape[-1], channels))]
            message += " Reshape it to an image first."
            yield Problem(node.id, message, tuple(_reshape(view, square) for square in squares))


class TooSmall(NodeErrorRule):
    """A window must fit into the feature map that it slides over. Downsample less, or pad."""

    code = "too-small"

    def check(self, view: NodeError) -> Iterator[Problem]:
        node, shape = view.node, view.shape
        if len(view.input_shapes) > 1 or len(shape) != 4:
            return
        rows, columns = shape[1], shape[2]
        least = _least_size(node, shape)
        if least is None or ((rows is None or rows >= least[0]) and (columns is None or columns >= least[1])):
            return
        shrinking = [
            node_id for node_id in _path_up(view.shapes, view.source) if _shrinks(view.shapes, node_id)
        ]
        ways = ["remove one downsampling block before it"] if shrinking else []
        fixes: list[Candidate] = []
        if view.params.get("padding") == "valid":
            ways.insert(0, 'set its padding to "same"')
            edit = {"op": "set", "node": node.id, "params": {"padding": "same"}}
            fixes.append(('Set padding to "same"', [edit]))
        fixes += [(f"Remove {name}", [{"op": "remove", "node": name}]) for name in shrinking[:_REMOVABLE]]
        fixes.append((f"Switch {node.id} off", [{"op": "enable", "node": node.id, "enabled": False}]))
        advice = ", ".join([*ways, "or start"] if ways else ["start"])
        message = (
            f"{view.name} needs at least {least[0]} x {least[1]} pixels, but "
            f'"{view.source}" outputs {shape_words(shape)}. {advice[0].upper()}{advice[1:]} from larger images.'
        )
        yield Problem(node.id, message, tuple(fixes))


class OpenSize(NodeErrorRule):
    """Weights can be counted only for an input of a fixed size. Fix the size of the input, or pool globally."""

    code = "open-size"

    def check(self, view: NodeError) -> Iterator[Problem]:
        shape, source, before = view.shape, view.source, view.before
        if shape[-1] is not None or value_count(shape) is not None:
            return
        values = "values" if len(shape) == 2 else "channels"
        message = (
            f'{view.name} must know how many {values} its input has, but "{source}" leaves that open. '
            "Give the input a fixed size"
        )
        fixes: tuple[Candidate, ...] = ()
        if before is not None and before.block == "Flatten":
            message += f', or pool globally in place of "{source}"'
            edit = {"op": "replace", "node": before.id, "block": "GlobalAveragePooling2D"}
            fixes = ((f"Make {source} a global average pooling", [edit]),)
        yield Problem(view.node.id, f"{message}.", fixes)


class WrongReshape(NodeErrorRule):
    """Reshape keeps the number of values. Choose a shape of as many values, or let it be one list."""

    code = "reshape"

    def check(self, view: NodeError) -> Iterator[Problem]:
        if view.node.block != "Reshape":
            return
        target = view.params["target_shape"]
        words = shape_words((None, *target)).replace("-1", "?")
        count = value_count(view.shape)
        message = f'{view.name} cannot make {words} of {shape_words(view.shape)} from "{view.source}"'
        if any(size == 0 or size < -1 for size in target) or list(target).count(-1) > 1:
            message = (
                f"`target_shape` of {view.name} must be sizes from 1, and at most one -1. "
                f"Received: {list(target)}."
            )
        elif count is not None:
            message += f": the number of values, {count:,}, must stay the same."
        else:
            message += "."
        edit = {"op": "set", "node": view.node.id, "params": {"target_shape": [-1]}}
        yield Problem(view.node.id, message, (("Reshape to one list", [edit]),))


def _takes(node: Node, shape: Shape) -> bool:
    return isinstance(measure(node.block, node.params, [shape], ["float32"]), Cost)


def _reshape(view: NodeError, shape: list[int | None] | list[int]) -> Candidate:
    chain = {view.source: [("Reshape", {"target_shape": shape})]}
    edits = insert_between(view.shapes.design, view.sources, view.node.id, chain)
    return f"Reshape to {shape_words((None, *shape))}", edits


def _square(numbers: int | None, channels: int) -> list[int] | None:
    """The square image of so many numbers."""
    if numbers is None or numbers % channels:
        return None
    side = round((numbers // channels) ** 0.5)
    return [side, side, channels] if side * side * channels == numbers and side > 1 else None


def _least_size(node: Node, shape: Shape) -> tuple[int, int] | None:
    """The fewest rows and columns that a block takes; None where it does not take any."""

    def takes(rows: int, columns: int) -> bool:
        return _takes(node, (None, rows, columns, shape[-1]))

    if not takes(_LARGEST_SIDE, _LARGEST_SIDE):
        return None
    return _least(lambda rows: takes(rows, _LARGEST_SIDE)), _least(
        lambda columns: takes(_LARGEST_SIDE, columns)
    )


def _least(fits: Callable[[int], bool]) -> int:
    low, high = 0, _LARGEST_SIDE
    while high - low > 1:
        middle = (low + high) // 2 if high > _BISECTED_FROM else low + 1
        low, high = (low, middle) if fits(middle) else (middle, high)
    return high


def _path_up(shapes: ShapeView, node_id: str) -> list[str]:
    """The nodes above, nearest first, along the first wire of each."""
    path: list[str] = []
    node = shapes.node_at(node_id)
    while node is not None and node.id not in path:
        path.append(node.id)
        node = shapes.node_at(shapes.sources(node.id)[0])
    return path


def _shrinks(shapes: ShapeView, node_id: str) -> bool:
    before, after = shapes.input_shapes(node_id)[0], shapes.shapes[node_id]
    if len(before) != 4 or len(after) != 4 or not shapes.nodes[node_id].enabled:
        return False
    sides = zip(before[1:3], after[1:3], strict=True)
    return any(size is not None and new is not None and new <= size / 1.5 for size, new in sides)
