"""What a run tells while it goes: small typed events. Losses and accuracies are None where not a finite number."""

from typing import Literal, NotRequired, TypedDict

KINDS = ("started", "batch", "epoch", "evaluated", "log", "state", "ended")


class Output(TypedDict):
    """One output of a network that gives something else than one class: what it learns, by which loss.

    `measure` is what is told beside its loss: the share of right answers, or the mean absolute error in `unit`.
    """

    output: str
    kind: Literal["classes", "number", "tags", "reconstruction"]
    target: str
    loss: str
    weight: float
    measure: Literal["accuracy", "mae"]
    unit: str


class Started(TypedDict):
    """Once, before the first batch. `steps` are sentences on how the data was prepared.

    `outputs` is left out by a network with one output that tells classes; others have no `class_names`.
    """

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
    outputs: NotRequired[list[Output]]


class Batch(TypedDict):
    """A few times a second. `epoch` and `batch` count from 1; loss and accuracy are running means of the epoch;
    `seconds` since training started; `memory_bytes` of the worker.

    A network that gives numbers has `mae` (mean absolute error), one of several outputs `metrics`: `<output>_loss` and
    `<output>_accuracy` or `<output>_mae` of each. The accuracy is then None.
    """

    epoch: int
    batch: int
    loss: float | None
    accuracy: float | None
    mae: NotRequired[float | None]
    metrics: NotRequired[dict[str, float | None]]
    examples_per_second: float
    seconds: float
    memory_bytes: int


class Epoch(TypedDict):
    """After each epoch; validation values are None without a validation part.

    `mae`, `val_mae` and `metrics` as in `Batch`; those of the validation part have `val_` in front.
    """

    epoch: int
    loss: float | None
    accuracy: float | None
    val_loss: float | None
    val_accuracy: float | None
    mae: NotRequired[float | None]
    val_mae: NotRequired[float | None]
    metrics: NotRequired[dict[str, float | None]]
    seconds: float
    examples_per_second: float


class Evaluated(TypedDict):
    """Once, after the test part was evaluated; `test_mae` and `metrics` as in `Batch`, with `test_` in front."""

    test_loss: float | None
    test_accuracy: float | None
    examples: int
    test_mae: NotRequired[float | None]
    metrics: NotRequired[dict[str, float | None]]


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
