"""How many dimensions a layer gives, the batch included, from how many it reads: it tells which axis is the last."""

from collections.abc import Sequence
from typing import Any

from blockwright.architecture.catalog import BlockType

_KEEPS = frozenset({"Dense", "MultiHeadAttention", "GroupQueryAttention", "Attention", "AdditiveAttention"})
_KEEPING = frozenset(
    {
        "Convolution",
        "Pooling",
        "Activation",
        "Normalization",
        "Regularization",
        "Merging",
        "Preprocessing",
        "Augmentation",
    }
)
_RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN", "Bidirectional"})
_TOLD = {"Flatten": 2, "RepeatVector": 3, "CategoryEncoding": 2}
_WIDER = frozenset({"Embedding"})
_UNKNOWN = frozenset({"Dot", "TextVectorization"})
_APPLICATION = frozenset({"LayerScale", "StochasticDepth", "ScaledAdd", "Permute", "Normalization"})


def ranks_of(
    block: BlockType, params: dict[str, Any], read: Sequence[int | None], results: int
) -> list[int | None]:
    """The number of dimensions of each result of a node, None where it does not follow from what is read."""
    known = [one for one in read if one is not None]
    first = max(known) if len(known) == len(read) and known else None
    name = block.name
    given = {**block.defaults(), **params}
    if name in _TOLD:
        return [_TOLD[name]]
    if name == "Reshape":
        shape = given.get("target_shape")
        return [len(shape) + 1 if isinstance(shape, list | tuple) else None]
    if name in _RECURRENT:
        return [3 if given.get("return_sequences") else 2, *[2] * (results - 1)]
    if name.startswith("Global"):
        return [first if given.get("keepdims") else 2]
    if first is None or name in _UNKNOWN:
        return [None] * results
    if name in _WIDER:
        return [first + 1]
    kept = name in _KEEPS or name in _APPLICATION or block.category in _KEEPING
    return [first if (kept and block.origin == "keras") or name in _APPLICATION else None] * results
