"""Names that Keras and TensorFlow take, made from names that people typed."""

import re
from collections.abc import Iterable

from blockwright.schema.text import ascii_text


def layer_names(ids: Iterable[str]) -> dict[str, str]:
    """A Keras name for every id, no two alike.

    A name holds letters, digits, `-` and `_` and begins with a letter or digit. There is no dot in it: the
    parts of a block are named `<block>.<part>`, and so never meet the name of another node.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for node_id in ids:
        base = re.sub(r"[^A-Za-z0-9_-]+", "_", ascii_text(node_id)).lstrip("_-")[:60] or "node"
        name, number = base, 1
        while name.lower() in taken:
            number += 1
            name = f"{base}_{number}"
        taken.add(name.lower())
        names[node_id] = name
    return names
