"""What a node cannot read: kinds of values, numbers of dimensions, and arguments that do not fit its inputs.

Keras accepts some of it when a layer is built, and refuses it, or computes something else, when the network runs; of
the rest it speaks in words that help nobody.
"""

from collections.abc import Sequence
from functools import cache
from inspect import getattr_static
from typing import Any

from blocks import Block, discover
from blockwright.inference.catalog import catalog
from blockwright.layers import SPECS
from blockwright.layers.declaration.shapes import Shape
from blockwright.layers.declaration.value_kinds import kind_of


def input_problem(
    block: str, params: dict[str, Any], shapes: Sequence[Shape], dtypes: Sequence[str]
) -> str | None:
    """Why a node would fail, as a sentence about "it"; None for one that would not, or that is not in the catalog."""
    if block not in catalog().blocks:
        return None
    if not takes_dtypes(block, dtypes):
        return f"It works on {' or '.join(sorted(takes(block)))}, not on {dtypes[0]}."
    params, shapes = {**catalog().defaults(block), **params}, [tuple(shape) for shape in shapes]
    if block in SPECS:
        return SPECS[block].problem(params, shapes, dtypes)
    return discover()[block].argument_problem(params, shapes)


def has_own_rule(block: str) -> bool:
    """Whether it is a block whose own rule says all that can be wrong with its arguments and shapes."""
    own = discover().get(block)
    return own is not None and getattr_static(own, "argument_problem") is not getattr_static(
        Block, "argument_problem"
    )


@cache
def takes(block: str) -> frozenset[str]:
    """The kinds of values that a block can read."""
    if block in SPECS:
        return SPECS[block].takes
    return frozenset({kind_of(discover()[block].takes)})


def takes_dtypes(block: str, dtypes: Sequence[str]) -> bool:
    """Whether a block can compute with these data types; a block that is not in the catalog takes anything."""
    return block not in catalog().blocks or all(kind_of(dtype) in takes(block) for dtype in dtypes)


def reads_sequence(block: str) -> bool:
    """Whether a declared layer reads sequences and nothing else."""
    return block in SPECS and SPECS[block].reads == "sequence"
