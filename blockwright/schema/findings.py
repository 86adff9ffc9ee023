"""What is wrong with a design, or worth knowing, as data: code, node, severity, message, and how to fix it."""

import json
from typing import Any, Literal, get_args

from pydantic import BaseModel, ConfigDict

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)
"""From the gravest to the least."""


class Fix(BaseModel):
    """Edits (see `design.edits`) that fix a finding, offered as one click, and the shape that they would give."""

    model_config = ConfigDict(frozen=True)

    label: str
    edits: list[dict[str, Any]]
    output_shape: list[int | None] | None = None


class Finding(BaseModel):
    """One finding. `node` names the node, or is None when the design as a whole is meant."""

    model_config = ConfigDict(frozen=True)

    code: str
    node: str | None = None
    severity: Severity
    message: str
    fix: Fix | None = None


class DesignError(ValueError):
    """A design that cannot be read or built; `findings` says why, all at once."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(" ".join(finding.message for finding in findings))
        self.findings = findings


def shortened(value: object) -> str:
    """A value as messages show what was received: JSON of at most 60 characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 60 else text[:57] + "…"
