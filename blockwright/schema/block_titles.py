"""The names of blocks and layers in words."""

import re

_PROPER_NAMES = ("ConvNeXt", "GoogLeNet", "LeakyReLU", "MatMul")
_PARTS = re.compile(r"(?<=[a-z])(?=[A-Z]|\dD)|(?<=[A-Z0-9])(?=[A-Z][a-z])")


def block_title(name: str) -> str:
    """A class name in words: "Global max pooling"; proper names and abbreviations stay as they are written."""
    proper = next((proper for proper in _PROPER_NAMES if name.startswith(proper)), "")
    rest = [part for part in _PARTS.split(name.removeprefix(proper)) if part]
    words = [part if part.isupper() and len(part) > 1 else part.lower() for part in rest]
    title = " ".join([proper, *words] if proper else words)
    return title[:1].upper() + title[1:]
