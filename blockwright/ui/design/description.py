"""What the design service says of the current design, for every part of the page that shows some of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from blockwright.design.argument_rules import check_arguments
from blockwright.design.composite_catalog import extended
from blockwright.design.composites import opened
from blockwright.design.structure import check_structure
from blockwright.schema.data.dataset_cards import card_of
from blockwright.schema.data.errors import DataError
from blockwright.schema.description import Description as NetworkDescription
from blockwright.schema.description import InsideDescription, JsonShape, NodeDescription
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.service_calls import DESCRIBE, DESCRIBE_INSIDE, Answer, ServiceCall
from blockwright.ui.shell import state
from blockwright.ui.shell.byte_cache import json_bytes
from blockwright.ui.shell.service import Starting, Unanswered, catalog, latest, request


@dataclass
class Description:
    """The description of a design; without the service, only what its structure says.

    Attributes:
        nodes: shapes and costs of each node, by its id.
        inputs: the shapes, with the batch, that the inputs of an open block are given; None where that is not known.
        used_at: the node for whose use of the open block the shapes are; None for the whole network.
        network: the whole network, with its totals; None inside a block, and when unknown.
        starting: the service is not up yet.
        trouble: why it did not answer, if it did not.
    """

    nodes: dict[str, NodeDescription] = field(default_factory=dict)
    inputs: dict[str, JsonShape | None] = field(default_factory=dict)
    used_at: str | None = None
    network: NetworkDescription | None = None
    findings: list[Finding] = field(default_factory=list)
    starting: bool = False
    trouble: str | None = None

    def of(self, node: str | None) -> list[Finding]:
        """The findings of one node, or with None those of the design as a whole."""
        return [finding for finding in self.findings if finding.node == node]

    @property
    def errors(self) -> int:
        """How many problems must be fixed before the network can be built."""
        return sum(finding.severity == "error" for finding in self.findings)


def described() -> Description:
    """The description of the current design, for the data chosen for training, if any."""
    design, data = state.design(), chosen_data()
    return latest.find(design, data) or _asked(
        lambda: check_structure(design), design, data, DESCRIBE, _of_network, data=data
    )


def is_described() -> bool:
    """Whether `described` knows the answer without asking the service."""
    return latest.find(state.design(), chosen_data()) is not None


def await_description() -> None:
    """Have the current design described, and say so on the page while that takes time."""
    if state.design().nodes and not is_described():
        with st.spinner("Computing shapes and costs …"):
            described()


def described_here() -> Description:
    """The description of what is shown: the whole network, or the inside of the block that is open.

    Inside, shapes are those of the use that the block was opened from, else of the first one; the fixes are edits of
    the inside, which take no `"in"`.
    """
    design, name = state.design(), state.inside()
    if name is None:
        return described()
    path = [level["use"] for level in state.levels()]
    path = path if all(path) else []
    description: Description | None = latest.find(design, [name, path])
    if description is None:
        findings = _findings_inside(design, name)
        description = _asked(
            lambda: findings, design, [name, path], DESCRIBE_INSIDE, _of_inside, block=name, path=path
        )
        own = {(finding.code, finding.node) for finding in findings}
        more = [finding for finding in description.findings if (finding.code, finding.node) not in own]
        description.findings = [*findings, *more]
    return description


def _asked(
    findings: Callable[[], list[Finding]],
    design: Design,
    question: object,
    call: ServiceCall[..., Answer],
    read: Callable[[Answer], Description],
    **args: Any,
) -> Description:
    """What the service answers, which is kept for `question`; without it, only `findings`."""
    try:
        answer = request(call, design=design.document(), **args)
        description, size = read(answer), json_bytes(answer)
    except Starting:
        return Description(findings=findings(), starting=True)
    except Unanswered as error:
        return Description(findings=findings(), trouble=str(error))
    except DesignError as error:
        description = Description(findings=error.findings)
        size = json_bytes([finding.model_dump() for finding in error.findings])
    latest.add(design, question, description, size)
    return description


def _of_network(answer: NetworkDescription) -> Description:
    return Description(
        nodes={node["id"]: node for node in answer["nodes"]},
        network=answer,
        findings=[Finding.model_validate(finding) for finding in answer["findings"]],
    )


def _of_inside(answer: InsideDescription) -> Description:
    return Description(
        nodes={node["id"]: node for node in answer["nodes"]},
        inputs={entry["id"]: entry["shape"] for entry in answer["inputs"]},
        used_at=answer["node"],
        findings=[Finding.model_validate(finding) for finding in answer["findings"]],
    )


def shown_with_shapes(description: Description) -> Design:
    """What is shown, with the shapes that the inputs of an open block are given where they are known."""
    design = state.shown()
    inputs = tuple(
        entry.model_copy(update={"shape": tuple(shape[1:])})
        if (shape := description.inputs.get(entry.id)) is not None
        else entry
        for entry in design.inputs
    )
    return design.model_copy(update={"inputs": inputs})


def _findings_inside(design: Design, name: str) -> list[Finding]:
    """What its structure and the catalog say of the inside of a block, with its defaults as arguments."""
    body = opened(design, name, {})
    findings = check_structure(body.model_copy(update={"composites": {}}))
    blocks = catalog()
    return findings if blocks is None else [*findings, *check_arguments(extended(blocks, design), body)]


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
