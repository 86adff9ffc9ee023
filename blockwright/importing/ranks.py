"""How many dimensions a layer outputs, the batch included, from how many it reads: needed to know the last axis."""

from collections.abc import Sequence
from typing import Any

from blocks import discover
from blockwright.layers import SPECS
from blockwright.schema.catalog import BlockType

_WEIGHTLESS = frozenset({"Pooling", "Regularization", "Merging", "Preprocessing", "Augmentation"})


def may_have_weights(block: BlockType) -> bool:
    """Whether a layer of that block can have weights, so that freezing it means something."""
    return SPECS[block.name].has_weights if block.name in SPECS else block.category not in _WEIGHTLESS


def output_ranks(
    block: BlockType, params: dict[str, Any], read: Sequence[int | None], num_results: int
) -> list[int | None]:
    """The number of dimensions of each result of a node, None where `read`, those of its inputs, do not tell.

    Further results are states of recurrent layers, vectors.
    """
    ranks = [rank for rank in read if rank is not None]
    largest = max(ranks) if len(ranks) == len(read) and ranks else None
    params = {**block.defaults(), **params}
    if block.name in SPECS:
        rank = SPECS[block.name].rank(params, largest)
    elif largest is None or block.name not in discover():
        rank = None
    else:
        rank = discover()[block.name].output_rank(params, largest)
    return [rank, *[2] * (num_results - 1)]
