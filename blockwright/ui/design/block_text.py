"""What a block costs and what is wrong with it, as the stack, the canvas and the inspector show it."""

from typing import Any

import streamlit as st

from blockwright.schema.catalog import BlockType
from blockwright.schema.description import NodeDescription
from blockwright.schema.design import Node
from blockwright.schema.findings import Finding, Fix
from blockwright.ui.design import commands
from blockwright.ui.shell.messages import box
from blockwright.ui.widgets import number_format

_ORDER = ("error", "warning", "note")


def cost(description: NodeDescription | None) -> str:
    """What a block costs, as text; empty where that is unknown."""
    if description is None or description["output_shape"] is None:
        return ""
    params, macs = description["params"], description["macs"]
    if not params and not macs:
        return "no parameters"
    return f"{number_format.count(params)} params · {number_format.short(macs)} MACs"


def argument_names(node: Node, block_type: BlockType | None) -> list[str]:
    """The arguments that are set, in the order of the form; last those that the form has not."""
    form = [param.name for param in block_type.params] if block_type else []
    return [name for name in dict.fromkeys([*form, *node.params]) if name in node.params]


def shown_findings(findings: list[Finding]) -> list[dict[str, Any]]:
    """Findings as a component shows them, the most severe first."""
    return [
        {
            "code": finding.code,
            "severity": finding.severity,
            "message": finding.message.replace("`", ""),
            "fix": fix_label(finding.fix) if finding.fix else None,
            "label": finding.fix.label if finding.fix else None,
        }
        for finding in sorted(findings, key=lambda finding: _ORDER.index(finding.severity))
    ]


def draw_finding(finding: Finding, key: str, *, fix_only: bool = False) -> None:
    """A finding in a box, with its fix as a button under `key`; `fix_only` where its sentence is in sight elsewhere."""
    if not fix_only:
        box(finding.severity, finding.message)
    if finding.fix:
        st.button(
            fix_label(finding.fix),
            key=key,
            icon=":material/build:",
            on_click=commands.run,
            args=(commands.ApplyFix(node=finding.node, code=finding.code, label=finding.fix.label),),
        )


def fix_label(fix: Fix) -> str:
    """The text of a fix's button: the fix, and the shape that it would give."""
    shape = fix.output_shape
    return fix.label + (f" → {number_format.shape(shape)}" if shape else "")


def worst_severity(findings: list[Finding]) -> str:
    """The highest severity among findings; empty where there is none."""
    severities = {finding.severity for finding in findings}
    return next((severity for severity in _ORDER if severity in severities), "")
