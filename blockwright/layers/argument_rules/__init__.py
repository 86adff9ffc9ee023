"""For layers that need it: why they cannot work with their arguments on what they are given, in a sentence.

Every rule takes all arguments and the shapes (with the batch), and gives None when nothing is wrong.
"""

from collections.abc import Callable
from typing import Any

from blockwright.layers.argument_rules import axes, kernels, lookups, merging, sequences
from blockwright.layers.costs import Shape

Rule = Callable[[dict[str, Any], list[Shape]], str | None]

RULES: dict[str, Rule] = {
    name: rule
    for module in (axes, merging, sequences, lookups, kernels)
    for name, rule in module.RULES.items()
}

RULES_OF_ARRAYS = frozenset({"Clip", "ExpandDims", "MatMul", "Pick", "Reduce", "ScaledAdd", "SliceAxis"})
"""Blocks whose rule says all that can be wrong with them, better than what is said of layers in general."""
