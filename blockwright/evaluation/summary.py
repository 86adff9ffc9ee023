"""The test of a run in a sentence."""

from collections.abc import Mapping
from typing import Any


def sentence(document: Mapping[str, Any]) -> str:
    """How the test went, from what `writing.write_outputs` gave."""
    outputs = document["outputs"]
    if len(outputs) == 1:
        said = _said(next(iter(outputs.values())))
        return f"Test {said}."
    parts = [f"{name} {_said(found)}" for name, found in outputs.items()]
    return f"Test: {', '.join(parts)}."


def _said(found: Mapping[str, Any]) -> str:
    if found["kind"] == "classes":
        return f"accuracy {found['test_accuracy']:.1%}"
    if found["kind"] == "tags":
        return f"accuracy {found['test_accuracy']:.1%} of all tags"
    unit = f" {found['unit']}" if found.get("unit") else ""
    return f"mean absolute error {found['mae']:.4g}{unit}"
