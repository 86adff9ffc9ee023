"""Errors that people cause by their settings or data, but that only show while TensorFlow computes."""

import re
from collections.abc import Mapping
from typing import Any

import tensorflow as tf

_INTERNAL_LINE = re.compile(r"(File |Graph execution error|Detected at|Stack trace|\[\[)")


def explain(error: Exception, settings: Mapping[str, Any]) -> str | None:
    """A sentence about an error that ended a run with these settings; None if the error was not expected."""
    if isinstance(error, MemoryError | tf.errors.ResourceExhaustedError):
        return (
            "The run needs more memory than this machine has free. Use a smaller batch size (it is "
            f"{settings.get('batch_size', 32)}), a smaller input, or fewer filters. Finished epochs are kept."
        )
    if not isinstance(error, tf.errors.InvalidArgumentError):
        return None
    out_of_range = re.search(r"= (-?\d+) is not in \[0, (\d+)\)", str(error))
    if out_of_range is not None:
        value, size = map(int, out_of_range.groups())
        return (
            f"A layer received the number {value:,}, but takes 0 to {size - 1:,} only. Increase the Embedding's "
            "input_dim, or limit the vocabulary with max_tokens."
        )
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    reasons = [line for line in lines if not _INTERNAL_LINE.match(line)]
    return (
        f"TensorFlow refused a value during training: {(reasons or lines or ['no reason given'])[-1][:300]}"
    )
