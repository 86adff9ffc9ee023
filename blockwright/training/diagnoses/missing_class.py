"""A class that is never predicted."""

from collections.abc import Mapping
from typing import Any

from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence

EXAMPLES = 5
NAMED = 3


class MissingClass(Diagnosis):
    """A network can do without a rare class, or settle on a single one, and still have a good accuracy."""

    cause = "missing_class"
    title = "A class is never predicted"
    stage = "test"

    def check(self, evidence: Evidence) -> str | None:
        for output, listed in evidence.reports.items():
            report: Mapping[str, Any] = listed
            matrix, names = report.get("confusion_matrix"), report.get("class_names", ())
            if not matrix:
                continue
            missing = [
                (names[index], sum(row))
                for index, row in enumerate(matrix)
                if sum(row) >= EXAMPLES and not any(other[index] for other in matrix)
            ]
            if missing:
                shown = ", ".join(f'"{name}" ({count:,} test examples)' for name, count in missing[:NAMED])
                more = f" and {len(missing) - NAMED:,} more" if len(missing) > NAMED else ""
                of = f' by "{output}"' if len(evidence.reports) > 1 else ""
                return (
                    f"Never predicted{of}: {shown}{more}. Train for more epochs, collect more examples of "
                    f"{'this class' if len(missing) == 1 else 'these classes'}, or give rare classes more weight."
                )
        return None
