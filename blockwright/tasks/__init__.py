"""What an output can learn: one module for each task. Plain when imported; both sides of the process boundary use it.

To add a task: write its module, list it here, and give it a member in each registry that `family` completes.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from blockwright.schema.data.features import class_target
from blockwright.tasks.base import Task
from blockwright.tasks.classification import Classification
from blockwright.tasks.multilabel import MultiLabel
from blockwright.tasks.reconstruction import Reconstruction
from blockwright.tasks.regression import Regression

TASKS: dict[str, Task] = {
    task.kind: task for task in (Classification(), Regression(), MultiLabel(), Reconstruction())
}


EXPECTED_TARGET = class_target(())
"""What most outputs learn: one of several classes, whose number is not known before data is chosen."""


class Member(Protocol):
    """What a room attaches to a task."""

    @property
    def kind(self) -> str:
        """The kind of the task that it belongs to."""


M = TypeVar("M", bound=Member)


def task_of(kind: str) -> Task:
    """The task that targets, events and files call by `kind`. Raises ValueError where there is none."""
    if kind not in TASKS:
        raise ValueError(f"There is no task {kind[:60]!r}. There are: {', '.join(TASKS)}.")
    return TASKS[kind]


def family(members: Iterable[M]) -> dict[str, M]:
    """The members of a family by the kind of their task: what a room knows of each task.

    Raises ValueError where a task has no member or more than one.
    """
    listed = list(members)
    kinds = [member.kind for member in listed]
    if sorted(kinds) != sorted(TASKS):
        raise ValueError(
            f"One member is needed for each of {', '.join(TASKS)}. Received: {', '.join(kinds)}."
        )
    return dict(zip(kinds, listed, strict=True))
