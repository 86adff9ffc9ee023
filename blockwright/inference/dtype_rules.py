"""What Keras takes when a layer is built, and only refuses, or gets wrong, when the network runs.

Also what it refuses in words that help nobody. The rules for one kind of layer stand in `pitfalls`.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any

from blocks import discover
from blockwright.inference.catalog import catalog
from blockwright.layers.argument_rules import RULES
from blockwright.layers.costs import Shape

IMAGES_ONLY = frozenset(
    {
        "CenterCrop",
        "Resizing",
        "RandomFlip",
        "RandomRotation",
        "RandomTranslation",
        "RandomZoom",
        "RandomContrast",
        "RandomBrightness",
        "SpatialDropout2D",
        "Conv2DTranspose",
        "ZeroPadding2D",
        "Cropping2D",
    }
)
ONE_STRIDE = frozenset({"SeparableConv2D", "DepthwiseConv2D"})

FRACTIONS, WHOLE, TRUTH, TEXT = "fractions", "whole numbers", "yes or no", "text"
_ANYTHING = frozenset({FRACTIONS, WHOLE, TRUTH, TEXT})
_TAKES: dict[str, frozenset[str]] = {
    **dict.fromkeys(("Flatten", "Reshape", "Permute", "Identity"), _ANYTHING),
    **dict.fromkeys(("Rescaling", "Normalization", "Discretization"), _ANYTHING - {TEXT}),
    **dict.fromkeys(("Embedding", "CategoryEncoding"), _ANYTHING - {TEXT}),
    **dict.fromkeys(("TextVectorization", "StringLookup"), frozenset({TEXT})),
    "IntegerLookup": frozenset({WHOLE}),
    **dict.fromkeys(("Hashing", "HashedCrossing"), frozenset({WHOLE, TEXT})),
}
_RECURRENT = frozenset({"LSTM", "GRU", "SimpleRNN", "Bidirectional"})


def trap(block: str, params: dict[str, Any], given: Sequence[Shape], dtypes: Sequence[str]) -> str | None:
    """Why a node would fail, as a sentence about "it"; None for one that would not, or that is not in the catalog."""
    kind = catalog().blocks.get(block)
    if kind is None:
        return None
    if not takes_dtypes(block, dtypes):
        return f"It works on {' or '.join(sorted(takes(block)))}, not on {dtypes[0]}."
    if block == "CategoryEncoding" and dtypes[0] == "uint8":
        return "TensorFlow counts int32 and int64 only; let the input be one of them."
    if block in IMAGES_ONLY and len(given[0]) != 4:
        return "It works on images."
    if needs_sequence(block) and len(given[0]) != 3:
        return "It reads sequences (steps, channels)."
    if block == "ConvLSTM2D" and len(given[0]) != 5:
        return "It reads films (steps, height, width, channels)."
    if "3D" in block and kind.origin == "keras" and len(given[0]) != 5:
        return "It reads volumes (depth, height, width, channels)."
    rule = RULES.get(block)
    return None if rule is None else rule({**kind.defaults(), **params}, [tuple(one) for one in given])


@cache
def takes(block: str) -> frozenset[str]:
    """The kinds of numbers that a block can read."""
    own = discover().get(block)
    if own is not None:
        return frozenset({kind_of(own.takes)})
    return _TAKES.get(block, frozenset({FRACTIONS}))


def takes_dtypes(block: str, dtypes: Sequence[str]) -> bool:
    """Whether a block can compute with such numbers; a block that is not in the catalog takes anything."""
    return block not in catalog().blocks or all(kind_of(dtype) in takes(block) for dtype in dtypes)


def kind_of(dtype: str) -> str:
    """What a data type holds: fractions, whole numbers, yes or no, or text."""
    if dtype == "string":
        return TEXT
    if dtype == "bool":
        return TRUTH
    return FRACTIONS if "float" in dtype else WHOLE


def needs_sequence(block: str) -> bool:
    """Whether a declared layer reads sequences and nothing else."""
    kind = catalog().blocks.get(block)
    return (
        kind is not None and kind.origin == "keras" and ("1D" in block or block in {*_RECURRENT, "Masking"})
    )
