"""How the nodes of a design are wired: what each one reads, an order to run them in, and what is wrong with it."""

import heapq
from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Self

from blockwright.design.composite_rules import check_composites
from blockwright.design.composites import inner_first
from blockwright.design.cycles import cut, cycle_among, read_before
from blockwright.design.reachability import check_use
from blockwright.schema.design import Design, Node, port
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.rules import Candidate, Problem, Rule, every_rule


@dataclass(frozen=True)
class Wiring:
    """Who reads whom, with every name that was left out filled in.

    Attributes:
        reads: for each node id what it reads, in order: ids of nodes or inputs, or "id/1" for the second result of a
            node that gives several.
        order: the node ids so that each comes after everything it reads.
        outputs: the ids whose values the network gives, or "id/1" likewise.
        known: the ids of all nodes and inputs.
    """

    reads: dict[str, tuple[str, ...]]
    order: tuple[str, ...]
    outputs: tuple[str, ...]
    known: frozenset[str] = frozenset()

    def node_of(self, source: str) -> str:
        """The id of the node or input that a source comes from: 'lstm' for "lstm/1"."""
        return port(self.known or self.reads, source)[0]

    def readers(self, source: str) -> list[str]:
        """The node ids that read any result of the node or input `source`."""
        return [
            node
            for node, sources in self.reads.items()
            if any(self.node_of(read) == source for read in sources)
        ]

    def above(self, node_id: str) -> set[str]:
        """The ids of everything that `node_id` depends on, itself left out."""
        ancestors: set[str] = set()
        stack = list(self.reads.get(self.node_of(node_id), ()))
        while stack:
            source = self.node_of(stack.pop())
            if source not in ancestors:
                ancestors.add(source)
                stack.extend(self.reads.get(source, ()))
        return ancestors


def resolve_reads(design: Design) -> dict[str, tuple[str, ...]]:
    """What each node reads, with left-out `inputs` filled in: the node listed before, or the first input."""
    reads: dict[str, tuple[str, ...]] = {}
    before = design.inputs[0].id
    for node in design.nodes:
        reads[node.id] = node.inputs if node.inputs is not None else (before,)
        before = node.id
    return reads


def resolve_outputs(design: Design) -> tuple[str, ...]:
    """The ids that the network gives: as named, else the last node; empty when there is no node."""
    if design.outputs is not None:
        return design.outputs
    return (design.nodes[-1].id,) if design.nodes else ()


def wiring(design: Design) -> Wiring:
    """The wiring of a sound design; raises `DesignError` with the findings of one that is not."""
    errors = [finding for finding in check_structure(design) if finding.severity == "error"]
    if errors:
        raise DesignError(errors)
    reads = resolve_reads(design)
    known = frozenset(design.ids())
    order, _ = _sort(_bases(reads, known))
    return Wiring(reads, tuple(order), resolve_outputs(design), known)


def partial_wiring(design: Design) -> Wiring:
    """The wiring of what can be ordered at all: nodes in a cycle, or below one, are left out of `order`.

    Names that occur twice keep their first node only; names that lead nowhere stay in `reads`.
    """
    reads: dict[str, tuple[str, ...]] = {}
    for node_id, sources in resolve_reads(design).items():
        reads.setdefault(node_id, sources)
    known = frozenset(design.ids())
    order, _ = _sort(_bases(reads, known))
    return Wiring(reads, tuple(order), resolve_outputs(design), known)


@dataclass(frozen=True)
class WireView:
    """The wires of a design, sound or not.

    Attributes:
        reads: what each node reads, as the design writes it; `bases` the same by the ids of nodes and inputs alone.
        known: the ids of all nodes and inputs.
        shared_names: the ids that several nodes or inputs have.
        order: the nodes that can be ordered, and `stuck` the others.
    """

    design: Design
    reads: dict[str, tuple[str, ...]]
    bases: dict[str, tuple[str, ...]]
    known: Container[str]
    shared_names: dict[str, int]
    order: list[str]
    stuck: list[str]

    @classmethod
    def of(cls, design: Design) -> Self:
        """What is known of the wires of a design."""
        names = Counter([entry.id for entry in design.inputs] + [node.id for node in design.nodes])
        shared = {name: count for name, count in names.items() if count > 1}
        reads = resolve_reads(design)
        bases = _bases(reads, design.ids())
        # What reads a name that several have is said by the finding about the name.
        order, stuck = _sort(
            {
                node: tuple(source for source in sources if source not in shared)
                for node, sources in bases.items()
            }
        )
        return cls(design, reads, bases, design.ids(), shared, order, stuck)

    def exists(self, source: str) -> bool:
        """Whether there is a node or input that a source comes from."""
        return port(self.known, source)[0] in self.known


class WireRule(Rule[WireView]):
    """A rule about the names and wires of a design."""


class DuplicateName(WireRule):
    """Nodes and inputs are told apart by their names, so each needs its own. Rename the others."""

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
    """A node needs an input to work on. Draw a wire into it, or connect it to the node before it."""

    code = "unconnected"

    def check(self, view: WireView) -> Iterator[Problem]:
        for node in view.design.nodes:
            if not view.reads[node.id]:
                message = (
                    f"{_named(node)} has no input yet. Draw a wire into it, or connect the node before it."
                )
                yield Problem(node.id, message, (read_before(view.design, node.id, view.bases),))


class DanglingInput(WireRule):
    """What a node reads must be there. Remove that input, or connect another node."""

    code = "dangling"

    def check(self, view: WireView) -> Iterator[Problem]:
        for node in view.design.nodes:
            existing = [source for source in view.reads[node.id] if view.exists(source)]
            for source in dict.fromkeys(view.reads[node.id]):
                if view.exists(source):
                    continue
                edit = {"op": "connect", "node": node.id, "inputs": existing}
                fix: Candidate = f"Keep only {', '.join(existing)}", [edit]
                message = f'{_named(node)} reads "{source}", but there is no node or input of that name.'
                yield Problem(
                    node.id, message, (fix if existing else read_before(view.design, node.id, view.bases),)
                )


class DanglingOutput(WireRule):
    """What a network outputs must be there. Choose another node."""

    code = "dangling-output"

    def check(self, view: WireView) -> Iterator[Problem]:
        for name in view.design.outputs or ():
            if not view.exists(name):
                message = f'The output "{name}" is not the name of a node. Choose an existing node.'
                yield Problem(None, message, (("Use the last node", [{"op": "outputs", "outputs": None}]),))


class DuplicateOutput(WireRule):
    """Each output must be another node, because outputs are called by their nodes. Name each once."""

    code = "duplicate-output"

    def check(self, view: WireView) -> Iterator[Problem]:
        outputs = view.design.outputs or ()
        once = {port(view.known, output): output for output in reversed(outputs)}
        if len(once) < len(outputs):
            edit = {"op": "outputs", "outputs": list(once.values())[::-1]}
            message = "Every output must be another node, but one is named twice."
            yield Problem(None, message, (("Name each output once", [edit]),))


class Sharing(WireRule):
    """Weights can be shared with a node of the same block and arguments that owns them. Else use own weights."""

    code = "sharing"

    def check(self, view: WireView) -> Iterator[Problem]:
        nodes = {node.id: node for node in reversed(view.design.nodes)}
        for node in view.design.nodes:
            message = None if node.shares is None else self._complaint(node, nodes.get(node.shares))
            if message is not None:
                edit = {"op": "share", "node": node.id, "with": None}
                yield Problem(node.id, message, ((f"Give {node.id} its own weights", [edit]),))

    def _complaint(self, node: Node, other: Node | None) -> str | None:
        named = _named(node)
        if other is None:
            return f'{named} uses the weights of "{node.shares}", but there is no node of that name.'
        if other.id == node.id:
            return f"{named} cannot use its own weights a second time. Name another node."
        if other.shares is not None:
            return (
                f'{named} uses the weights of "{other.id}", which itself uses those of "{other.shares}". '
                "Name that one."
            )
        if other.block != node.block:
            return (
                f'{named} uses the weights of "{other.id}", which is another kind of block: `{other.block}`.'
            )
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


_WIRE_RULES = [rule() for rule in every_rule(WireRule)]


def check_structure(design: Design) -> list[Finding]:
    """Every finding about names and wires: duplicates, dangling names, cycles, dead ends, no output.

    Those about the inside of a composite name no node; their messages and fixes name the composite.
    """
    findings = check_composites(design)
    for name in inner_first(design.composites):
        if design.composites[name].nodes:
            findings += [_inside(name, finding) for finding in _check_wires(design.body(name))]
    return findings + _check_wires(design)


def _inside(name: str, finding: Finding) -> Finding:
    """A finding about the body of a composite as one about the design."""
    fix = finding.fix
    if fix is not None:
        fix = fix.model_copy(update={"edits": [{**edit, "in": name} for edit in fix.edits]})
    message = f"In the block `{name}`: {finding.message}"
    return finding.model_copy(update={"node": None, "message": message, "fix": fix})


def _check_wires(design: Design) -> list[Finding]:
    view = WireView.of(design)
    findings = [finding for rule in _WIRE_RULES for finding in rule.findings(view)]
    if findings:
        return findings
    outputs = {output: port(view.known, output)[0] for output in resolve_outputs(design)}
    return check_use(design, view.bases, view.order, outputs)


def _named(node: Node) -> str:
    return f'`{node.block}` "{node.id}"'


def _bases(reads: dict[str, tuple[str, ...]], known: Container[str]) -> dict[str, tuple[str, ...]]:
    """What each node reads by the ids of nodes and inputs alone."""
    return {node: tuple(port(known, source)[0] for source in sources) for node, sources in reads.items()}


def _sort(reads: dict[str, tuple[str, ...]]) -> tuple[list[str], list[str]]:
    waits = {
        node: len([source for source in dict.fromkeys(sources) if source in reads])
        for node, sources in reads.items()
    }
    readers: dict[str, list[str]] = {}
    for node, sources in reads.items():
        for source in dict.fromkeys(sources):
            readers.setdefault(source, []).append(node)
    # Of the nodes that are ready the one listed first goes on, so that a list in running order keeps its order.
    nodes = list(reads)
    position = {node: index for index, node in enumerate(nodes)}
    ready = [position[node] for node, count in waits.items() if count == 0]
    order = []
    while ready:
        node = nodes[heapq.heappop(ready)]
        order.append(node)
        for reader in readers.get(node, ()):
            waits[reader] -= 1
            if waits[reader] == 0:
                heapq.heappush(ready, position[reader])
    done = set(order)
    return order, [node for node in reads if node not in done]
