"""Designs as the canvas draws them, and deeds of the canvas done to them, for the tests of both."""

from blockwright.design.composite_catalog import extended
from blockwright.design.edits import apply_edits
from blockwright.design.parse import read_design
from blockwright.design.structure import resolve_reads
from blockwright.schema.catalog import Catalog
from blockwright.schema.design import Design
from blockwright.schema.findings import Finding
from blockwright.ui.design.canvas.canvas_commands import planned
from blockwright.ui.design.canvas.canvas_data import entries
from blockwright.ui.design.description import Description
from tests.ui.fakes import catalog, describe

KNOWN = Catalog.from_list(catalog())


def described(design: Design) -> Description:
    answer = describe(design)
    return Description(
        nodes={node["id"]: node for node in answer["nodes"]},
        totals=answer,
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


def done(design: Design, **deed: object) -> Design:
    return apply_edits(design, planned(deed, design, extended(KNOWN, design)).edits)


def wires(design: Design) -> dict[str, tuple[str, ...]]:
    return resolve_reads(design)
