"""What a probe of a training measures, before a run or without one. Plain data."""

from typing import TypedDict


class TrainingEstimate(TypedDict):
    """What a run takes on this machine, from the time of a few steps.

    Attributes:
        start_seconds: loading the data, building and compiling the network, until the first step is done.
        epoch_seconds: one epoch with its validation, as the epochs after the first.
        train_seconds: the part of it that is training.
        end_seconds: examining the network after its first epoch, and the test.
        memory_bytes: the most memory that the process had for itself.
        steps: how many training steps were timed.
        steps_per_epoch: of a run.
        train_examples: of an epoch.
        cores: the processor cores that TensorFlow used.
    """

    start_seconds: float
    epoch_seconds: float
    train_seconds: float
    end_seconds: float
    memory_bytes: int
    steps: int
    steps_per_epoch: int
    train_examples: int
    cores: int


def total_seconds(estimate: TrainingEstimate, epochs: int) -> float:
    """The seconds from the start of a run to its result."""
    return estimate["start_seconds"] + epochs * estimate["epoch_seconds"] + estimate["end_seconds"]


class RatePoint(TypedDict):
    """A step of a range test: the learning rate, and the loss before the step, smoothed and not."""

    rate: float
    loss: float
    smoothed: float


class RangeTest(TypedDict):
    """The losses of a training whose learning rate grows with every step.

    Attributes:
        points: the steps, up to the one where the loss diverged.
        suggestion: a learning rate; None where the loss did not fall.
        diverged_at: the rate at which the loss exceeded `DIVERGED` times its lowest, or was no longer finite; None
            where it did not.
        reason: how the suggestion was found, or why there is none.
    """

    points: list[RatePoint]
    suggestion: float | None
    diverged_at: float | None
    reason: str
