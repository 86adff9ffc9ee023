"""Which lines of a generated file belong to which block of the design."""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from blockwright.schema.design import Design


def owners(lines: Sequence[Mapping[str, Any]], count: int) -> list[str | None]:
    """For each of `count` lines the node that it belongs to, where it is one line of one node."""
    nodes: list[str | None] = [None] * count
    for part in lines:
        for number in range(part["start"], min(part["end"], count) + 1):
            nodes[number - 1] = part["node"]
    return nodes


def own_lines(lines: Sequence[Mapping[str, Any]], node: str | None) -> list[int]:
    """The numbers of the lines of a node, from 1."""
    parts = [range(part["start"], part["end"] + 1) for part in lines if part["node"] == node]
    return sorted({number for part in parts for number in part})


def definitions(text: str) -> dict[str, tuple[int, int]]:
    """First and last line of every class and function at the top of a file, by name; nothing if it is not Python."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    return {
        statement.name: (
            min([statement.lineno, *(decorator.lineno for decorator in statement.decorator_list)]),
            statement.end_lineno or statement.lineno,
        )
        for statement in tree.body
        if isinstance(statement, ast.ClassDef | ast.FunctionDef)
    }


def definition_of(block: str, definitions: Mapping[str, tuple[int, int]]) -> tuple[int, int] | None:
    """Where a block is defined: as the class `ConvBlock`, or as the function `conv_block`."""
    names = (name for name in definitions if name.replace("_", "").lower() == block.lower())
    return next((definitions[name] for name in names), None)


def defined_for(design: Design, definitions: Mapping[str, tuple[int, int]], count: int) -> list[str | None]:
    """For each of `count` lines the first node of the block whose definition the line is part of."""
    nodes: list[str | None] = [None] * count
    for node in reversed(design.nodes):
        first, last = definition_of(node.block, definitions) or (1, 0)
        for number in range(first, min(last, count) + 1):
            nodes[number - 1] = node.id
    return nodes
