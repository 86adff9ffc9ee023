"""Designs as the canvas draws them, and edits of the canvas applied to them, for the tests of both."""

from typing import Any

from blockwright.design.composite_catalog import extended
from blockwright.design.edits import apply_edit, read_edit
from blockwright.design.parse import read_design
from blockwright.design.wiring import resolve_reads
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design
from blockwright.schema.findings import Finding
from blockwright.ui.design.canvas.entries import entries
from blockwright.ui.design.description import Description
from blockwright.ui.design.edit_completion import completed
from tests.ui.fakes import catalog, describe

KNOWN = Catalog.from_list(catalog())


def described(design: Design) -> Description:
    answer = describe(design)
    return Description(
        nodes={node["id"]: node for node in answer["nodes"]},
        network=answer,
        findings=[Finding.model_validate(one) for one in answer["findings"]],
    )


def drawn(design: Design) -> dict:
    return entries(design, described(design), KNOWN)


def branches() -> Design:
    return read_design(
        {
            "format": 1,
            "inputs": [{"id": "image", "shape": [8, 8, 1]}],
            "nodes": [
                {"id": "a", "block": "ConvBlock", "params": {"filters": 4}},
                {"id": "b", "block": "ConvBlock", "params": {"filters": 4}, "enabled": False, "at": [10, 20]},
                {"id": "sum", "block": "Add", "inputs": ["a", "b"]},
                {"id": "head", "block": "Dense", "params": {"units": 2}},
            ],
        }
    )


def done(design: Design, *edits: dict[str, Any]) -> Design:
    """The design after edits that a browser sent as one step."""
    for edit in edits:
        blocks = extended(KNOWN, design)
        design = apply_edit(design, completed(read_edit(edit), design, blocks, len(design.nodes)))
    return design


def wires(design: Design) -> dict[str, tuple[str, ...]]:
    return resolve_reads(design)
