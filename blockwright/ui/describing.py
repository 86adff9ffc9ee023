"""What the design service says of the current design, for every part of the page that shows some of it."""

from dataclasses import dataclass, field
from typing import Any

from blockwright.architecture.findings import DesignError, Finding
from blockwright.architecture.spec import Design
from blockwright.architecture.structure import check_structure
from blockwright.data.cards import card_of
from blockwright.data.errors import DataError
from blockwright.ui import state
from blockwright.ui.backend import Starting, Unanswered, request


@dataclass
class Description:
    """The description of a design; without the service, only what its structure says.

    Attributes:
        nodes: what is known of each node, by its id.
        totals: `total_params`, `trainable_params`, `macs`, `activation_bytes`; empty when unknown.
        starting: the service is not up yet.
        trouble: why it did not answer, if it did not.
    """

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    totals: dict[str, Any] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    starting: bool = False
    trouble: str | None = None

    def of(self, node: str | None) -> list[Finding]:
        """The findings of one node, or with None those of the design as a whole."""
        return [finding for finding in self.findings if finding.node == node]

    @property
    def errors(self) -> int:
        """How many things must be mended before the network can be built."""
        return sum(finding.severity == "error" for finding in self.findings)


def described(design: Design | None = None) -> Description:
    """The description of the current design (or of `design`), for the data chosen for training, if any."""
    design = design or state.design()
    try:
        answer = request("describe", design=design.document(), data=chosen_data())
    except Starting:
        return Description(findings=check_structure(design), starting=True)
    except Unanswered as error:
        return Description(findings=check_structure(design), trouble=str(error))
    except DesignError as error:
        return Description(findings=error.findings)
    return Description(
        nodes={node["id"]: node for node in answer["nodes"]},
        totals=answer,
        findings=[Finding.model_validate(finding) for finding in answer["findings"]],
    )


def chosen_data() -> dict[str, Any] | None:
    """The shape and number of classes of the data chosen for training; None before a choice was made."""
    choice = state.settings().get("data")
    if not choice:
        return None
    try:
        card = card_of(choice)
    except DataError:
        return None
    return card.brief()
