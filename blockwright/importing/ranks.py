"""How many dimensions a layer gives, the batch included, from how many it reads: it tells which axis is the last."""

from collections.abc import Sequence
from typing import Any

from blockwright.schema.catalog import BlockType

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
_WIDER = frozenset({"Embedding", "ExpandDims"})
_UNKNOWN = frozenset({"Dot", "TextVectorization"})
_APPLICATION = frozenset({"LayerScale", "StochasticDepth", "ScaledAdd", "Permute", "Normalization"}) | {
    "Clip",
    "DropMask",
    "Function",
    "MatMul",
    "Power",
    "SliceAxis",
}


_WEIGHTLESS = _KEEPING - {"Convolution", "Normalization", "Activation"}
_BARE = frozenset(
    {
        "Activation",
        "ReLU",
        "LeakyReLU",
        "ELU",
        "Softmax",
        "Flatten",
        "Reshape",
        "Permute",
        "Identity",
        "RepeatVector",
    }
)


def may_have_weights(block: BlockType) -> bool:
    """Whether a layer of that block can have weights, so that freezing it means something."""
    bare = block.name.startswith(("ZeroPadding", "Cropping", "UpSampling"))
    return not (block.category in _WEIGHTLESS or block.name in _BARE or bare)


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
    if name == "ConvLSTM2D":
        return [5 if given.get("return_sequences") else 4]
    if name.startswith("Global"):
        return [first if given.get("keepdims") else 2]
    if first is None or name in _UNKNOWN:
        return [None] * results
    if name in _WIDER:
        return [first + 1]
    if name == "Pick":
        return [first - 1]
    if name == "Reduce":
        axes = given["axis"] if isinstance(given["axis"], list | tuple) else [given["axis"]]
        return [first if given["keepdims"] else first - len(axes)]
    kept = name in _KEEPS or name in _APPLICATION or block.category in _KEEPING
    return [first if (kept and block.origin == "keras") or name in _APPLICATION else None] * results
