"""A design as source code, with the lines of every node."""

import ast
from dataclasses import dataclass
from typing import Any

from blockwright.architecture.spec import Design
from blockwright.modeling.source.cells import write_notebook
from blockwright.modeling.source.document import Parts, parts, script


@dataclass(frozen=True)
class Source:
    """A design as a Python file.

    Attributes:
        text: the file; empty where the design cannot be written in this way.
        lines: where each node stands: `{"node", "start", "end"}`, lines from 1, both ends included; a node may have
            several entries.
        problem: why the design cannot be written in this way, as a sentence; None where it can.
        node: the node that is to blame.
        findings: errors of the design, to mend first: without that, the file is written but does not run.
    """

    text: str
    lines: list[dict[str, Any]]
    problem: str | None = None
    node: str | None = None
    findings: tuple[dict[str, Any], ...] = ()

    def document(self) -> dict[str, Any]:
        """The source as JSON."""
        return {
            "text": self.text,
            "lines": self.lines,
            "problem": self.problem,
            "node": self.node,
            "findings": list(self.findings),
        }


def generate(
    design: Design, api: str = "subclassing", loop: str = "fit", settings: dict[str, Any] | None = None
) -> Source:
    """The Python file of a design: network, data, training, evaluation, and the design itself at its end.

    Args:
        design: any design; one with errors is written as far as it goes.
        api: `subclassing`, `functional` or `sequential`.
        loop: `fit`, `train_step` or `custom`.
        settings: the training settings, whole or in part; None for the defaults. Precision `auto` is written as
            float32: for a run's own numbers give the precision that it had.

    The same arguments give the same bytes. Raises ValueError for an unknown `api` or `loop`, and `SettingsError`.
    """
    made = parts(design, api, loop, settings)
    if made.problem is not None:
        return Source("", [], made.problem, made.node, made.findings)
    text = script(made)
    return Source(text, _lines(text, made, api), findings=made.findings)


def notebook(
    design: Design, api: str = "subclassing", loop: str = "fit", settings: dict[str, Any] | None = None
) -> bytes:
    """The same as a Jupyter notebook, in cells with headings. Raises ValueError where `generate` has a problem."""
    made = parts(design, api, loop, settings)
    if made.problem is not None:
        raise ValueError(made.problem)
    return write_notebook(made)


def _lines(text: str, made: Parts, api: str) -> list[dict[str, Any]]:
    ids = {step.variable: step.id for step in made.plan.steps}
    tree = ast.parse(text)
    found: list[tuple[str, ast.AST]] = []
    if api == "subclassing":
        model = next(
            one for one in tree.body if isinstance(one, ast.ClassDef) and one.name == made.plan.class_name
        )
        for method in model.body:
            if isinstance(method, ast.FunctionDef) and method.name in ("__init__", "call"):
                for statement in method.body:
                    found += [(ids[name], statement) for name in _own(statement) if name in ids]
    else:
        build = next(
            one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == "build_model"
        )
        if api == "functional":
            for statement in build.body:
                target = statement.targets[0] if isinstance(statement, ast.Assign) else None
                if not isinstance(target, ast.Name):
                    continue
                stem = target.id.rstrip("_").removesuffix("_layer")
                name = target.id if target.id in ids else stem
                if name in ids:
                    found.append((ids[name], statement))
        else:
            entries = next(one for one in ast.walk(build) if isinstance(one, ast.List)).elts[1:]
            found += [(step.id, entry) for step, entry in zip(made.plan.steps, entries, strict=True)]
    return [{"node": node, "start": one.lineno, "end": one.end_lineno} for node, one in found]


def _own(statement: ast.stmt) -> list[str]:
    """The attributes of `self` that a statement names."""
    return [
        node.attr
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    ]
