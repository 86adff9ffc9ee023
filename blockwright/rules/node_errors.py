"""Rules about a node that cannot take its inputs: the first one that applies says why, in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from blockwright.inference.cost_estimator import ShapeError
from blockwright.inference.shape_view import ShapeView
from blockwright.layers.declaration.shapes import Shape
from blockwright.rules.message_format import first_sentence, named, shape_words
from blockwright.schema.design import Node
from blockwright.schema.rules import Problem, Rule


@dataclass(frozen=True)
class NodeError:
    """A node with an error of its own, among the shapes of its design."""

    shapes: ShapeView
    node: Node

    @property
    def error(self) -> ShapeError:
        """What went wrong when the node was measured."""
        return self.shapes.errors[self.node.id]

    @property
    def name(self) -> str:
        """The node as messages call it."""
        return named(self.node)

    @property
    def sources(self) -> tuple[str, ...]:
        """Its inputs, as the design writes them."""
        return self.shapes.sources(self.node.id)

    @property
    def input_shapes(self) -> list[Shape]:
        """The shapes of its inputs."""
        return self.shapes.input_shapes(self.node.id)

    @property
    def source(self) -> str:
        """Its first input."""
        return self.sources[0]

    @property
    def shape(self) -> Shape:
        """The shape of its first input."""
        return self.input_shapes[0]

    @property
    def before(self) -> Node | None:
        """The node that its first input comes from."""
        return self.shapes.node_at(self.source)

    @property
    def params(self) -> dict[str, Any]:
        """All its arguments."""
        return self.shapes.params(self.node)


class NodeErrorRule(Rule[NodeError]):
    """A rule about what a node can take."""


class RepeatShape(NodeErrorRule):
    """Each copy of a repeated node must take the output of the one before it. Repeat it less often."""

    code = "repeat-shape"

    def check(self, view: NodeError) -> Iterator[Problem]:
        copy, times = view.error.copy, view.error.copy - 1
        if times:
            most = "once" if times == 1 else f"{times} times"
            message = (
                f"{view.name} is repeated {view.node.repeat} times, but copy {copy} cannot take the output of the one "
                f"before it, {shape_words(view.error.input_shapes[0])}. Repeat it {most} at most."
            )
            edit = {"op": "repeat", "node": view.node.id, "times": times}
            label = f"Repeat {times} times" if times > 1 else "Use it once"
            yield Problem(view.node.id, message, ((label, [edit]),))


class SharedShape(NodeErrorRule):
    """Nodes with the same weights need inputs of the same shape. Give one of them its own weights."""

    code = "shared-shape"

    def check(self, view: NodeError) -> Iterator[Problem]:
        shapes, node = view.shapes, view.node
        owner = shapes.owner(node).id
        other = shapes.weights[owner][0] if owner in shapes.weights else node.id
        if other == node.id:
            return
        uses = (
            f'uses the weights of "{other}"' if node.shares == other else f'shares its weights with "{other}"'
        )
        message = (
            f"{view.name} {uses}, which fit {shape_words(shapes.input_shapes(other)[0])}, but "
            f'"{view.source}" outputs {shape_words(view.shape)}. Bring both to one shape, or give it its own weights.'
        )
        apart = node.id if node.shares is not None else other
        edit = {"op": "share", "node": apart, "with": None}
        yield Problem(node.id, message, ((f"Give {apart} its own weights", [edit]),))


class ShapeMismatch(NodeErrorRule):
    """A node must be able to compute with its input. Change the node, or its input, as the message from Keras says."""

    code = "shape"

    def check(self, view: NodeError) -> Iterator[Problem]:
        reason = first_sentence(str(view.error))
        message = (
            f'{view.name} cannot take the output of "{view.source}", {shape_words(view.shape)}: {reason}'
        )
        yield Problem(view.node.id, message)
