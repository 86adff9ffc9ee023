"""Which layers of a design learn from data before training, such as vocabularies, and which of its blocks hold some."""

from collections.abc import Mapping
from typing import Any

from blockwright.design.composites import reference
from blockwright.layers import SPECS
from blockwright.schema.design import Design


def learns(block: str, params: Mapping[str, Any]) -> bool:
    """Whether a layer learns from the data before training, and is not given what it needs."""
    return block in SPECS and SPECS[block].learns(params)


def may_learn(block: str, params: Mapping[str, Any]) -> bool:
    """The same inside a block of the design's own, whose arguments may say the rest."""
    return learns(block, {name: value for name, value in params.items() if reference(value) is None})


def blocks_that_learn(design: Design) -> set[str]:
    """The design's composite blocks that hold layers which learn before training, the outer ones of such blocks too."""
    learning: set[str] = set()
    while True:
        with_outer = {
            name
            for name, composite in design.composites.items()
            if any(may_learn(node.block, node.params) or node.block in learning for node in composite.nodes)
        }
        if with_outer == learning:
            return learning
        learning = with_outer


def resolved(params: Mapping[str, Any], around: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments with those of the block around them put in."""
    return {
        name: value if reference(value) is None else around.get(str(reference(value)))
        for name, value in params.items()
    }
