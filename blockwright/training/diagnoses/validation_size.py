"""A validation part that is too small to tell."""

import math

from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence

HALF_WIDTH = 0.15
NUMBERS = 20
DEVIATIONS = 1.96


class ValidationSize(Diagnosis):
    """The accuracy of few examples is a matter of chance. The interval is Wilson's (1927), at 95 %."""

    cause = "validation_size"
    title = "The validation part is too small"
    stage = "epoch"

    def check(self, evidence: Evidence) -> str | None:
        count = len(evidence.prepared.validation)
        for objective in evidence.objectives:
            values = evidence.values(objective.output, f"val_{objective.metric.name}")
            if not values or not count:
                continue
            if objective.metric.is_share:
                low, high = interval(values[-1], count)
                if high - low > 2 * HALF_WIDTH:
                    return (
                        f"The validation part has {count:,} examples: its accuracy of {values[-1]:.1%} may as well be "
                        f"{low:.0%} or {high:.0%}. Use a larger validation split to compare networks."
                    )
            elif count < NUMBERS:
                return (
                    f"The validation part has {count:,} examples, so that its error is a matter of chance. Use a "
                    "larger validation split to compare networks."
                )
        return None


def interval(share: float, count: int) -> tuple[float, float]:
    """Between which values the true share lies, with a probability of 95 %."""
    z = DEVIATIONS**2 / count
    center = (share + z / 2) / (1 + z)
    half = math.sqrt(z * (share * (1 - share) + z / 4)) / (1 + z)
    return center - half, center + half
