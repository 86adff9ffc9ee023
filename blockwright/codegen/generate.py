"""A design as source code, with the lines of every node."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from blockwright.codegen.apis.functional import layer_variables
from blockwright.codegen.assemble import Parts, read_parts, script
from blockwright.codegen.notebook import write_notebook
from blockwright.codegen.program.program import Plan
from blockwright.schema.design import Design
from blockwright.schema.service_calls import GeneratedCode, NodeLines


@dataclass(frozen=True)
class Source:
    """A design as a Python file and as a notebook, both written from the same parts when they are asked for."""

    parts: Parts
    api: str

    @property
    def problem(self) -> str | None:
        """Why the design cannot be written in this way, as a sentence; None where it can."""
        return self.parts.problem

    @property
    def node(self) -> str | None:
        """The node that the problem is about."""
        return self.parts.node

    @property
    def findings(self) -> tuple[dict[str, Any], ...]:
        """Errors of the design, to fix first: the file is written, but does not run."""
        return self.parts.findings

    @property
    def untrained(self) -> str | None:
        """Why the file has no training part, as a sentence; None where it has one."""
        return self.parts.untrained

    @cached_property
    def text(self) -> str:
        """The file; empty where there is a problem."""
        return "" if self.problem is not None else script(self.parts)

    @cached_property
    def notebook(self) -> bytes:
        """The notebook. Raises ValueError where there is a problem."""
        if self.problem is not None:
            raise ValueError(self.problem)
        return write_notebook(self.parts)

    @cached_property
    def lines(self) -> list[NodeLines]:
        """Where each node is in the file; a node may have several entries."""
        if self.problem is not None:
            return []
        return [
            {"node": node, "start": code.lineno, "end": code.end_lineno or code.lineno}
            for node, code in _code_of_nodes(ast.parse(self.text), self.parts.plan, self.api)
        ]

    def document(self) -> GeneratedCode:
        """The file as JSON."""
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
    """The code of a design: network, data, training, evaluation, and the design itself at its end.

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
    return Source(read_parts(design, api, loop, settings, exact), api)


def _code_of_nodes(
    tree: ast.Module, plan: Plan, api: str
) -> Iterator[tuple[str, ast.stmt] | tuple[str, ast.expr]]:
    definitions = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    if api == "subclassing":
        model = definitions[plan.class_name]
        methods = {node.name: node for node in model.body if isinstance(node, ast.FunctionDef)}
        yield from _layer_statements(methods["__init__"], plan)
        yield from _call_statements(methods["wired" if plan.padded else "call"], plan)
    elif api == "functional":
        yield from _functional_statements(definitions["build_model"], plan)
    else:
        entries = next(node for node in ast.walk(definitions["build_model"]) if isinstance(node, ast.List))
        yield from zip((step.id for step in plan.steps), entries.elts[1:], strict=True)


def _layer_statements(method: ast.FunctionDef, plan: Plan) -> Iterator[tuple[str, ast.stmt]]:
    """Where the layer of every node is made; that of several nodes belongs to all of them."""
    nodes: dict[str, list[str]] = {}
    for step in plan.steps:
        nodes.setdefault(plan.body.owner_variable(step), []).append(step.id)
    for statement in method.body:
        if isinstance(statement, ast.Assign):
            for name in _own_attributes(statement.targets[0]):
                yield from ((node, statement) for node in nodes.get(name, ()))


def _call_statements(method: ast.FunctionDef, plan: Plan) -> Iterator[tuple[str, ast.stmt]]:
    """Where every node is called: the statements that name a layer, in the order of the steps."""
    layers = {plan.body.owner_variable(step) for step in plan.steps}
    calls = [statement for statement in method.body if layers.intersection(_own_attributes(statement))]
    yield from zip((step.id for step in plan.steps), calls, strict=True)


def _functional_statements(
    build: ast.ClassDef | ast.FunctionDef, plan: Plan
) -> Iterator[tuple[str, ast.stmt]]:
    nodes = {step.variable: [step.id] for step in plan.steps}
    for owner, name in layer_variables(plan.body).items():
        nodes[name] = [step.id for step in plan.steps if step.owner.id == owner]
    for statement in build.body:
        first = statement.body[0] if isinstance(statement, ast.For) else statement
        target = first.targets[0] if isinstance(first, ast.Assign) else None
        target = target.elts[0] if isinstance(target, ast.Tuple) else target
        if isinstance(target, ast.Name):
            yield from ((node, statement) for node in nodes.get(target.id, ()))


def _own_attributes(code: ast.AST) -> list[str]:
    """The attributes of `self` that some code names."""
    return [
        node.attr
        for node in ast.walk(code)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"
    ]
