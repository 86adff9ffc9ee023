"""What a run tells while it goes: small typed events. Losses and accuracies are None where not a finite number."""

from typing import Literal, TypedDict

KINDS = ("started", "batch", "epoch", "evaluated", "log", "state", "ended")


class Started(TypedDict):
    """Once, before the first batch. `steps` are sentences on how the data was prepared."""

    epochs: int
    steps_per_epoch: int
    batch_size: int
    train_examples: int
    validation_examples: int
    test_examples: int
    params: int
    precision: str
    device: str
    seed: int
    loss: str
    num_classes: int
    class_names: list[str]
    steps: list[str]


class Batch(TypedDict):
    """A few times a second. `epoch` and `batch` count from 1; loss and accuracy are running means of the epoch;
    `seconds` since training started; `memory_bytes` of the worker."""

    epoch: int
    batch: int
    loss: float | None
    accuracy: float | None
    examples_per_second: float
    seconds: float
    memory_bytes: int


class Epoch(TypedDict):
    """After each epoch; validation values are None without a validation part."""

    epoch: int
    loss: float | None
    accuracy: float | None
    val_loss: float | None
    val_accuracy: float | None
    seconds: float
    examples_per_second: float


class Evaluated(TypedDict):
    """Once, after the test part was evaluated."""

    test_loss: float | None
    test_accuracy: float | None
    examples: int


class Log(TypedDict):
    """A sentence for people."""

    message: str
    level: Literal["info", "warning", "error"]


class State(TypedDict):
    """A change of status; the store writes it in the transaction of the change."""

    status: str
    message: str | None


class Ended(TypedDict):
    """The ending, exactly once a run; the store writes it in the transaction of the change."""

    status: Literal["finished", "stopped", "failed", "interrupted"]
    message: str | None
