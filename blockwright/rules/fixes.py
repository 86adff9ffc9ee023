"""Fixes that were tried: the edits are applied, and the shape that they lead to is shown beside the button."""

from collections.abc import Callable

from blockwright.design.edits import apply_edits
from blockwright.design.edits.edit_helpers import EditError
from blockwright.inference.shape_inference import infer_again
from blockwright.inference.shape_view import ShapeView
from blockwright.schema.findings import Fix
from blockwright.schema.rules import ChooseFix, Edits, Problem

_MOST_TRIED = 8
_OUTSIDE = frozenset({"set_input"})


def tried(view: ShapeView, is_good: Callable[[ShapeView], bool] | None = None) -> ChooseFix:
    """Chooses the first fix after which the node has a shape, and `is_good` is true of the design.

    One after which a node is wrong that was right is passed over. Where the fix removes the node, or the problem is at
    an input, the shape is that of the network's first output. A large design with many findings is not tried a thousand
    times over: when `view.tries` is used up, the rest go without a fix.
    """

    def choose(problem: Problem) -> Fix | None:
        for label, edits in problem.fixes[:_MOST_TRIED]:
            if view.tries == 0:
                return None
            view.tries -= 1
            after = _after(view, edits)
            if after is None or (is_good is not None and not is_good(after)) or _breaks(view, after):
                continue
            names = [problem.node] if problem.node in after.nodes else after.wires.outputs[:1]
            shape = after.shapes.get(names[0] or "") if names else None
            if shape is not None:
                return Fix(label=label, edits=edits, output_shape=list(shape))
        return None

    return choose


def _after(view: ShapeView, edits: Edits) -> ShapeView | None:
    """The design after these edits with its shapes; None when an edit cannot be made."""
    if view.is_inside and any(edit["op"] in _OUTSIDE for edit in edits):
        return None
    try:
        return infer_again(view, apply_edits(view.design, edits))
    except EditError:
        return None


def _breaks(view: ShapeView, after: ShapeView) -> bool:
    """Whether a node that was right is wrong now."""
    wrong = [*after.errors, *after.broken]
    return any(node_id in view.shapes and node_id not in view.broken for node_id in wrong)
