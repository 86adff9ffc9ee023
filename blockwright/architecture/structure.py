"""How the nodes of a design are wired: what each one reads, an order to run them in, and what is wrong with it."""

import heapq
from collections import Counter
from dataclasses import dataclass

from blockwright.architecture.findings import DesignError, Finding, Fix
from blockwright.architecture.spec import Design


@dataclass(frozen=True)
class Wiring:
    """Who reads whom, with every name that was left out filled in.

    Attributes:
        reads: for each node id the ids (of nodes or inputs) that it reads, in order.
        order: the node ids so that each comes after everything it reads.
        outputs: the ids whose values the network gives.
    """

    reads: dict[str, tuple[str, ...]]
    order: tuple[str, ...]
    outputs: tuple[str, ...]

    def readers(self, source: str) -> list[str]:
        """The node ids that read `source`."""
        return [node for node, sources in self.reads.items() if source in sources]

    def above(self, node_id: str) -> set[str]:
        """Everything that `node_id` depends on, itself left out."""
        found: set[str] = set()
        stack = list(self.reads.get(node_id, ()))
        while stack:
            source = stack.pop()
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
    order, _ = _sort(reads)
    return Wiring(reads, tuple(order), resolve_outputs(design))


def partial_wiring(design: Design) -> Wiring:
    """The wiring of what can be ordered at all: nodes in a cycle, or below one, are left out of `order`.

    Names that occur twice keep their first node only; names that lead nowhere stay in `reads`.
    """
    reads: dict[str, tuple[str, ...]] = {}
    for node_id, sources in resolve_reads(design).items():
        reads.setdefault(node_id, sources)
    order, _ = _sort(reads)
    return Wiring(reads, tuple(order), resolve_outputs(design))


def check_structure(design: Design) -> list[Finding]:
    """Every finding about names and wires: duplicates, dangling names, cycles, dead ends, no output."""
    findings = _check_names(design)
    reads = resolve_reads(design)
    findings += _check_sources(design, reads)
    known = {node_id: [one for one in sources if one in reads] for node_id, sources in reads.items()}
    order, stuck = _sort({node_id: tuple(sources) for node_id, sources in known.items()})
    if stuck:
        findings.append(_cycle(design, stuck, known))
    if not design.nodes:
        message = (
            f'"{design.name}" has no blocks yet, so it has no output. Add a first block from the palette.'
        )
        findings.append(Finding(code="empty", severity="error", message=message))
    elif not findings:
        findings += _check_use(design, Wiring(reads, tuple(order), resolve_outputs(design)))
    return findings


def _check_names(design: Design) -> list[Finding]:
    names = Counter([one.id for one in design.inputs] + [node.id for node in design.nodes])
    inputs = {one.id for one in design.inputs}
    findings = []
    for name, times in names.items():
        if times > 1:
            where = "an input and a node share it" if name in inputs else f"{times} nodes share it"
            message = f'The name "{name}" must belong to one node only, but {where}. Rename the others.'
            findings.append(Finding(code="duplicate-name", node=name, severity="error", message=message))
    return findings


def _check_sources(design: Design, reads: dict[str, tuple[str, ...]]) -> list[Finding]:
    known = design.ids()
    findings = []
    for node in design.nodes:
        for source in dict.fromkeys(reads[node.id]):
            if source in known:
                continue
            left = [one for one in reads[node.id] if one in known]
            edit = {"op": "connect", "node": node.id, "inputs": left or None}
            label = f"Read {', '.join(left)} only" if left else "Read the node before it"
            message = (
                f'`{node.block}` "{node.id}" reads "{source}", but there is no node or input of that name.'
            )
            findings.append(
                Finding(
                    code="dangling",
                    node=node.id,
                    severity="error",
                    message=message,
                    fix=Fix(label=label, edits=[edit]),
                )
            )
    for name in design.outputs or ():
        if name not in known:
            findings.append(
                Finding(
                    code="dangling-output",
                    severity="error",
                    message=f'The output "{name}" is not the name of a node. Choose one of the nodes there are.',
                    fix=Fix(label="Use the last node", edits=[{"op": "outputs", "outputs": None}]),
                )
            )
    if design.outputs is not None and len(set(design.outputs)) < len(design.outputs):
        message = "Every output must be another node, but one is named twice."
        edit = {"op": "outputs", "outputs": list(dict.fromkeys(design.outputs))}
        findings.append(
            Finding(
                code="duplicate-output",
                severity="error",
                message=message,
                fix=Fix(label="Name each output once", edits=[edit]),
            )
        )
    return findings


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


def _cycle(design: Design, stuck: list[str], reads: dict[str, list[str]]) -> Finding:
    inside = set(stuck)
    seen: list[str] = []
    node = stuck[0]
    while node not in seen:
        seen.append(node)
        node = next(source for source in reads[node] if source in inside)
    ring = seen[seen.index(node) :][::-1]
    path = " -> ".join(f'"{one}"' for one in [*ring[:6], *(["…"] if len(ring) > 6 else []), ring[0]])
    message = (
        f"These nodes wait for each other: {path}. A network runs in one direction: cut one of these wires."
    )
    return Finding(code="cycle", node=ring[0], severity="error", message=message, fix=_cut(design, ring))


def _cut(design: Design, ring: list[str]) -> Fix | None:
    """The first wire of the ring whose reader may as well read the node before it."""
    before = {node.id: design.nodes[place - 1].id for place, node in enumerate(design.nodes) if place}
    for reader, source in zip(ring, [ring[-1], *ring[:-1]], strict=True):
        node = design.node(reader)
        if node.inputs is not None and before.get(reader) not in ring:
            rest = [one for one in node.inputs if one != source]
            label = f"Cut {source} -> {reader}"
            return Fix(label=label, edits=[{"op": "connect", "node": reader, "inputs": rest or None}])
    return None


def _check_use(design: Design, wires: Wiring) -> list[Finding]:
    used = set(wires.outputs)
    for output in wires.outputs:
        used |= wires.above(output)
    findings = []
    for node in design.nodes:
        if node.id not in used:
            message = f'Nothing reads `{node.block}` "{node.id}", so it takes no part in the network.'
            fix = Fix(label=f"Remove {node.id}", edits=[{"op": "remove", "node": node.id}])
            findings.append(
                Finding(code="unused", node=node.id, severity="warning", message=message, fix=fix)
            )
    for one in design.inputs:
        if one.id not in used:
            message = f'Nothing reads the input "{one.id}". Let a block read it.'
            findings.append(Finding(code="unused-input", node=one.id, severity="error", message=message))
    for output in wires.outputs:
        if output not in wires.reads:
            message = f'The output "{output}" is an input, so nothing would be learnt. Name a node instead.'
            findings.append(Finding(code="input-as-output", node=output, severity="error", message=message))
    return findings
