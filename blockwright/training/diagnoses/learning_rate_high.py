"""A learning rate that is too high."""

from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence

RISE = 1.5


class LearningRateHigh(Diagnosis):
    """Steps that are too large jump over the minimum: the loss of the training part itself rises."""

    cause = "learning_rate_high"
    title = "The learning rate is too high"
    stage = "epoch"

    def check(self, evidence: Evidence) -> str | None:
        losses = evidence.losses
        if len(losses) < 2 or losses[-1] <= RISE * min(losses) or losses[-1] <= 0.2 * losses[0]:
            return None
        lowest = losses.index(min(losses)) + 1
        return (
            f"The training loss has risen from {min(losses):.4g} after epoch {lowest} to {losses[-1]:.4g}: the "
            f"learning rate {evidence.learning_rate:.3g} is too high. Try {evidence.learning_rate / 10:.2g}."
        )
