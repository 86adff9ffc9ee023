"""What a copy takes along: the definitions of the design's own blocks that the copied nodes use."""

import json
from collections.abc import Sequence
from typing import Any

from blockwright.design.composites import used_in
from blockwright.schema.design import Design

LARGEST = 100_000
"""Characters of a definition that a copy takes along."""


def definitions(design: Design, chosen: Sequence[str], held: dict[str, Any]) -> dict[str, Any]:
    """What a copy of the chosen nodes must take along: a fact for each of the design's own blocks.

    A definition travels to the browser when a node that uses it is chosen, and stays there (`held` is what the browser
    holds) until it changes. None stands for one that is not there, False for one that is too large to be copied.
    """
    blocks = {node.id: node.block for node in design.nodes}
    waiting = [blocks[one] for one in chosen if one in blocks]
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in design.composites and name not in used:
            used.add(name)
            waiting += used_in(design.composites[name], design.composites)
    facts: dict[str, Any] = {}
    for name, composite in design.composites.items():
        fact = f"made of {name}"
        kept = held.get(fact)
        facts[fact] = None
        if name in used or kept is not None:
            document = composite.document()
            small = len(json.dumps(document, default=str)) <= LARGEST
            now = document if small else False
            facts[fact] = now if name in used or now == kept else None
    gone = [fact for fact in held if fact.startswith("made of ") and fact not in facts]
    return facts | dict.fromkeys(gone)
