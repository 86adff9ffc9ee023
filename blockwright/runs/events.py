"""The events of a run: small and typed. Values that are not finite numbers are None."""

from typing import Literal, NotRequired, TypedDict

KINDS = (
    "started",
    "resumed",
    "baseline",
    "batch",
    "epoch",
    "evaluated",
    "diagnosis",
    "log",
    "state",
    "ended",
)

BaselineModel = Literal["most_frequent_class", "most_frequent_tags", "mean", "linear"]

OutputValues = dict[str, dict[str, float | None]]
"""The values of each output by its id: its metric and, if there are several outputs, its loss, by their names."""


class MeasuredMetric(TypedDict):
    """A chosen metric of an output: its name in the values of events, what the pages call it, whether it is a share
    from 0 to 1, and whether more (`max`) or less of it is better."""

    name: str
    title: str
    is_share: bool
    better: Literal["min", "max"]


class Output(TypedDict):
    """One output of the network: what it learns (`kind` of task, `target`), and by which loss.

    `metric` is what is reported beside its loss: `accuracy`, or `mae` (mean absolute error) in `unit`. `class_names`
    are the classes or tags, empty for other tasks and for tags of runs of earlier versions. `metrics` are those that
    were chosen beside it.
    """

    output: str
    kind: str
    target: str
    loss: str
    weight: float
    metric: Literal["accuracy", "mae"]
    unit: str
    class_names: list[str]
    class_weight: NotRequired[Literal["balanced"] | dict[str, float] | None]
    metrics: NotRequired[list[MeasuredMetric]]


class Started(TypedDict):
    """Before the first batch, and again where the run is resumed. `steps` say how the data was prepared."""

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
    steps: list[str]
    outputs: list[Output]


class Resumed(TypedDict):
    """Before a run goes on that had ended: from its state after `epoch`, 0 for the beginning.

    Later epochs, and the test, no longer count. `causes` are those of the diagnoses that still hold."""

    epoch: int
    causes: list[str]


class Baseline(TypedDict):
    """What a simple model reaches on an output's data. One that always gives the same answer is there before the first
    batch, a linear one at some time after the first epoch; runs of version 0.1 have none.

    `validation` and `test` are values of the output's `metric`, in its unit; None for a part without examples.
    `train_examples` are those that the model was fitted to."""

    output: str
    model: BaselineModel
    metric: Literal["accuracy", "mae"]
    train_examples: int
    validation: float | None
    test: float | None


class Batch(TypedDict):
    """A few times a second. `epoch` and `batch` count from 1; losses and metrics are running means of the epoch;
    `seconds` since training started; `memory_bytes` of the worker."""

    epoch: int
    batch: int
    loss: float | None
    outputs: OutputValues
    examples_per_second: float
    seconds: float
    memory_bytes: int


class Epoch(TypedDict):
    """After each epoch. In `outputs`, names that begin with `val_` are of the validation part."""

    epoch: int
    loss: float | None
    val_loss: float | None
    outputs: OutputValues
    seconds: float
    examples_per_second: float


class EvaluatedWeights(TypedDict):
    """Which weights were evaluated and are exported: those after the last batch, of the best `epoch` by `monitor`, or
    of an `epoch` that a person chose.

    `epoch` counts from 1, and of the last weights is the last finished one.
    """

    which: Literal["last", "best", "epoch"]
    epoch: int
    monitor: str | None


class Evaluated(TypedDict):
    """After the test part was evaluated, and again for other weights that a person chose.

    In `outputs`, all names begin with `test_`.

    Runs of earlier versions do not say which weights were evaluated: their last ones.
    """

    test_loss: float | None
    examples: int
    outputs: OutputValues
    weights: NotRequired[EvaluatedWeights]


class Diagnosed(TypedDict):
    """A known cause of a poor result, found by measurement after `epoch` (0: in the data), or, `resolved`, that it no
    longer holds. `cause` is that of a member of `training.diagnoses`; `message` says what was measured and what to
    do."""

    cause: str
    title: str
    epoch: int
    message: str
    resolved: bool


class Log(TypedDict):
    """A log message."""

    message: str
    level: Literal["info", "warning", "error"]


class State(TypedDict):
    """A change of status; the store writes it in the transaction of the change."""

    status: str
    message: str | None


class Ended(TypedDict):
    """The end, exactly once per run, and once more each time that it is resumed; the store writes it in the
    transaction of the change."""

    status: Literal["finished", "stopped", "failed", "interrupted"]
    message: str | None


def losses_text(started: Started) -> str:
    """The losses of a run by their Keras names, each named once."""
    names = (
        f"{output['loss']} (weighted by class)" if output.get("class_weight") else output["loss"]
        for output in started["outputs"]
    )
    return ", ".join(dict.fromkeys(names))
