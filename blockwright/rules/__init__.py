"""What is wrong with a design, or worth knowing, beyond its wiring and arguments: findings with fixes."""

from collections.abc import Iterator
from typing import Any

from blockwright.inference.shape_view import ShapeView
from blockwright.rules import classification_head, dataset, shape_errors, sizes, vocabulary_size
from blockwright.schema.findings import Finding


def check(view: ShapeView, data_set: dict[str, Any] | None = None) -> list[Finding]:
    """Every finding that follows from shapes, costs and the data set, errors first."""
    found: list[Finding] = list(shape_errors.check(view))
    if view.design.nodes:
        found += _rest(view, data_set)
    order = {"error": 0, "warning": 1, "note": 2}
    return sorted(found, key=lambda finding: order[finding.severity])


def check_inside(view: ShapeView) -> list[Finding]:
    """The findings that follow from shapes inside a block of the design's own."""
    return [*shape_errors.check(view), *vocabulary_size.check(view)]


def _rest(view: ShapeView, data_set: dict[str, Any] | None) -> Iterator[Finding]:
    yield from vocabulary_size.check(view)
    yield from dataset.check(view, data_set)
    yield from classification_head.check(view, data_set)
    yield from sizes.check(view)
