"""Training and validation that drift apart."""

from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence

EPOCHS = 3
RISE = 1.25


class Overfitting(Diagnosis):
    """A network that keeps getting better on its training part and worse on the validation part memorizes."""

    cause = "overfitting"
    title = "Training and validation drift apart"
    stage = "epoch"

    def check(self, evidence: Evidence) -> str | None:
        training = evidence.losses
        validation = [epoch["val_loss"] for epoch in evidence.epochs if epoch["val_loss"] is not None]
        if len(validation) != len(training) or len(training) <= EPOCHS:
            return None
        best = validation.index(min(validation))
        later = validation[best + 1 :]
        if len(later) < EPOCHS or min(later[-EPOCHS:]) < RISE * validation[best]:
            return None
        if training[-1] > 0.9 * training[best] or validation[-1] < RISE * training[-1]:
            return None
        return (
            f"Since epoch {best + 1} the validation loss has risen from {validation[best]:.4g} to "
            f"{validation[-1]:.4g} while the training loss fell from {training[best]:.4g} to {training[-1]:.4g}: the "
            "network memorizes its training examples. Stop earlier, use more data, Dropout or weight decay, or a "
            "smaller network."
        )
