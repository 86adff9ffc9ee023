"""Rules about the last layers of a network; what an output needs to learn its target is asked of the target's task."""

from collections.abc import Iterator
from dataclasses import dataclass

from blockwright.design.edits.insertions import Layers, insert_between
from blockwright.inference.shape_view import ShapeView
from blockwright.layers import SPECS
from blockwright.rules.data_set import DataView
from blockwright.rules.fixes import tried
from blockwright.rules.message_format import named, shape_words
from blockwright.rules.network_rule import NetworkRule
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import Target
from blockwright.schema.design import Node
from blockwright.schema.findings import Finding
from blockwright.schema.rules import Candidate, Problem, Rule
from blockwright.tasks import EXPECTED_TARGET, task_of
from blockwright.tasks.output_spec import OutputSpec

_PARTS = {3: ("step", "GlobalAveragePooling1D"), 4: ("pixel", "GlobalAveragePooling2D")}
"""By rank with the batch: what a Dense layer works on by itself, and the block that pools over it."""


@dataclass(frozen=True)
class OutputView:
    """An output of a design with its shapes; `has_target` is whether the data says what it is to learn."""

    shapes: ShapeView
    output: str
    has_target: bool


class AllOff(Rule[OutputView]):
    """An output needs a block that is switched on, or there is nothing to train. Switch one on."""

    code = "all-off"

    def check(self, view: OutputView) -> Iterator[Problem]:
        output = view.output
        if output in view.shapes.nodes and last_enabled(view.shapes, output) is None:
            message = f'Every block on the way to "{output}" is switched off: there is nothing to train. Switch one on.'
            edit = {"op": "enable", "node": output, "enabled": True}
            yield Problem(output, message, ((f"Switch {output} on", [edit]),))


class DenseOnMap(Rule[OutputView]):
    """Dense on a feature map works on every pixel by itself. Pool globally or flatten before it.

    On a series it works on every step by itself, as in a tagger: only a target of one value per example is against it.
    """

    code = "dense-on-map"

    def check(self, view: OutputView) -> Iterator[Problem]:
        shapes, last = view.shapes, last_enabled(view.shapes, view.output)
        node = _dense_on_map(shapes)
        if node is None or last is None or node.id not in {last.id, *shapes.wires.above(last.id)}:
            return
        source, shape = shapes.sources(node.id)[0], shapes.input_shapes(node.id)[0]
        if len(shape) == 3 and not view.has_target:
            return
        part, pooling = _PARTS.get(len(shape), ("position", ""))
        blocks = [pooling, "Flatten"] if pooling else ["Flatten"]
        message = (
            f'{named(node)} works on every {part} by itself, because "{source}" outputs {shape_words(shape)}; '
            f"the network outputs {shape_words(shapes.shapes[last.id])}. Add {' or '.join(blocks)} before it."
        )
        fixes: list[Candidate] = []
        for block in blocks:
            layers: dict[str, Layers] = {source: [(block, {})]}
            edits = insert_between(shapes.design, shapes.sources(node.id), node.id, layers)
            fixes.append((f"Insert {block} before {node.id}", edits))
        yield Problem(node.id, message, tuple(fixes), None if view.has_target else "warning")


class SoftmaxInside(NetworkRule):
    """Softmax between layers with weights leaves little to what comes after it. Use relu, or softmax as a gate."""

    code = "softmax-inside"
    severity = "warning"

    def check(self, view: ShapeView) -> Iterator[Problem]:
        learning = view.nodes_before(lambda node: node.id in view.costs and view.costs[node.id].params > 0)
        gates = {
            source
            for node in view.nodes.values()
            if node.block == "Multiply"
            for source in view.sources(node.id)
        }
        for node_id in view.costs:
            node = view.nodes[node_id]
            if node.params.get("activation") == "softmax" and node_id in learning - gates:
                message = (
                    f"{named(node)} has softmax in the middle of the network, which leaves the layers after it little "
                    "to work with. Softmax belongs on the last layer; use relu here."
                )
                edit = {"op": "set", "node": node_id, "params": {"activation": "relu"}}
                yield Problem(node_id, message, (("Set activation to relu", [edit]),))


def check_outputs(shapes: ShapeView, data: DataView | None) -> Iterator[Finding]:
    """What is wrong or worth knowing about each output: of the network, and of the output's target."""
    choose_fix = tried(shapes)
    targets = _targets(data)
    for output in dict.fromkeys(shapes.wires.outputs):
        last = last_enabled(shapes, output)
        target = targets.get(output)
        view = OutputView(shapes, output, target is not None)
        if last is None:
            yield from AllOff().findings(view, choose_fix)
            continue
        if last.id not in shapes.costs or output not in shapes.shapes:
            continue
        task = task_of((target or EXPECTED_TARGET).kind)
        dense = [] if task.is_input else DenseOnMap().findings(view, choose_fix)
        if dense or (target is None and _reconstructs(shapes, last)):
            yield from dense
            continue
        shape = tuple(shapes.shapes[output][1:])
        spec = OutputSpec(shapes.design, output, shape, target or EXPECTED_TARGET, is_expected=target is None)
        yield from task.check(spec, choose_fix)


def last_enabled(shapes: ShapeView, output: str) -> Node | None:
    """The last block on the way to an output that is switched on; None where that is an input."""
    node = shapes.node_at(output)
    # In a cycle, or where an input has a node's name, there is no last one.
    passed: set[str] = set()
    while node is not None and not node.enabled and node.id in shapes.shapes and node.id not in passed:
        passed.add(node.id)
        node = shapes.node_at(shapes.sources(node.id)[0])
    return node


def _targets(data: DataView | None) -> dict[str, Target]:
    if data is None or not data.data.targets:
        return {}
    try:
        return data.targets
    except DataError:
        return {}


def _dense_on_map(shapes: ShapeView) -> Node | None:
    """The first Dense that works on a feature map with no flattening layer below it."""
    flattened = shapes.nodes_before(
        lambda node: _flattens(node.block) or len(shapes.shapes.get(node.id, ())) == 2
    )
    for node_id in shapes.wires.order:
        node = shapes.nodes[node_id]
        if node.block != "Dense" or node_id not in shapes.costs or node_id in flattened:
            continue
        if len(shapes.input_shapes(node_id)[0]) > 2:
            return node
    return None


def _flattens(block: str) -> bool:
    return block in SPECS and (SPECS[block].flattens or SPECS[block].sets_shape)


def _reconstructs(shapes: ShapeView, last: Node) -> bool:
    """Whether the network ends in a shape that it begins with, and has another in between, as an autoencoder has."""
    shape = shapes.shapes[last.id]
    if len(shape) == 2 or not any(
        (None, *entry.shape) == shape and entry.dtype != "string" for entry in shapes.design.inputs
    ):
        return False
    above = [shapes.shapes[name] for name in shapes.wires.above(last.id) if name in shapes.shapes]
    return any(len(other) != len(shape) or other[1:-1] != shape[1:-1] for other in above)
