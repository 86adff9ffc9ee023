"""Whether every node and every input of a design has a part in what the network gives."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from blockwright.schema.design import Design
from blockwright.schema.findings import Finding, Fix

_NAMED = 3


@dataclass(frozen=True)
class _Uses:
    """What leads where, by the ids of nodes and inputs: what each node reads, what reads it, and what has a part.

    `places` tells when each node runs, and `ends` the first few nodes below each that nothing reads.
    """

    design: Design
    reads: Mapping[str, tuple[str, ...]]
    readers: Mapping[str, list[str]]
    places: Mapping[str, int]
    ends: Mapping[str, list[str]]
    used: set[str]


def check_use(
    design: Design, reads: Mapping[str, tuple[str, ...]], order: Sequence[str], outputs: Mapping[str, str]
) -> list[Finding]:
    """Findings about nodes and inputs that lead to no output, and outputs that are inputs, of a sound design.

    `reads` are the ids of the nodes and inputs that each node reads, `order` the nodes as they run, and `outputs` the
    ids that the outputs come from.
    """
    uses = _uses(design, reads, order, outputs)
    findings = [_unused(uses, node.id, node.block) for node in design.nodes if node.id not in uses.used]
    findings += [_unused_input(uses, one.id) for one in design.inputs if one.id not in uses.used]
    kept = [output for output, base in outputs.items() if base in reads]
    label = f"Give only {' and '.join(kept)}" if kept else f"Give {design.nodes[-1].id}"
    fix = Fix(label=label, edits=[{"op": "outputs", "outputs": kept or None}])
    for output, base in outputs.items():
        if base not in reads:
            message = f'The output "{output}" is an input, so nothing would be learnt. Name a node instead.'
            findings.append(
                Finding(code="input-as-output", node=output, severity="error", message=message, fix=fix)
            )
    return findings


def _uses(
    design: Design, reads: Mapping[str, tuple[str, ...]], order: Sequence[str], outputs: Mapping[str, str]
) -> _Uses:
    readers: dict[str, list[str]] = {}
    for node_id, sources in reads.items():
        for source in dict.fromkeys(sources):
            readers.setdefault(source, []).append(node_id)
    ends: dict[str, list[str]] = {}
    for one in [*reversed(order), *(entry.id for entry in design.inputs)]:
        below = [end for reader in readers.get(one, ()) for end in ends[reader]]
        ends[one] = list(dict.fromkeys(below))[: _NAMED + 1] if one in readers else [one]
    used: set[str] = set()
    waiting = list(outputs.values())
    while waiting:
        here = waiting.pop()
        if here not in used:
            used.add(here)
            waiting += reads.get(here, ())
    # A node may be there for its weights only.
    used |= {node.shares for node in design.nodes if node.id in used and node.shares is not None}
    return _Uses(design, reads, readers, {one: place for place, one in enumerate(order)}, ends, used)


def _unused(uses: _Uses, node_id: str, block: str) -> Finding:
    if node_id in uses.readers:
        ends = _quoted(uses.ends[node_id])
        message = f'`{block}` "{node_id}" leads only to {ends}, so it takes no part in the network.'
        return Finding(code="unused", node=node_id, severity="warning", message=message)
    message = f'Nothing reads `{block}` "{node_id}", so it takes no part in the network.'
    gone = _branch(uses, node_id)
    if len(gone) == 1:
        fix = Fix(label=f"Remove {node_id}", edits=[{"op": "remove", "node": node_id}])
    else:
        names = " and ".join(gone) if len(gone) <= _NAMED else f"{node_id} and what leads only there"
        fix = Fix(label=f"Remove {names}", edits=[{"op": "remove_many", "nodes": gone}])
    return Finding(code="unused", node=node_id, severity="warning", message=message, fix=fix)


def _branch(uses: _Uses, end: str) -> list[str]:
    """A node that nothing reads and those that lead only to it, in the order in which they run."""
    above: set[str] = set()
    waiting = [end]
    while waiting:
        here = waiting.pop()
        if here not in above and here in uses.reads and here not in uses.used:
            above.add(here)
            waiting += uses.reads[here]
    branch: list[str] = []
    for one in sorted(above, key=uses.places.__getitem__, reverse=True):
        if one == end or set(uses.readers[one]) <= set(branch):
            branch.append(one)
    return branch[::-1]


def _unused_input(uses: _Uses, name: str) -> Finding:
    fix = None
    if name in uses.readers:
        message = (
            f'The input "{name}" leads only to {_quoted(uses.ends[name])}, which no output depends on yet. '
            "Let another block read that, or make it an output."
        )
    else:
        message = f'Nothing reads the input "{name}". Let a block read it.'
        if len(uses.design.inputs) > 1:
            fix = Fix(label=f"Remove the input {name}", edits=[{"op": "remove_input", "input": name}])
    return Finding(code="unused-input", node=name, severity="error", message=message, fix=fix)


def _quoted(names: list[str]) -> str:
    shown = [f'"{one}"' for one in names[:_NAMED]]
    return " and ".join([*shown, *(["others"] if len(names) > _NAMED else [])])
