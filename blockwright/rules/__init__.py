"""What is wrong with a design, or worth knowing, beyond its wiring and arguments: findings with fixes."""

import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

from blockwright.inference.shape_view import ShapeView
from blockwright.rules.data_set import DataRule, DataView, no_new_errors, read_data
from blockwright.rules.fixes import tried
from blockwright.rules.network_rule import NetworkRule
from blockwright.rules.node_checks import check_nodes
from blockwright.rules.outputs import check_outputs
from blockwright.schema.findings import SEVERITIES, Finding
from blockwright.schema.rules import every_rule

for _module in pkgutil.iter_modules(__path__, f"{__name__}."):
    import_module(_module.name)
_DATA_RULES = [rule() for rule in every_rule(DataRule)]
_NETWORK_RULES: list[NetworkRule] = [rule() for rule in every_rule(NetworkRule)]


def check(shapes: ShapeView, data: dict[str, Any] | None = None) -> list[Finding]:
    """Every finding that follows from shapes, costs and the data set, errors first."""
    findings = list(check_nodes(shapes))
    if shapes.design.nodes:
        findings += _check_network(shapes, read_data(shapes, data))
    return sorted(findings, key=lambda finding: SEVERITIES.index(finding.severity))


def check_inside(shapes: ShapeView) -> list[Finding]:
    """The findings that follow from shapes inside a block of the design's own."""
    return [*check_nodes(shapes), *_check_rules(shapes, inside=True)]


def _check_network(shapes: ShapeView, data: DataView | None) -> Iterator[Finding]:
    yield from _check_rules(shapes, inside=True)
    if data is not None and data.data.features:
        for data_rule in _DATA_RULES:
            yield from data_rule.findings(data, tried(shapes, no_new_errors(shapes)))
    yield from check_outputs(shapes, data)
    yield from _check_rules(shapes, inside=False)


def _check_rules(shapes: ShapeView, inside: bool) -> Iterator[Finding]:
    for rule in _NETWORK_RULES:
        if rule.inside == inside:
            yield from rule.findings(shapes, tried(shapes))
