"""What a copy takes along: the definitions of the design's composite blocks that the copied nodes use."""

import json
from collections.abc import Sequence
from typing import Any

from blockwright.design.composites import used_in
from blockwright.schema.design import Design

LARGEST = 100_000
"""Characters of a definition that a copy takes along."""

_PREFIX = "made of "


def definitions(design: Design, selected: Sequence[str], held: dict[str, Any]) -> dict[str, Any]:
    """What a copy of the selected nodes must take along: a fact for each of the design's composite blocks.

    A definition travels to the browser when a node that uses it is selected, and stays there (`held` is what the
    browser holds) until it changes. None stands for one that is not there, False for one too large to be copied.
    """
    waiting = [node.block for node in design.nodes if node.id in selected]
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in design.composites and name not in used:
            used.add(name)
            waiting += used_in(design.composites[name], design.composites)
    facts: dict[str, Any] = {name: None for name in held if name.startswith(_PREFIX)}
    for name, composite in design.composites.items():
        fact = _PREFIX + name
        facts[fact] = None
        if name in used or held.get(fact) is not None:
            document = composite.document()
            is_small = len(json.dumps(document, default=str)) <= LARGEST
            content = document if is_small else False
            if name in used or content == held[fact]:
                facts[fact] = content
    return facts
