"""Rules about results: how many a node outputs, and which of them others read."""

from collections.abc import Iterator

from blockwright.inference.shape_view import ShapeView
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Node
from blockwright.schema.rules import Candidate, Problem, Rule


class NoSuchResult(Rule[tuple[ShapeView, Node]]):
    """A node outputs as many results as its block says, numbered from 0. Choose one of them."""

    code = "no-such-result"

    def check(self, view: tuple[ShapeView, Node]) -> Iterator[Problem]:
        shapes, node = view
        sources = shapes.wires.reads.get(node.id, ())
        for source in sources:
            if is_missing(shapes, source):
                base = shapes.wires.node_of(source)
                inputs = [base if name == source else name for name in sources]
                edit = {"op": "connect", "node": node.id, "inputs": inputs}
                yield self.problem(shapes, source, node, (f"Connect {base}", [edit]))

    def problem(self, shapes: ShapeView, source: str, reader: Node, fix: Candidate) -> Problem:
        """A result that `reader` asks for and nothing outputs."""
        base = shapes.wires.node_of(source)
        results = len(shapes.costs[base].shapes) if base in shapes.costs else 1
        count = "one result" if results == 1 else f"{results} results, 0 to {results - 1}"
        message = (
            f'"{reader.id}" reads "{source}", a further result of "{base}", but "{base}" outputs {count}. '
            "Choose another one."
        )
        return Problem(reader.id, message, (fix,))


class NotRepeatable(Rule[tuple[Catalog, Node]]):
    """Each copy of a repeated node reads the one before it, so it has one input and one output. Use it once."""

    code = "repeat"

    def check(self, view: tuple[Catalog, Node]) -> Iterator[Problem]:
        catalog, node = view
        block = catalog.blocks.get(node.block)
        if node.repeat == 1 or block is None:
            return
        input_count = 1 if node.inputs is None else len(node.inputs)
        if input_count == 1 and block.min_inputs == 1 and block.outputs == 1:
            return
        message = (
            f'`{node.block}` "{node.id}" is repeated, and so must have one input and one output, because each copy '
            "reads the one before it. Set its repeats to 1."
        )
        edit = {"op": "repeat", "node": node.id, "times": 1}
        yield Problem(node.id, message, ((f"Use {node.id} once", [edit]),))


def is_missing(view: ShapeView, source: str) -> bool:
    """Whether a source names a result that its node does not output, although the node's results are known."""
    return source not in view.shapes and view.wires.node_of(source) in view.shapes


def note_missing_outputs(view: ShapeView) -> None:
    """Note the outputs of the design that name a result which their node does not output; one fix removes them all."""
    base = view.wires.node_of
    missing = [name for name in view.wires.outputs if base(name) in view.nodes and is_missing(view, name)]
    outputs = list(dict.fromkeys(base(name) if name in missing else name for name in view.wires.outputs))
    fix: Candidate = f"Output {' and '.join(outputs)}", [{"op": "outputs", "outputs": outputs}]
    rule = NoSuchResult()
    for name in missing:
        problem = rule.problem(view, name, view.nodes[base(name)], fix)
        view.broken.setdefault(base(name), []).append(rule.finding(problem))
