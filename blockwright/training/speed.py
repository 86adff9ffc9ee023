"""How fast a run was."""

from collections.abc import Mapping, Sequence
from typing import Any


def examples_per_second(epochs: Sequence[Mapping[str, Any]]) -> float | None:
    """Training examples over the time of whole training epochs, validation excluded; None without a whole epoch.

    The first epoch, which holds TensorFlow's tracing, is left out when there are more. `epochs` are a run's epoch
    events, with `seconds` and `examples_per_second` of each.
    """
    counted = epochs[1:] or epochs
    seconds = sum(one["seconds"] for one in counted)
    examples = sum(one["seconds"] * one["examples_per_second"] for one in counted)
    return examples / seconds if seconds > 0 else None
