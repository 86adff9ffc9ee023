"""A column that numbers the rows."""

import numpy as np

from blockwright.data.prepared import Prepared
from blockwright.tasks.base import Objective
from blockwright.training.diagnoses.diagnosis import Diagnosis, Evidence

ROWS = 30
DENSITY = 1.5
LEAK = 0.3
LENGTH = 40


class IdColumn(Diagnosis):
    """The number or the name of a row says nothing about new rows.

    It distracts; in a file that is sorted by its target it gives the answer away.
    """

    cause = "id_column"
    title = "A column numbers the rows"
    stage = "data"

    def check(self, evidence: Evidence) -> str | None:
        prepared = evidence.prepared
        for name, values in prepared.inputs.items():
            if len(values) < ROWS or values.ndim != 2:
                continue
            if values.dtype.kind == "O":
                if values.shape[1] == 1 and _names_rows(values[:, 0]):
                    return _sentence(prepared.reads[name].name, "has another value in every row")
                continue
            names = prepared.reads[name].columns or (prepared.reads[name].name,)
            for index, column in enumerate(names if len(names) == values.shape[1] else ()):
                numbers = _row_numbers(prepared, name, index)
                if numbers is not None:
                    leaking = any(
                        _gives_away(prepared, objective, numbers) for objective in evidence.objectives
                    )
                    return _sentence(column, "numbers the rows", leaking)
        return None


def _sentence(column: str, what: str, leaking: bool = False) -> str:
    if leaking:
        return (
            f'The column "{column}" {what}, and the data is sorted by its target, so that it gives the answer away: '
            "the result will not hold for new data. Leave the column out."
        )
    return f'The column "{column}" {what}, which says nothing about new data and distracts. Leave the column out.'


def _row_numbers(prepared: Prepared, name: str, index: int) -> np.ndarray | None:
    """The column as whole numbers if no two are the same and they fill their range."""
    values = prepared.inputs[name][:, index].astype(np.float64)
    columns = prepared.columns.get(name)
    if columns is not None and columns.factor[index]:
        values = values / columns.factor[index] + columns.shift[index]
    numbers = np.round(values)
    examples = len(values) + prepared.test_examples
    if not np.isfinite(values).all() or np.abs(values - numbers).max() > 0.2:
        return None
    if np.ptp(numbers) + 1 > DENSITY * examples or len(np.unique(numbers)) < len(numbers):
        return None
    return numbers


def _gives_away(prepared: Prepared, objective: Objective, numbers: np.ndarray) -> bool:
    """Whether neighbours in the order of the column have targets that are more alike than by chance."""
    targets = prepared.targets[objective.output]
    if targets.shape[1:] not in ((), (1,)):
        return False
    ordered = targets.reshape(-1)[np.argsort(numbers)]
    if objective.task.kind == "classes":
        shares = np.unique(ordered, return_counts=True)[1] / len(ordered)
        chance = float((shares**2).sum())
        return float(np.mean(ordered[1:] == ordered[:-1])) > chance + LEAK * (1 - chance)
    if not ordered.std():
        return False
    return float(np.corrcoef(ordered[1:], ordered[:-1])[0, 1]) > LEAK + 0.4


def _names_rows(values: np.ndarray) -> bool:
    texts = [str(value) for value in values]
    return len(set(texts)) == len(texts) and all(len(text) <= LENGTH and " " not in text for text in texts)
