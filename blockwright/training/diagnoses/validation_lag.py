"""Validation that is behind because of batch normalization."""

from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence

ACCURACY_LAG = 0.2
LOSS_RATIO = 1.5


class ValidationLag(Diagnosis):
    """Batch normalization validates with moving averages, which take some hundred batches to catch up.

    Told apart from overfitting by training examples: their loss is high with the averages as well.
    """

    cause = "validation_lag"
    title = "Validation lags behind"
    stage = "network"

    def check(self, evidence: Evidence) -> str | None:
        network = evidence.network
        if network is None or not network.normalizes_batches:
            return None
        if network.inference_loss <= LOSS_RATIO * network.training_loss + 0.05 or not lags(evidence):
            return None
        return (
            "The validation is far below the training because batch normalization validates with moving averages, "
            f"which have not caught up: the loss of the same training examples is {network.inference_loss:.3g} with "
            f"them and {network.training_loss:.3g} without. It catches up by itself; a smaller `momentum` of the batch "
            "normalization (0.9) or more epochs make it sooner."
        )


def lags(evidence: Evidence) -> bool:
    """Whether the validation of some output is far below its training."""
    if not evidence.epochs:
        return False
    latest = evidence.epochs[-1]
    for values in latest["outputs"].values():
        training, validation = values.get("accuracy"), values.get("val_accuracy")
        if training is not None and validation is not None and training - validation > ACCURACY_LAG:
            return True
        error, validation_error = values.get("mae"), values.get("val_mae")
        if error is not None and validation_error is not None and validation_error > LOSS_RATIO * error:
            return True
    return False
