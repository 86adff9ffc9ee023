"""What is wrong with a design, or worth knowing, beyond its wiring and arguments: findings with fixes."""

from collections.abc import Iterator
from typing import Any

from blockwright.inference.shape_view import ShapeView
from blockwright.rules.data_set import DATA_RULES, DataView, no_new_errors, read_data
from blockwright.rules.fixes import tried
from blockwright.rules.node_checks import check_nodes
from blockwright.rules.outputs import SoftmaxInside, check_outputs
from blockwright.rules.sizes import ActivationMemory, LargeDense, TooManyParameters
from blockwright.rules.vocabulary_size import TextShape, TokensBeyond
from blockwright.schema.findings import SEVERITIES, Finding

_VOCABULARY_RULES = (TokensBeyond(), TextShape())
_LAST_RULES = (TooManyParameters(), ActivationMemory(), LargeDense())


def check(shapes: ShapeView, data: dict[str, Any] | None = None) -> list[Finding]:
    """Every finding that follows from shapes, costs and the data set, errors first."""
    findings = list(check_nodes(shapes))
    if shapes.design.nodes:
        findings += _check_network(shapes, read_data(shapes, data))
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def check_inside(shapes: ShapeView) -> list[Finding]:
    """The findings that follow from shapes inside a block of the design's own."""
    return [*check_nodes(shapes), *_check_vocabulary(shapes)]


def _check_network(shapes: ShapeView, data: DataView | None) -> Iterator[Finding]:
    yield from _check_vocabulary(shapes)
    if data is not None and data.data.features:
        for data_rule in DATA_RULES:
            yield from data_rule.findings(data, tried(shapes, no_new_errors(shapes)))
    yield from SoftmaxInside().findings(shapes, tried(shapes))
    yield from check_outputs(shapes, data)
    for rule in _LAST_RULES:
        yield from rule.findings(shapes, tried(shapes))


def _check_vocabulary(shapes: ShapeView) -> Iterator[Finding]:
    return (finding for rule in _VOCABULARY_RULES for finding in rule.findings(shapes, tried(shapes)))
