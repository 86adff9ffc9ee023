"""Which lines of a generated file belong to which block of the design."""

import ast
from collections.abc import Mapping, Sequence
from typing import Any

from blockwright.schema.design import Design


def owners(lines: Sequence[Mapping[str, Any]], count: int) -> list[str | None]:
    """For each of `count` lines the node that it belongs to, where it is one line of one node."""
    found: list[str | None] = [None] * count
    for one in lines:
        for number in range(one["start"], min(one["end"], count) + 1):
            found[number - 1] = one["node"]
    return found


def own_lines(lines: Sequence[Mapping[str, Any]], node: str | None) -> list[int]:
    """The numbers of the lines of a node, from 1."""
    numbers = {
        number for one in lines if one["node"] == node for number in range(one["start"], one["end"] + 1)
    }
    return sorted(numbers)


def definitions(text: str) -> dict[str, tuple[int, int]]:
    """First and last line of every class and function at the top of a file, by name; nothing if it is not Python."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    return {
        one.name: (
            min([one.lineno, *(mark.lineno for mark in one.decorator_list)]),
            one.end_lineno or one.lineno,
        )
        for one in tree.body
        if isinstance(one, ast.ClassDef | ast.FunctionDef)
    }


def definition_of(block: str, known: Mapping[str, tuple[int, int]]) -> tuple[int, int] | None:
    """Where a block is defined: as the class `ConvBlock`, or as the function `conv_block`."""
    wanted = block.lower()
    return next((lines for name, lines in known.items() if name.replace("_", "").lower() == wanted), None)


def defined_for(design: Design, known: Mapping[str, tuple[int, int]], count: int) -> list[str | None]:
    """For each of `count` lines the first node of the block whose definition the line is part of."""
    found: list[str | None] = [None] * count
    for node in reversed(design.nodes):
        place = definition_of(node.block, known)
        for number in range(place[0], min(place[1], count) + 1) if place else ():
            found[number - 1] = node.id
    return found
