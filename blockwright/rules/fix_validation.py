"""Fixes are offered once they were tried: the finding goes, and nothing that was right is wrong then."""

from collections import Counter
from collections.abc import Callable, Iterable

from blockwright.design.edits import apply_edits
from blockwright.design.edits.edit_helpers import EditError
from blockwright.schema.design import Design
from blockwright.schema.findings import Finding

_WIRES = frozenset(
    {
        "cycle",
        "dangling",
        "dangling-output",
        "duplicate-name",
        "duplicate-output",
        "empty",
        "sharing",
        "unconnected",
    }
)
"""Where one of these stands, what takes part in the network and what does not is not looked at yet."""
_UNDER_WIRES = frozenset({"unused-input", "input-as-output"})
_AT_THE_END = frozenset({"all-off", "dense-on-map", "head-units", "no-head", "output-data"})

_GRAVITY = {"error": 0, "warning": 1, "note": 2}


def proven(
    findings: Iterable[Finding],
    design: Design,
    shaped: Callable[[str], bool],
    ends: bool,
    look: Callable[[Design], list[Finding]],
    tries: int,
    notes: bool = True,
) -> list[Finding]:
    """The findings, without the fixes that would leave them standing or put an error where all was right.

    Args:
        shaped: whether the shape of a node is known: an error there would be a new one.
        ends: whether it is known what the network gives: an error of its last blocks would be a new one.
        look: the findings of a design.
        tries: how many fixes are tried; the rest go without, until those before them are fixed.
        notes: whether fixes of mere notes are tried, too; else they stay as they are.
    """
    findings = list(findings)
    before = Counter(map(_key, findings))
    named = design.ids()
    tangled = any(one.code in _WIRES for one in findings)
    rings = any(one.code == "composite-cycle" for one in findings)

    def hidden(error: Finding, fixed: Finding) -> bool:
        """Whether an error was there already, only out of sight."""
        if error.node is None:
            return rings and error.code != "empty"
        if error.node not in named:
            return fixed.code == "duplicate-name"
        at_the_end = error.code in _AT_THE_END and not ends
        tangle = error.code in _UNDER_WIRES and tangled
        return error.node == fixed.node or not shaped(error.node) or at_the_end or tangle

    def works(finding: Finding) -> bool:
        try:
            after = look(apply_edits(design, finding.fix.edits))
        except EditError:
            return False
        now = Counter(map(_key, after))
        same = any(_key(one) == _key(finding) and one.message == finding.message for one in after)
        if same or now[_key(finding)] >= before[_key(finding)]:
            return False
        fresh = [one for one in after if one.severity == "error" and not before[_key(one)]]
        return all(hidden(one, finding) for one in fresh)

    # The gravest first, for where there are more than can be tried.
    order = sorted(
        (
            place
            for place, finding in enumerate(findings)
            if finding.fix is not None and (notes or finding.severity != "note")
        ),
        key=lambda place: _GRAVITY[findings[place].severity],
    )
    for number, place in enumerate(order):
        if number >= tries or not works(findings[place]):
            findings[place] = findings[place].model_copy(update={"fix": None})
    return findings


def _key(finding: Finding) -> tuple[str, str | None]:
    return finding.code, finding.node
