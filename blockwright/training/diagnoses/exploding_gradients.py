"""Gradients that explode on their way to the first blocks."""

import math

from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence

RATIO = 1e4
BLOCKS = 3


class ExplodingGradients(Diagnosis):
    """Where each block makes the gradient larger, the steps of the first blocks of a deep network are far too large."""

    cause = "exploding_gradients"
    title = "Gradients explode"
    stage = "network"

    def check(self, evidence: Evidence) -> str | None:
        gradients = evidence.network.gradients if evidence.network else ()
        if len(gradients) < BLOCKS:
            return None
        largest, last = max(gradients, key=_size), gradients[-1]
        if math.isfinite(largest.size) and largest.size <= RATIO * last.size:
            return None
        if not last.size:
            return None
        size = f"{largest.size:.1e}" if math.isfinite(largest.size) else "not finite"
        return (
            f'The gradients explode on their way to the first blocks: in "{largest.node}" they are {size}, in '
            f'"{last.node}" {last.size:.1e}. Use batch normalization, shortcuts around blocks, smaller initial '
            "weights, or a lower learning rate."
        )


def _size(gradient: object) -> float:
    size = float(getattr(gradient, "size", 0.0))
    return size if math.isfinite(size) else math.inf
