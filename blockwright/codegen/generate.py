"""A design as source code, with the lines of every node."""

import ast
from dataclasses import dataclass
from typing import Any

from blockwright.codegen.apis.functional import layer_variables
from blockwright.codegen.assemble import Parts, parts, script
from blockwright.codegen.notebook import write_notebook
from blockwright.codegen.program.program import Plan
from blockwright.schema.design import Design


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
        untrained: why the file has no training part, as a sentence; None where it has one.
    """

    text: str
    lines: list[dict[str, Any]]
    problem: str | None = None
    node: str | None = None
    findings: tuple[dict[str, Any], ...] = ()
    untrained: str | None = None

    def document(self) -> dict[str, Any]:
        """The source as JSON."""
        return {
            "text": self.text,
            "lines": self.lines,
            "problem": self.problem,
            "node": self.node,
            "findings": list(self.findings),
            "untrained": self.untrained,
        }


def generate(
    design: Design,
    api: str = "subclassing",
    loop: str = "fit",
    settings: dict[str, Any] | None = None,
    exact: bool = False,
) -> Source:
    """The Python file of a design: network, data, training, evaluation, and the design itself at its end.

    Args:
        design: any design; one with errors is written as far as it goes.
        api: `subclassing`, `functional` or `sequential`.
        loop: `fit`, `train_step` or `custom`.
        settings: the training settings, whole or in part; None for the defaults. Precision `auto` is written as
            float32: for a run's own numbers give the precision that it had.
        exact: whether the file computes to the last digit what a run of the app does: with the app's fused batch
            normalization, and one pass through the shuffled data after the other. Otherwise it is written with plain
            Keras alone, and its numbers drift from a run's by rounding.

    The same arguments give the same bytes. Raises ValueError for an unknown `api` or `loop`, and `SettingsError`.
    """
    made = parts(design, api, loop, settings, exact)
    if made.problem is not None:
        return Source("", [], made.problem, made.node, made.findings)
    text = script(made)
    return Source(text, _lines(text, made, api), findings=made.findings, untrained=made.untrained)


def notebook(
    design: Design,
    api: str = "subclassing",
    loop: str = "fit",
    settings: dict[str, Any] | None = None,
    exact: bool = False,
) -> bytes:
    """The same as a Jupyter notebook, in cells with headings. Raises ValueError where `generate` has a problem."""
    made = parts(design, api, loop, settings, exact)
    if made.problem is not None:
        raise ValueError(made.problem)
    return write_notebook(made)


def _lines(text: str, made: Parts, api: str) -> list[dict[str, Any]]:
    tree = ast.parse(text)
    if api == "subclassing":
        model = next(
            one for one in tree.body if isinstance(one, ast.ClassDef) and one.name == made.plan.class_name
        )
        methods = {one.name: one for one in model.body if isinstance(one, ast.FunctionDef)}
        found = [
            *_made_lines(methods["__init__"], made.plan),
            *_used_lines(methods["wired" if made.plan.padded else "call"], made.plan),
        ]
    else:
        build = next(
            one for one in tree.body if isinstance(one, ast.FunctionDef) and one.name == "build_model"
        )
        found = _functional_lines(build, made.plan)
        if api == "sequential":
            entries = next(one for one in ast.walk(build) if isinstance(one, ast.List)).elts[1:]
            found = [(step.id, entry) for step, entry in zip(made.plan.steps, entries, strict=True)]
    return [{"node": node, "start": one.lineno, "end": one.end_lineno} for node, one in found]


def _made_lines(method: ast.FunctionDef, plan: Plan) -> list[tuple[str, ast.AST]]:
    """Where the layer of every node is made; that of several nodes belongs to all of them."""
    steps: dict[str, list[str]] = {}
    for step in plan.steps:
        steps.setdefault(plan.body.owner_variable(step), []).append(step.id)
    return [
        (node, statement)
        for statement in method.body
        if isinstance(statement, ast.Assign)
        for name in _own(statement.targets[0])
        for node in steps.get(name, ())
    ]


def _used_lines(method: ast.FunctionDef, plan: Plan) -> list[tuple[str, ast.AST]]:
    """Where every node is called: the statements that name a layer, in the order of the steps."""
    layers = {plan.body.owner_variable(step) for step in plan.steps}
    calls = [statement for statement in method.body if layers.intersection(_own(statement))]
    return [(step.id, statement) for step, statement in zip(plan.steps, calls, strict=True)]


def _functional_lines(build: ast.FunctionDef, plan: Plan) -> list[tuple[str, ast.AST]]:
    ids = {step.variable: [step.id] for step in plan.steps}
    for owner, name in layer_variables(plan.body).items():
        ids[name] = [step.id for step in plan.steps if step.owner.id == owner]
    found = []
    for statement in build.body:
        first = statement.body[0] if isinstance(statement, ast.For) else statement
        target = first.targets[0] if isinstance(first, ast.Assign) else None
        target = target.elts[0] if isinstance(target, ast.Tuple) else target
        if isinstance(target, ast.Name):
            found += [(node, statement) for node in ids.get(target.id, ())]
    return found


def _own(statement: ast.stmt) -> list[str]:
    """The attributes of `self` that a statement names."""
    return [
        node.attr
        for node in ast.walk(statement)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    ]
