"""A block that outputs the same value everywhere, for every example."""

from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence


class ConstantValues(Diagnosis):
    """After values that are the same for all examples, nothing can tell the examples apart: the curves stay flat.

    That happens where a normalization with a tiny epsilon divides by the spread of values that have none, or where
    large values are rounded to the same one.
    """

    cause = "constant_values"
    title = "A block outputs the same value for every example"
    stage = "network"

    def check(self, evidence: Evidence) -> str | None:
        constant = evidence.network.constant if evidence.network else None
        if constant is None or evidence.beats_baselines():
            return None
        return (
            f'"{constant.node}" outputs {constant.value:.4g} everywhere, for every example that was tried, so nothing '
            f"after it can tell the examples apart. What it receives lies between {constant.low:.4g} and "
            f"{constant.high:.4g}. Scale the input, normalize before it, choose a larger epsilon, or train in float32."
        )
