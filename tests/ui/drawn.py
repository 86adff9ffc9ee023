"""Designs as the canvas draws them, and deeds of the canvas done to them, for the tests of both."""

from blockwright.architecture.catalog import Catalog
from blockwright.architecture.edits import apply_edits
from blockwright.architecture.findings import Finding
from blockwright.architecture.own_blocks import extended
from blockwright.architecture.reading import read_design
from blockwright.architecture.spec import Design
from blockwright.architecture.structure import resolve_reads
from blockwright.ui.canvas_data import entries
from blockwright.ui.canvas_deeds import planned
from blockwright.ui.describing import Description
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
