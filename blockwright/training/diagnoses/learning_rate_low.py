"""A learning rate that is too low."""

from itertools import pairwise

from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence

EPOCHS = 5
EVENNESS = 1.35
FALL = (0.02, 0.4)


class LearningRateLow(Diagnosis):
    """A loss that falls by the same amount in every epoch is far from its minimum: larger steps would arrive sooner."""

    cause = "learning_rate_low"
    title = "The learning rate is too low"
    stage = "epoch"

    def check(self, evidence: Evidence) -> str | None:
        losses, rate = evidence.losses, evidence.learning_rate
        if len(losses) < EPOCHS:
            return None
        falls = [before - after for before, after in pairwise(losses)]
        share = (losses[0] - losses[-1]) / abs(losses[0]) if losses[0] else 0.0
        if min(falls) <= 0 or max(falls) > EVENNESS * min(falls) or not FALL[0] < share < FALL[1]:
            return None
        return (
            f"The training loss falls in a straight line, by about {sum(falls) / len(falls):.2g} an epoch from "
            f"{losses[0]:.4g}: the learning rate {rate:.3g} is too low. Try {rate * 10:.2g}."
        )
