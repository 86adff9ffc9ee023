"""Layers that are given another kind of number, or another number of dimensions, than they read."""

import math
from typing import Any

from blockwright.inference.input_rules import input_problem, reads_sequence, takes, takes_dtypes
from blockwright.inference.shape_view import ShapeView
from blockwright.layers.declaration.shapes import Shape
from blockwright.layers.declaration.value_kinds import FRACTIONS, TEXT, WHOLE, kind_of
from blockwright.rules.fixes import Candidate, insert_between
from blockwright.rules.message_format import named, shape_words
from blockwright.schema.design import Node

_Problem = tuple[str, str, list[Candidate]]


def wrong_numbers(view: ShapeView, node: Node) -> _Problem | None:
    """A block that is given text, whole numbers or fractions and reads another of them."""
    dtypes = view.input_dtypes(node.id)
    if takes_dtypes(node.block, dtypes):
        return None
    sources = view.sources(node.id)
    wanted = takes(node.block)
    wrong = [one for one, dtype in zip(sources, dtypes, strict=True) if not takes_dtypes(node.block, [dtype])]
    dtype = dict(zip(sources, dtypes, strict=True))[wrong[0]]
    verb = "computes with" if wanted == {FRACTIONS} else "reads"
    message = f'{named(node)} {verb} {" or ".join(sorted(wanted))}, but "{wrong[0]}" holds {kind_of(dtype)} ({dtype}). '
    if kind_of(dtype) == TEXT:
        return (
            "needs-numbers",
            f"{message}{_for_text(wanted)}",
            _between(view, node, wrong, "TextVectorization", {}),
        )
    if FRACTIONS in wanted:
        advice = "Change the input to float32, or add Rescaling after it."
        return "needs-floats", message + advice, _between(view, node, wrong, "Rescaling", {"scale": 1.0})
    if wanted == {TEXT}:
        return "needs-text", f"{message}Connect an input of text.", []
    return "needs-whole-numbers", f"{message}Change the input to int32.", []


def _for_text(wanted: frozenset[str]) -> str:
    if WHOLE in wanted:
        return "Add TextVectorization before it, which gives each word its number."
    return "Add TextVectorization and an Embedding before it, which turn words into numbers."


def unsuitable(view: ShapeView, node: Node, given: Shape) -> _Problem | None:
    """A layer that cannot work with its arguments on what it is given, said as its own rules say it."""
    reason = input_problem(node.block, node.params, view.input_shapes(node.id), view.input_dtypes(node.id))
    reason = reason or _of_block(view, node)
    if reason is None:
        return None
    source = view.sources(node.id)[0]
    message = f'{named(node)} cannot take what "{source}" gives, {shape_words(given)}. {reason}'
    candidates: list[Candidate] = []
    if reads_sequence(node.block) and len(given) not in (1, 3) and None not in given[1:]:
        shape = [given[1], 1] if len(given) == 2 else [given[1], math.prod(given[2:])]
        label = f"Reshape to {shape_words((None, *shape))}"
        candidates = [(label, _between(view, node, [source], "Reshape", {"target_shape": shape})[0][1])]
    kind = view.catalog.blocks[node.block]
    candidates += [
        (f"Use the default of {name}", [{"op": "set", "node": node.id, "unset": [name]}])
        for name in node.params
        if not kind.param(name).required and f"`{name}`" in reason
    ]
    return "unsuitable", message, candidates


def _of_block(view: ShapeView, node: Node) -> str | None:
    """What a block of ours says itself, not one of the layers inside it."""
    kind, error = view.catalog.blocks.get(node.block), view.errors[node.id]
    own = kind is not None and kind.origin == "block" and error.layer == node.block and "\n" not in str(error)
    return str(error) if own else None


def _between(
    view: ShapeView, node: Node, sources: list[str], block: str, params: dict[str, Any]
) -> list[Candidate]:
    chains = {one: [(block, params)] for one in sources}
    return [(f"Insert {block}", insert_between(view.design, view.sources(node.id), node.id, chains))]
