"""Fixes that were tried: the edits are applied, and the shape they give stands beside the button."""

from collections.abc import Callable, Sequence
from typing import Any

from blockwright.design.edits import apply_edits
from blockwright.design.edits.edit_helpers import EditError, unused_name
from blockwright.inference.shape_inference import infer_again
from blockwright.inference.shape_view import ShapeView
from blockwright.schema.design import Design
from blockwright.schema.findings import Fix

Edits = list[dict[str, Any]]
Candidate = tuple[str, Edits]

_MOST_TRIED = 8
_OUTSIDE = frozenset({"set_input"})


def first_working(
    seen: ShapeView,
    node_id: str,
    candidates: Sequence[Candidate],
    holds: Callable[[ShapeView], bool] | None = None,
) -> Fix | None:
    """The first candidate after which the node has a shape (and `holds` holds), with that shape.

    One after which a node is wrong that was right is passed over. Where the fix takes the node out, the shape is that
    of the network's first output. A large design with many findings is not tried a thousand times over: when
    `seen.tries` is used up, the rest go without a fix.
    """
    for label, edits in candidates[:_MOST_TRIED]:
        if seen.tries == 0:
            return None
        seen.tries -= 1
        after = tried(seen, edits)
        if after is None or (holds is not None and not holds(after)) or _breaks(seen, after):
            continue
        places = [node_id] if node_id in after.nodes else after.wires.outputs[:1]
        shape = after.shapes.get(places[0]) if places else None
        if shape is not None:
            return Fix(label=label, edits=edits, output_shape=list(shape))
    return None


def tried(seen: ShapeView, edits: Edits) -> ShapeView | None:
    """The design after these edits with its shapes; None when an edit cannot be made."""
    if seen.is_inside and any(edit["op"] in _OUTSIDE for edit in edits):
        return None
    try:
        return infer_again(seen, apply_edits(seen.design, edits))
    except EditError:
        return None


def _breaks(seen: ShapeView, after: ShapeView) -> bool:
    """Whether a node that was right is wrong now."""
    return any(one in seen.shapes for one in [*after.errors, *after.broken] if one not in seen.broken)


def insert_between(
    design: Design, reads: Sequence[str], node_id: str, layers: dict[str, list[tuple[str, dict[str, Any]]]]
) -> Edits:
    """Edits that put layers into the wires of a node: for each source that it reads, a chain of layers."""
    edits: Edits = []
    place = design.index(node_id)
    renamed = dict(zip(reads, reads, strict=True))
    taken = design.ids()
    for source, chain in layers.items():
        last = source
        for block, params in chain:
            name = unused_name(taken, block)
            taken.add(name)
            edits.append(
                {
                    "op": "insert",
                    "block": block,
                    "params": params,
                    "index": place,
                    "id": name,
                    "inputs": [last],
                }
            )
            last = name
            place += 1
        renamed[source] = last
    edits.append({"op": "connect", "node": node_id, "inputs": [renamed[one] for one in reads]})
    return edits


def append(design: Design, output: str, layers: list[tuple[str, dict[str, Any]]]) -> Edits:
    """Edits that put layers behind an output, the last of them in its place."""
    edits: Edits = []
    last = output
    taken = design.ids()
    for block, params in layers:
        name = unused_name(taken, block)
        taken.add(name)
        edits.append({"op": "insert", "block": block, "params": params, "id": name, "inputs": [last]})
        last = name
    if design.outputs is not None:
        outputs = [last if one == output else one for one in design.outputs]
        edits.append({"op": "outputs", "outputs": outputs})
    return edits
