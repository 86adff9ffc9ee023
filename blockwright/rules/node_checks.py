"""Which rule speaks about each node that cannot take its inputs, or has a single one to merge."""

from collections.abc import Iterator

from blockwright.inference.input_rules import has_own_rule
from blockwright.inference.shape_view import ShapeView
from blockwright.rules.fixes import tried
from blockwright.rules.image_sizes import NeedsImage, OpenSize, TooSmall, WrongReshape
from blockwright.rules.layer_arguments import Groups, StridesAndDilation, UnequalStrides
from blockwright.rules.layer_inputs import NeedsFloats, NeedsNumbers, NeedsText, NeedsWholeNumbers, Unsuitable
from blockwright.rules.merges import (
    AddShapes,
    ConcatenateAxis,
    ConcatenateShapes,
    DotShapes,
    MergeShapes,
    MergesOne,
    MultiplyShapes,
)
from blockwright.rules.message_format import listed, shape_words
from blockwright.rules.node_errors import (
    NodeError,
    NodeErrorRule,
    RepeatShape,
    ShapeMismatch,
    SharedShape,
)
from blockwright.schema.findings import Finding
from blockwright.schema.rules import Problem


class WrongInside(NodeErrorRule):
    """A block of the design's own must fit its inputs all the way through. Fix what the message names inside it."""

    code = "inside"

    def check(self, view: NodeError) -> Iterator[Problem]:
        if view.node.id in view.shapes.insides:
            inside = view.shapes.insides[view.node.id]
            findings = [*inside.findings_without_shapes(), *check_nodes(inside)]
            reasons = [finding.message for finding in findings if finding.severity == "error"]
            reason = reasons[0] if reasons else "the shapes of its outputs are not known."
            shapes = listed(shape_words(shape) for shape in view.error.input_shapes)
            message = f"{view.name} cannot take {shapes}, because of what is inside: {reason}"
            yield Problem(view.node.id, message)


_UNSUITABLE = Unsuitable()
_RULES: tuple[NodeErrorRule, ...] = (
    WrongInside(),
    RepeatShape(),
    SharedShape(),
    NeedsNumbers(),
    NeedsFloats(),
    NeedsText(),
    NeedsWholeNumbers(),
    AddShapes(),
    MultiplyShapes(),
    MergeShapes(),
    ConcatenateAxis(),
    ConcatenateShapes(),
    DotShapes(),
)
_RULES_OF_ONE: tuple[NodeErrorRule, ...] = (
    UnequalStrides(),
    StridesAndDilation(),
    Groups(),
    NeedsImage(),
    TooSmall(),
    OpenSize(),
    WrongReshape(),
    _UNSUITABLE,
    ShapeMismatch(),
)


def check_nodes(shapes: ShapeView) -> Iterator[Finding]:
    """One finding for each node that has an error of its own, and not for those below it."""
    choose_fix = tried(shapes)
    for node_id in shapes.errors:
        error = NodeError(shapes, shapes.nodes[node_id])
        exact = (_UNSUITABLE,) if has_own_rule(error.node.block) else ()
        rules = (*_RULES, *exact, *_RULES_OF_ONE)
        yield next(finding for rule in rules for finding in rule.findings(error, choose_fix))
    yield from MergesOne().findings(shapes, choose_fix)
