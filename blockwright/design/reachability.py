"""Rules about nodes and inputs that no output depends on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from blockwright.schema.design import Design
from blockwright.schema.findings import Finding
from blockwright.schema.rules import Candidate, Problem, Rule, every_rule

_NAMED = 3


@dataclass(frozen=True)
class UseView:
    """The connections of nodes and inputs, by their ids: what each reads, what reads it, and what is used.

    `outputs` are the nodes or inputs that the outputs come from, `positions` says when each node runs, and `ends` are
    the first few nodes below each that nothing reads.
    """

    design: Design
    outputs: Mapping[str, str]
    reads: Mapping[str, tuple[str, ...]]
    readers: Mapping[str, list[str]]
    positions: Mapping[str, int]
    ends: Mapping[str, list[str]]
    used: set[str]


class UseRule(Rule[UseView]):
    """A rule about what the outputs depend on, for a network whose wires are right."""


class Unused(UseRule):
    """A node that no output depends on learns nothing. Remove it, or connect it to an output."""

    code = "unused"
    severity = "warning"

    def check(self, view: UseView) -> Iterator[Problem]:
        for node in view.design.nodes:
            if node.id in view.used:
                continue
            named = f'`{node.block}` "{node.id}"'
            if node.id in view.readers:
                ends = _quoted(view.ends[node.id])
                yield Problem(node.id, f"{named} leads only to {ends}, so no output depends on it.")
            else:
                message = f"No node reads {named}, so no output depends on it."
                yield Problem(node.id, message, (self._removal(view, node.id),))

    def _removal(self, view: UseView, node_id: str) -> Candidate:
        branch = _branch(view, node_id)
        if len(branch) == 1:
            return f"Remove {node_id}", [{"op": "remove", "node": node_id}]
        names = (
            " and ".join(branch) if len(branch) <= _NAMED else f"{node_id} and the nodes that lead only to it"
        )
        return f"Remove {names}", [{"op": "remove_many", "nodes": branch}]


class UnusedInput(UseRule):
    """Keras builds no network around an input that no output depends on. Connect it, or remove it."""

    code = "unused-input"

    def check(self, view: UseView) -> Iterator[Problem]:
        for entry in view.design.inputs:
            name = entry.id
            if name in view.used:
                continue
            if name in view.readers:
                message = (
                    f'The input "{name}" leads only to {_quoted(view.ends[name])}, which no output depends on yet. '
                    "Connect that to another block, or make it an output."
                )
                yield Problem(name, message)
                continue
            several = len(view.design.inputs) > 1
            fix: Candidate = f"Remove the input {name}", [{"op": "remove_input", "input": name}]
            message = f'No node reads the input "{name}". Connect it to a block.'
            yield Problem(name, message, (fix,) if several else ())


class InputAsOutput(UseRule):
    """A network that outputs an input unchanged learns nothing. Choose a node."""

    code = "input-as-output"

    def check(self, view: UseView) -> Iterator[Problem]:
        nodes = [output for output, base in view.outputs.items() if base in view.reads]
        label = f"Output only {' and '.join(nodes)}" if nodes else f"Output {view.design.nodes[-1].id}"
        fix: Candidate = label, [{"op": "outputs", "outputs": nodes or None}]
        for output, base in view.outputs.items():
            if base not in view.reads:
                message = (
                    f'The output "{output}" is an input, so nothing would be learned. Choose a node instead.'
                )
                yield Problem(output, message, (fix,))


_RULES = [rule() for rule in every_rule(UseRule)]


def check_use(
    design: Design, reads: Mapping[str, tuple[str, ...]], order: Sequence[str], outputs: Mapping[str, str]
) -> list[Finding]:
    """Findings about nodes and inputs that lead to no output, and outputs that are inputs, of a sound design.

    `reads` are the ids of the nodes and inputs that each node reads, `order` the nodes as they run, and `outputs` the
    ids that the outputs come from.
    """
    view = _uses(design, reads, order, outputs)
    return [finding for rule in _RULES for finding in rule.findings(view)]


def _uses(
    design: Design, reads: Mapping[str, tuple[str, ...]], order: Sequence[str], outputs: Mapping[str, str]
) -> UseView:
    readers: dict[str, list[str]] = {}
    for node_id, sources in reads.items():
        for source in dict.fromkeys(sources):
            readers.setdefault(source, []).append(node_id)
    ends: dict[str, list[str]] = {}
    for source in [*reversed(order), *(entry.id for entry in design.inputs)]:
        below = [end for reader in readers.get(source, ()) for end in ends[reader]]
        ends[source] = list(dict.fromkeys(below))[: _NAMED + 1] if source in readers else [source]
    used: set[str] = set()
    waiting = list(outputs.values())
    while waiting:
        current = waiting.pop()
        if current not in used:
            used.add(current)
            waiting += reads.get(current, ())
    # A node may be there for its weights only.
    used |= {node.shares for node in design.nodes if node.id in used and node.shares is not None}
    return UseView(
        design,
        outputs,
        reads,
        readers,
        {node_id: position for position, node_id in enumerate(order)},
        ends,
        used,
    )


def _branch(view: UseView, end: str) -> list[str]:
    """A node that nothing reads and those that lead only to it, in the order in which they run."""
    above: set[str] = set()
    waiting = [end]
    while waiting:
        current = waiting.pop()
        if current not in above and current in view.reads and current not in view.used:
            above.add(current)
            waiting += view.reads[current]
    branch: list[str] = []
    for node_id in sorted(above, key=view.positions.__getitem__, reverse=True):
        if node_id == end or set(view.readers[node_id]) <= set(branch):
            branch.append(node_id)
    return branch[::-1]


def _quoted(names: list[str]) -> str:
    shown = [f'"{name}"' for name in names[:_NAMED]]
    return " and ".join([*shown, *(["others"] if len(names) > _NAMED else [])])
