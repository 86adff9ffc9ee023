"""A loss that does not move."""

from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence

EPOCHS = 3
CHANGE = 0.02


class FlatLoss(Diagnosis):
    """A network that stays as good as always the same answer does not learn; the usual cause is its learning rate."""

    cause = "flat_loss"
    title = "The loss does not fall"
    stage = "epoch"

    def check(self, evidence: Evidence) -> str | None:
        losses, rate = evidence.losses, evidence.learning_rate
        if len(losses) < EPOCHS or max(losses) - min(losses) > CHANGE * abs(losses[0]):
            return None
        if not evidence.baselines or evidence.beats_baselines():
            return None
        return (
            f"The training loss has hardly moved in {len(losses)} epochs, from {losses[0]:.4g} to {losses[-1]:.4g}, "
            f"and the network is no better than always giving the same answer: the learning rate {rate:.3g} is too "
            f"low or far too high. Try {rate * 10:.2g}, then {rate / 10:.2g}."
        )
