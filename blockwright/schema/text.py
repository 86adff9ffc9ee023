"""Shapes and names as text, written the same way in messages, files and pages."""

import re
import unicodedata
from collections.abc import Sequence


def shape_text(
    shape: Sequence[int | None], unknown: str = "any", scalar: str = "1", separator: str = " x "
) -> str:
    """A shape as people write it: `(28, 28, 1)` becomes "28 x 28 x 1".

    Args:
        shape: the sizes, without the batch.
        unknown: what stands for a size that is left open.
        scalar: what stands for a shape without sizes.
        separator: what stands between two sizes.
    """
    return separator.join(unknown if size is None else f"{size:,}" for size in shape) or scalar


def ascii_text(text: str) -> str:
    """`text` without accents and without anything else that ASCII lacks: "Größe" becomes "Groe"."""
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def slug(text: str, separator: str = "-", limit: int = 60) -> str:
    """A name for a file made from what somebody typed: small ASCII letters and digits, `separator` for all else.

    At most `limit` characters; empty where nothing of `text` remains.
    """
    words = re.sub(r"[^a-z0-9]+", separator, ascii_text(text).lower()).strip(separator)
    return words[:limit].strip(separator)
