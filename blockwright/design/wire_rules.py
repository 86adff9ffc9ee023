"""Rules about the names of nodes and inputs, and about what each node reads."""

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Self

from blockwright.design.cycles import cut, cycle_among, read_before
from blockwright.design.wiring import resolve_reads, running_order, source_ids
from blockwright.schema.design import Design, Node, port
from blockwright.schema.rules import Candidate, Problem, Rule


@dataclass(frozen=True)
class WireView:
    """The wires of a design, sound or not.

    Attributes:
        reads: what each node reads, as the design writes it; `bases` the same by the ids of nodes and inputs alone.
        ids: the ids of all nodes and inputs.
        shared_names: the ids that several nodes or inputs have.
        order: the nodes that can be ordered, and `stuck` the others.
    """

    design: Design
    reads: dict[str, tuple[str, ...]]
    bases: dict[str, tuple[str, ...]]
    ids: Container[str]
    shared_names: dict[str, int]
    order: list[str]
    stuck: list[str]

    @classmethod
    def of(cls, design: Design) -> Self:
        """What is known of the wires of a design."""
        names = Counter([entry.id for entry in design.inputs] + [node.id for node in design.nodes])
        shared = {name: count for name, count in names.items() if count > 1}
        reads = resolve_reads(design)
        bases = source_ids(reads, design.ids())
        # What reads a name that several have is said by the finding about the name.
        order, stuck = running_order(
            {
                node: tuple(source for source in sources if source not in shared)
                for node, sources in bases.items()
            }
        )
        return cls(design, reads, bases, design.ids(), shared, order, stuck)

    def exists(self, source: str) -> bool:
        """Whether there is a node or input that a source comes from."""
        return port(self.ids, source)[0] in self.ids


class WireRule(Rule[WireView]):
    """A rule about the names and wires of a design."""


class DuplicateName(WireRule):
    """Nodes and inputs are identified by their names, so each needs its own. Rename the others."""

    code = "duplicate-name"

    def check(self, view: WireView) -> Iterator[Problem]:
        inputs = {entry.id for entry in view.design.inputs}
        for name, count in view.shared_names.items():
            where = f"{count} nodes have it"
            if name in inputs:
                nodes = any(node.id == name for node in view.design.nodes)
                where = "an input and a node have it" if nodes else f"{count} inputs have it"
            message = f'The name "{name}" must be unique, but {where}. Rename the others.'
            edit = {"op": "tell_apart", "name": name}
            yield Problem(name, message, (("Give each a unique name", [edit]),))


class Unconnected(WireRule):
    """A node needs an input. Draw a wire into it, or connect it to the node before it."""

    code = "unconnected"

    def check(self, view: WireView) -> Iterator[Problem]:
        for node in view.design.nodes:
            if not view.reads[node.id]:
                message = (
                    f"{_named(node)} has no input yet. Draw a wire into it, or connect the node before it."
                )
                yield Problem(node.id, message, (read_before(view.design, node.id, view.bases),))


class DanglingInput(WireRule):
    """Every input of a node must exist. Remove that input, or connect another node."""

    code = "dangling"

    def check(self, view: WireView) -> Iterator[Problem]:
        for node in view.design.nodes:
            existing = [source for source in view.reads[node.id] if view.exists(source)]
            for source in dict.fromkeys(view.reads[node.id]):
                if view.exists(source):
                    continue
                edit = {"op": "connect", "node": node.id, "inputs": existing}
                fix: Candidate = f"Keep only {', '.join(existing)}", [edit]
                message = f'{_named(node)} reads "{source}", but there is no node or input with this name.'
                yield Problem(
                    node.id, message, (fix if existing else read_before(view.design, node.id, view.bases),)
                )


class DanglingOutput(WireRule):
    """Every output of a network must exist. Choose another node."""

    code = "dangling-output"

    def check(self, view: WireView) -> Iterator[Problem]:
        for name in view.design.outputs or ():
            if not view.exists(name):
                message = f'The output "{name}" is not the name of a node. Choose an existing node.'
                yield Problem(None, message, (("Use the last node", [{"op": "outputs", "outputs": None}]),))


class DuplicateOutput(WireRule):
    """Each output must be a different node, because outputs have the names of their nodes. List each once."""

    code = "duplicate-output"

    def check(self, view: WireView) -> Iterator[Problem]:
        outputs = view.design.outputs or ()
        once = {port(view.ids, output): output for output in reversed(outputs)}
        if len(once) < len(outputs):
            edit = {"op": "outputs", "outputs": list(once.values())[::-1]}
            message = "Every output must be a different node, but one is listed twice."
            yield Problem(None, message, (("List each output once", [edit]),))


class Sharing(WireRule):
    """A node can share the weights of a node of the same block that has its own. Otherwise give it its own weights."""

    code = "sharing"

    def check(self, view: WireView) -> Iterator[Problem]:
        nodes = {node.id: node for node in reversed(view.design.nodes)}
        for node in view.design.nodes:
            message = None if node.shares is None else self._message(node, nodes.get(node.shares))
            if message is not None:
                edit = {"op": "share", "node": node.id, "with": None}
                yield Problem(node.id, message, ((f"Give {node.id} its own weights", [edit]),))

    def _message(self, node: Node, other: Node | None) -> str | None:
        named = _named(node)
        if other is None:
            return f'{named} uses the weights of "{node.shares}", but there is no node with this name.'
        if other.id == node.id:
            return f"{named} cannot share weights with itself. Choose another node."
        if other.shares is not None:
            return (
                f'{named} uses the weights of "{other.id}", which itself uses the weights of "{other.shares}". '
                f'Choose "{other.shares}" instead.'
            )
        if other.block != node.block:
            return f'{named} uses the weights of "{other.id}", which is a different block: `{other.block}`.'
        if node.params and node.params != other.params:
            return (
                f'{named} uses the weights of "{other.id}", so it cannot have its own arguments. Remove them.'
            )
        if node.repeat != 1 or other.repeat != 1:
            return f'{named} and "{other.id}" share weights, so neither of them can be repeated.'
        return None


class Cycle(WireRule):
    """A network runs in one direction, so no node may depend on itself. Remove one wire of the cycle."""

    code = "cycle"

    def check(self, view: WireView) -> Iterator[Problem]:
        if not view.stuck:
            return
        stuck = [node for node in view.stuck if node not in view.shared_names]
        cycle = cycle_among(stuck, view.bases)
        shown = [*cycle[:6], *(["…"] if len(cycle) > 6 else []), cycle[0]]
        path = " -> ".join(f'"{node}"' for node in shown)
        fix = cut(view.design, cycle, view.bases)
        message = (
            f"These nodes form a cycle: {path}. A network runs in one direction: remove one of these wires."
        )
        yield Problem(cycle[0], message, () if fix is None else (fix,))


class Empty(WireRule):
    """A network needs a block to output something. Add a first one from the palette."""

    code = "empty"

    def check(self, view: WireView) -> Iterator[Problem]:
        if not view.design.nodes:
            name = view.design.name
            yield Problem(
                None, f'"{name}" has no blocks yet, so it has no output. Add a first block from the palette.'
            )


def _named(node: Node) -> str:
    return f'`{node.block}` "{node.id}"'
