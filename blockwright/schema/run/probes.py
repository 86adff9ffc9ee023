"""What a probe of a training measures, before a run or without one. Plain data."""

from typing import Literal, TypedDict

BatchSource = Literal["data", "ones", "noise"]
"""What passes through a network: training examples, ones, or random numbers with mean 0 and spread 1."""


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
        cores: the processor cores that the run may use.
        busy: the share of all processor cores that other programs used meanwhile, from 0 to 1.
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
    busy: float


def total_seconds(estimate: TrainingEstimate, epochs: int) -> float:
    """The seconds from the start of a run to its result."""
    return estimate["start_seconds"] + epochs * estimate["epoch_seconds"] + estimate["end_seconds"]


BUSY = 0.25
"""From which share of the processor on other programs are worth mentioning."""


def busy_sentence(estimate: TrainingEstimate) -> str | None:
    """A sentence where other programs used much of the processor during the measurement; else None."""
    if estimate["busy"] < BUSY:
        return None
    return f"Other programs used {estimate['busy']:.0%} of the processor meanwhile; without them the run is faster."


class RatePoint(TypedDict):
    """A step of a range test: its learning rate, and the loss of its batch, smoothed and not."""

    rate: float
    loss: float
    smoothed: float


class RangeTest(TypedDict):
    """The losses of a training whose learning rate grows with every step.

    Attributes:
        points: the steps whose loss is finite.
        suggestion: a learning rate; None where the loss did not fall.
        diverged_at: the rate at which the loss was several times its lowest, or no longer finite, which ended the
            test; None where it was not.
        reason: how the suggestion was found, or why there is none.
    """

    points: list[RatePoint]
    suggestion: float | None
    diverged_at: float | None
    reason: str


class ValuesOfBatch(TypedDict):
    """The values of an input or of the output of a block, for one batch.

    Attributes:
        node: its id.
        block: the class of the block; None for an input of the network.
        reads: the nodes whose values it receives, which have rows of their own.
        shape: with the batch first.
        mean, spread, low, high: of the finite values; spread is the standard deviation. None for texts.
        not_finite: how many values are NaN or infinite.
        problem: a sentence where the values show that the network cannot learn from them; None elsewhere.
    """

    node: str
    block: str | None
    reads: list[str]
    shape: list[int]
    mean: float | None
    spread: float | None
    low: float | None
    high: float | None
    not_finite: int
    problem: str | None


class BatchTable(TypedDict):
    """What one batch becomes in each block of a network, in the order in which they run.

    Attributes:
        rows: the inputs of the network, then its blocks.
        losses: the mean loss of each output; None where it is not finite.
        training: whether the blocks ran as in training: dropout drops, batch normalization uses the batch.
        precision: float32 or bfloat16.
    """

    rows: list[ValuesOfBatch]
    losses: dict[str, float | None]
    training: bool
    precision: str
