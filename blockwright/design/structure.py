"""Whether the wires and composite blocks of a design are right, and the wiring of a design in which they are."""

from blockwright.design.composite_rules import check_composites
from blockwright.design.composites import inner_first
from blockwright.design.reachability import check_use
from blockwright.design.wire_rules import WireRule, WireView
from blockwright.design.wiring import Wiring, partial_wiring, resolve_outputs
from blockwright.schema.design import Design, port
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.rules import every_rule

_WIRE_RULES = [rule() for rule in every_rule(WireRule)]


def checked_wiring(design: Design) -> Wiring:
    """The wiring of a sound design; raises `DesignError` with the findings of one that is not."""
    errors = [finding for finding in check_structure(design) if finding.severity == "error"]
    if errors:
        raise DesignError(errors)
    return partial_wiring(design)


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
    outputs = {output: port(view.ids, output)[0] for output in resolve_outputs(design)}
    return check_use(design, view.bases, view.order, outputs)
