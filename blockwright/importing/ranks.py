"""How many dimensions a layer gives, the batch included, from how many it reads: it tells which axis is the last."""

from collections.abc import Sequence
from typing import Any

from blocks import discover
from blockwright.layers import SPECS
from blockwright.schema.catalog import BlockType

_WEIGHTLESS = frozenset({"Pooling", "Regularization", "Merging", "Preprocessing", "Augmentation"})


def may_have_weights(block: BlockType) -> bool:
    """Whether a layer of that block can have weights, so that freezing it means something."""
    return SPECS[block.name].has_weights if block.name in SPECS else block.category not in _WEIGHTLESS


def ranks_of(
    block: BlockType, params: dict[str, Any], read: Sequence[int | None], results: int
) -> list[int | None]:
    """The number of dimensions of each result of a node, None where it does not follow from what is read.

    Further results are states of recurrent layers, lists of numbers.
    """
    known = [rank for rank in read if rank is not None]
    first = max(known) if len(known) == len(read) and known else None
    params = {**block.defaults(), **params}
    if block.name in SPECS:
        rank = SPECS[block.name].rank(params, first)
    elif first is None or block.name not in discover():
        rank = None
    else:
        rank = discover()[block.name].output_rank(params, first)
    return [rank, *[2] * (results - 1)]
