"""The colour of a block, also before the catalog is there."""

import re

from blockwright.schema.block_colours import CATEGORY_COLOURS
from blockwright.schema.catalog import Catalog

INPUT = CATEGORY_COLOURS["Input"]
_PATTERNS = (
    ("Augmentation", r"^Random"),
    ("Preprocessing", r"^(Rescaling|CenterCrop|Resizing)$"),
    (
        "Text and features",
        r"^(TextVectorization|CategoryEncoding|Discretization|Hashing|Normalization|\w+Lookup)$",
    ),
    ("Sequences", r"^(LSTM|GRU|SimpleRNN|Bidirectional|Embedding|Masking|RepeatVector|ConvLSTM\w*)$"),
    ("Attention", r"Attention$"),
    ("Blocks", r"Block$"),
    ("Pooling", r"Pooling"),
    ("Convolution", r"Conv|ZeroPadding|UpSampling"),
    ("Normalization", r"Normalization"),
    ("Regularization", r"Dropout"),
    ("Activation", r"^(\w*ReLU|ELU|Softmax|Activation)$"),
    ("Array operations", r"^(Clip|DropMask|ExpandDims|Function|MatMul|Pick|Power|Reduce|SliceAxis)$"),
    ("Merging", r"^(Add|Subtract|Multiply|Average|Maximum|Minimum|Concatenate|Dot)$"),
)


def category_of(block: str, known: Catalog | None = None) -> str:
    """The category of a block: from the catalog, or guessed from its name while the catalog is not there."""
    if known and block in known.blocks:
        return known.blocks[block].category
    return next((name for name, pattern in _PATTERNS if re.search(pattern, block)), "Dense and shape")


def colour_of(block: str, known: Catalog | None = None) -> str:
    """The colour of a block's category, as #rrggbb."""
    return CATEGORY_COLOURS.get(category_of(block, known), INPUT)
