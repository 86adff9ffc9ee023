"""What a block costs and what is wrong with it, as the stack, the canvas and the inspector show it."""

from collections.abc import Mapping
from typing import Any

from blockwright.schema.findings import Finding
from blockwright.ui.widgets import number_format

_ORDER = ("error", "warning", "note")


def cost(about: Mapping[str, Any]) -> str:
    """What a block costs, as text; empty where that is unknown."""
    if about.get("output_shape") is None:
        return ""
    params, macs = about["params"], about["macs"]
    if not params and not macs:
        return "no parameters"
    return f"{number_format.count(params)} params · {number_format.short(macs)} MACs"


def shown_findings(findings: list[Finding]) -> list[dict[str, Any]]:
    """Findings as a component shows them, the most severe first."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity,
            "message": finding.message.replace("`", ""),
            "fix": fix_label(finding),
            "label": finding.fix.label if finding.fix else None,
        }
        for finding in sorted(findings, key=lambda finding: _ORDER.index(finding.severity))
    ]


def fix_label(finding: Finding) -> str | None:
    """The text of a fix's button: the fix, and the shape that it would give."""
    if finding.fix is None:
        return None
    shape = finding.fix.output_shape
    return finding.fix.label + (f" → {number_format.shape(shape)}" if shape else "")


def worst_severity(findings: list[Finding]) -> str:
    """The highest severity among findings; empty where there is none."""
    severities = {finding.severity for finding in findings}
    return next((severity for severity in _ORDER if severity in severities), "")
