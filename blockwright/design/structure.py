"""How the nodes of a design are wired: what each one reads, an order to run them in, and what is wrong with it."""

import heapq
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass

from blockwright.design.composites import check_composites, inner_first
from blockwright.design.cycles import read_before, ring_finding
from blockwright.design.reachability import check_use
from blockwright.schema.design import Design, Node, port
from blockwright.schema.findings import DesignError, Finding, Fix


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
            if any(self.node_of(one) == source for one in sources)
        ]

    def above(self, node_id: str) -> set[str]:
        """The ids of everything that `node_id` depends on, itself left out."""
        found: set[str] = set()
        stack = list(self.reads.get(self.node_of(node_id), ()))
        while stack:
            source = self.node_of(stack.pop())
            if source not in found:
                found.add(source)
                stack.extend(self.reads.get(source, ()))
        return found


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


def _bases(reads: dict[str, tuple[str, ...]], known: Container[str]) -> dict[str, tuple[str, ...]]:
    """What each node reads by the ids of nodes and inputs alone."""
    return {node: tuple(port(known, one)[0] for one in sources) for node, sources in reads.items()}


def _check_wires(design: Design) -> list[Finding]:
    findings = _check_names(design)
    sources = resolve_reads(design)
    findings += _check_sources(design, sources)
    findings += _check_sharing(design)
    reads = _bases(sources, design.ids())
    # Who reads a name that several have is told by the finding about the name.
    several = {finding.node for finding in findings if finding.code == "duplicate-name"}
    order, stuck = _sort(
        {node: tuple(one for one in read if one not in several) for node, read in reads.items()}
    )
    if stuck:
        findings.append(ring_finding(design, [one for one in stuck if one not in several], reads))
    if not design.nodes:
        message = (
            f'"{design.name}" has no blocks yet, so it has no output. Add a first block from the palette.'
        )
        findings.append(Finding(code="empty", severity="error", message=message))
    elif not findings:
        known = design.ids()
        outputs = {one: port(known, one)[0] for one in resolve_outputs(design)}
        findings += check_use(design, reads, order, outputs)
    return findings


def _check_names(design: Design) -> list[Finding]:
    names = Counter([one.id for one in design.inputs] + [node.id for node in design.nodes])
    inputs = {one.id for one in design.inputs}
    findings = []
    for name, times in names.items():
        if times > 1:
            where = f"{times} nodes share it"
            if name in inputs:
                nodes = any(node.id == name for node in design.nodes)
                where = "an input and a node share it" if nodes else f"{times} inputs share it"
            message = f'The name "{name}" must belong to one node only, but {where}. Rename the others.'
            edit = {"op": "tell_apart", "name": name}
            fix = Fix(label="Give each a name of its own", edits=[edit])
            findings.append(
                Finding(code="duplicate-name", node=name, severity="error", message=message, fix=fix)
            )
    return findings


def _check_sources(design: Design, reads: dict[str, tuple[str, ...]]) -> list[Finding]:
    known = design.ids()
    findings = []
    bases = _bases(reads, known)
    for node in design.nodes:
        if not reads[node.id]:
            message = (
                f'`{node.block}` "{node.id}" reads nothing yet. Draw a wire into it, or let it read the node '
                "before it."
            )
            fix = read_before(design, node.id, bases)
            findings.append(
                Finding(code="unconnected", node=node.id, severity="error", message=message, fix=fix)
            )
        for source in dict.fromkeys(reads[node.id]):
            if port(known, source)[0] in known:
                continue
            left = [one for one in reads[node.id] if port(known, one)[0] in known]
            edit = {"op": "connect", "node": node.id, "inputs": left}
            fix = Fix(label=f"Read {', '.join(left)} only", edits=[edit]) if left else None
            message = (
                f'`{node.block}` "{node.id}" reads "{source}", but there is no node or input of that name.'
            )
            findings.append(
                Finding(
                    code="dangling",
                    node=node.id,
                    severity="error",
                    message=message,
                    fix=fix or read_before(design, node.id, bases),
                )
            )
    for name in design.outputs or ():
        if port(known, name)[0] not in known:
            findings.append(
                Finding(
                    code="dangling-output",
                    severity="error",
                    message=f'The output "{name}" is not the name of a node. Choose one of the nodes there are.',
                    fix=Fix(label="Use the last node", edits=[{"op": "outputs", "outputs": None}]),
                )
            )
    once = {port(known, one): one for one in reversed(design.outputs or ())}
    if len(once) < len(design.outputs or ()):
        message = "Every output must be another node, but one is named twice."
        edit = {"op": "outputs", "outputs": list(once.values())[::-1]}
        findings.append(
            Finding(
                code="duplicate-output",
                severity="error",
                message=message,
                fix=Fix(label="Name each output once", edits=[edit]),
            )
        )
    return findings


def _check_sharing(design: Design) -> list[Finding]:
    nodes = {node.id: node for node in reversed(design.nodes)}
    findings = []
    for node in design.nodes:
        message = None if node.shares is None else _not_shareable(node, nodes.get(node.shares))
        if message is not None:
            edit = {"op": "share", "node": node.id, "with": None}
            fix = Fix(label=f"Give {node.id} weights of its own", edits=[edit])
            findings.append(Finding(code="sharing", node=node.id, severity="error", message=message, fix=fix))
    return findings


def _not_shareable(node: Node, other: Node | None) -> str | None:
    named = f'`{node.block}` "{node.id}"'
    if other is None:
        return f'{named} uses the weights of "{node.shares}", but there is no node of that name.'
    if other.id == node.id:
        return f"{named} cannot use its own weights a second time. Name another node."
    if other.shares is not None:
        return f'{named} uses the weights of "{other.id}", which itself uses those of "{other.shares}". Name that one.'
    if other.block != node.block:
        return f'{named} uses the weights of "{other.id}", which is another kind of block: `{other.block}`.'
    if node.params and node.params != other.params:
        return f'{named} uses the weights of "{other.id}", so it cannot have arguments of its own. Take them out.'
    if node.repeat != 1 or other.repeat != 1:
        return f'{named} and "{other.id}" share weights, so neither of them can be repeated.'
    return None


def _sort(reads: dict[str, tuple[str, ...]]) -> tuple[list[str], list[str]]:
    waits = {
        node: len([one for one in dict.fromkeys(sources) if one in reads]) for node, sources in reads.items()
    }
    readers: dict[str, list[str]] = {}
    for node, sources in reads.items():
        for source in dict.fromkeys(sources):
            readers.setdefault(source, []).append(node)
    # Of the nodes that are ready the one listed first goes on, so that a list in running order keeps its order.
    listed = list(reads)
    place = {node: index for index, node in enumerate(listed)}
    ready = [place[node] for node, count in waits.items() if count == 0]
    order = []
    while ready:
        node = listed[heapq.heappop(ready)]
        order.append(node)
        for reader in readers.get(node, ()):
            waits[reader] -= 1
            if waits[reader] == 0:
                heapq.heappush(ready, place[reader])
    done = set(order)
    return order, [node for node in reads if node not in done]
