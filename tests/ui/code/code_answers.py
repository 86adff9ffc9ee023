"""Code as the design service answers it, made up: one line a block, without Keras."""

import base64
import json
from typing import Any

from blockwright.design.embedded_design import carried
from blockwright.design.parse import read_design
from blockwright.design.structure import check_structure
from blockwright.schema.service_calls import GeneratedCode


def code(
    design: dict[str, Any],
    settings: dict[str, Any] | None = None,
    api: str = "subclassing",
    loop: str = "fit",
    exact: bool = False,
) -> GeneratedCode:
    """The answer of the call `code`."""
    plan = read_design(design)
    findings = [one.model_dump(mode="json") for one in check_structure(plan) if one.severity == "error"]
    merge = next((node for node in plan.nodes if node.inputs and len(node.inputs) > 1), None)
    if api == "sequential" and merge is not None:
        problem = f'`{merge.block}` "{merge.id}" reads several things at once; a stack reads one.'
        return {
            "text": "",
            "lines": [],
            "problem": problem,
            "node": merge.id,
            "findings": findings,
            "untrained": None,
        }
    blocks = list(dict.fromkeys(node.block for node in plan.nodes))
    rows = [row for block in blocks for row in (f"class {block}:", f'    """{block}."""', "")]
    rows.append(f"def build_model():  # {api}, {loop}" + (", exact" if exact else ""))
    lines = []
    for node in plan.nodes:
        rows.append(f"    x = {node.block}(name={node.id!r})")
        lines.append({"node": node.id, "start": len(rows), "end": len(rows)})
    text = "\n".join(rows) + "\n\n\n" + carried(plan, settings)
    text_in = next((one for one in plan.inputs if one.dtype == "string"), None)
    untrained = None if text_in is None else f'"{text_in.id}" takes text, which the data has not.'
    return {
        "text": text,
        "lines": lines,
        "problem": None,
        "node": None,
        "findings": findings,
        "untrained": untrained,
    }


def notebook(**arguments: Any) -> dict[str, str]:
    """The answer of the call `notebook`."""
    book = {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {},
        "cells": [{"source": code(**arguments)["text"]}],
    }
    return {"base64": base64.b64encode(json.dumps(book).encode()).decode()}
