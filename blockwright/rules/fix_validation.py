"""Fixes are offered once they were tried: the finding goes, and nothing that was right is wrong then."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from blockwright.design.composite_rules import CompositeCycle
from blockwright.design.edits import apply_edits
from blockwright.design.edits.edit_helpers import EditError
from blockwright.design.reachability import InputAsOutput, UnusedInput
from blockwright.design.wire_rules import DuplicateName, Empty, WireRule
from blockwright.design.wiring import partial_wiring
from blockwright.inference.shape_view import ShapeView
from blockwright.rules.data_set import OutputTargets
from blockwright.rules.outputs import AllOff, DenseOnMap, last_enabled
from blockwright.schema.design import Design
from blockwright.schema.findings import SEVERITIES, Finding, Fix
from blockwright.schema.rules import every_rule
from blockwright.tasks.output_rules import OutputRule

Key = tuple[str, str | None]
"""The code of a finding, and the node that it names."""

_WIRE_CODES = frozenset(rule.code for rule in every_rule(WireRule))
_OUTPUT_CODES = frozenset(
    {AllOff.code, DenseOnMap.code, OutputTargets.code, *(rule.code for rule in every_rule(OutputRule))}
)


def validated(
    findings: Iterable[Finding],
    shapes: ShapeView,
    find: Callable[[Design], list[Finding]],
    tries: int,
    notes: bool = True,
) -> list[Finding]:
    """The findings, without the fixes that would leave them in place or put an error where all was right.

    Args:
        findings: the findings of a design, each with the fix to try.
        shapes: the shapes of the design.
        find: the findings of a changed design.
        tries: how many fixes are tried; the rest go without, until those before them are fixed.
        notes: whether fixes of mere notes are tried, too; else they stay as they are.
    """
    findings = list(findings)
    check = _Check(findings, shapes, find)
    order = sorted(
        (
            index
            for index, finding in enumerate(findings)
            if finding.fix is not None and (notes or finding.severity != "note")
        ),
        key=lambda index: SEVERITIES.index(findings[index].severity),
    )
    for number, index in enumerate(order):
        fix = findings[index].fix
        if fix is not None and (number >= tries or not check.works(findings[index], fix)):
            findings[index] = findings[index].model_copy(update={"fix": None})
    return findings


class _Check:
    """Whether fixes work on a design with these findings."""

    def __init__(
        self, findings: list[Finding], shapes: ShapeView, find: Callable[[Design], list[Finding]]
    ) -> None:
        self._shapes, self._find = shapes, find
        self._names = shapes.design.ids()
        self._before = Counter(map(_key, findings))
        codes = {finding.code for finding in findings}
        self._has_composite_cycle = CompositeCycle.code in codes
        self._unchecked_uses = set(_uses(shapes.design)) if codes & _WIRE_CODES else set()
        self._outputs_are_known = all(
            output in shapes.shapes and last_enabled(shapes, output) is not None
            for output in shapes.wires.outputs
        )

    def works(self, finding: Finding, fix: Fix) -> bool:
        """Whether the fix removes the finding, and brings no error that was not there before."""
        try:
            after = self._find(apply_edits(self._shapes.design, fix.edits))
        except EditError:
            return False
        key, count = _key(finding), Counter(map(_key, after))
        if count[key] >= self._before[key] or any(
            _key(other) == key and other.message == finding.message for other in after
        ):
            return False
        errors = [other for other in after if other.severity == "error" and not self._before[_key(other)]]
        return all(self._was_hidden(error, finding) for error in errors)

    def _was_hidden(self, error: Finding, fixed: Finding) -> bool:
        """Whether an error was there already, where the rules could not look."""
        if error.node is None:
            return self._has_composite_cycle and error.code != Empty.code
        if error.node not in self._names:
            return fixed.code == DuplicateName.code
        return (
            error.node == fixed.node
            or error.node not in self._shapes.shapes
            or (error.code in _OUTPUT_CODES and not self._outputs_are_known)
            or _key(error) in self._unchecked_uses
        )


def _uses(design: Design) -> Iterator[Key]:
    """What the rules about use would find in a design whose wires are wrong, and which they do not check for that."""
    wires = partial_wiring(design)
    used = {wires.node_of(output) for output in wires.outputs}
    used.update(*(wires.above(output) for output in wires.outputs))
    inputs = {entry.id for entry in design.inputs}
    for name in inputs - used:
        yield UnusedInput.code, name
    for output in wires.outputs:
        if wires.node_of(output) in inputs:
            yield InputAsOutput.code, output


def _key(finding: Finding) -> Key:
    return finding.code, finding.node
