"""Gradients that vanish on their way to the first blocks."""

from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence

RATIO = 1e-4
BLOCKS = 3


class VanishingGradients(Diagnosis):
    """Where each block makes the gradient smaller, the first blocks of a deep network do not learn."""

    cause = "vanishing_gradients"
    title = "Gradients vanish"
    stage = "network"

    def check(self, evidence: Evidence) -> str | None:
        gradients = evidence.network.gradients if evidence.network else ()
        if evidence.network is None or len(gradients) < BLOCKS or evidence.network.loses_units:
            return None
        first, last = gradients[0], gradients[-1]
        if not 0 <= first.size < RATIO * last.size:
            return None
        return (
            f"The gradients vanish on their way to the first blocks: they are of size {first.size:.1e} in "
            f'"{first.node}" and {last.size:.1e} in "{last.node}", so that "{first.node}" hardly learns. Use relu '
            "instead of sigmoid or tanh, batch normalization, shortcuts around blocks, or fewer blocks."
        )
