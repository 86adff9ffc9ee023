"""What the design service says of the current design, for every part of the page that shows some of it."""

from dataclasses import dataclass, field
from typing import Any

from blockwright.design.argument_rules import check_arguments
from blockwright.design.composite_catalog import extended
from blockwright.design.composites import opened
from blockwright.design.structure import check_structure
from blockwright.schema.data_errors import DataError
from blockwright.schema.dataset_cards import card_of
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError, Finding
from blockwright.ui.shell import state
from blockwright.ui.shell.service import Starting, Unanswered, catalog, latest, request


@dataclass
class Description:
    """The description of a design; without the service, only what its structure says.

    Attributes:
        nodes: what is known of each node, by its id.
        inputs: the shapes, with the batch, that the inputs of an open block are given; None where that is not known.
        used_at: the node for whose use of the open block the shapes are; None for the whole network.
        totals: `total_params`, `trainable_params`, `macs`, `activation_bytes`; empty when unknown.
        starting: the service is not up yet.
        trouble: why it did not answer, if it did not.
    """

    nodes: dict[str, dict[str, Any]] = field(default_factory=dict)
    inputs: dict[str, list[int | None] | None] = field(default_factory=dict)
    used_at: str | None = None
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
    data = chosen_data()
    for kept, about, description in list(latest):
        if kept is design and about == data:
            return description
    description = _asked(design, data)
    if not description.starting and description.trouble is None:
        latest.appendleft((design, data, description))
    return description


def _asked(design: Design, data: dict[str, Any] | None) -> Description:
    try:
        answer = request("describe", design=design.document(), data=data)
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


def described_here() -> Description:
    """The description of what is shown: the whole network, or the inside of the block that is open.

    Inside, shapes are those of the use that the block was opened from, else of the first one; the fixes are edits of
    the inside, which take no `"in"`.
    """
    name = state.inside()
    if name is None:
        return described()
    design = state.design()
    path = [level["use"] for level in state.levels()]
    found = _findings_inside(design, name)
    try:
        answer = request(
            "describe_inside", design=design.document(), block=name, path=path if all(path) else []
        )
    except Starting:
        return Description(findings=found, starting=True)
    except Unanswered as error:
        return Description(findings=found, trouble=str(error))
    except DesignError as error:
        return Description(findings=[*found, *error.findings])
    known = {(finding.code, finding.node) for finding in found}
    more = [Finding.model_validate(finding) for finding in answer["findings"]]
    return Description(
        nodes={node["id"]: node for node in answer["nodes"]},
        inputs={one["id"]: one["shape"] for one in answer["inputs"]},
        used_at=answer["node"],
        findings=[*found, *(one for one in more if (one.code, one.node) not in known)],
    )


def shown_with_shapes(description: Description) -> Design:
    """What is shown, with the shapes that the inputs of an open block are given where they are known."""
    design = state.shown()
    inputs = tuple(
        one.model_copy(update={"shape": tuple(shape[1:])})
        if (shape := description.inputs.get(one.id)) is not None
        else one
        for one in design.inputs
    )
    return design.model_copy(update={"inputs": inputs})


def _findings_inside(design: Design, name: str) -> list[Finding]:
    """What its structure and the catalog say of the inside of a block, with its defaults as arguments."""
    body = opened(design, name, {})
    found = check_structure(body.model_copy(update={"composites": {}}))
    known = catalog()
    return found if known is None else [*found, *check_arguments(extended(known, design), body)]


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
