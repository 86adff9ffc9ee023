"""What a diagnosis is, and what it is made from."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from blockwright.data.prepared import Prepared
from blockwright.runs.events import Baseline, Epoch
from blockwright.schema.run.evaluation import OutputReport
from blockwright.tasks.base import Objective
from blockwright.training.network_measures import NetworkMeasures

Stage = Literal["data", "epoch", "network", "test"]


@dataclass(frozen=True)
class Evidence:
    """What was measured of a run so far.

    Attributes:
        prepared: its data.
        objectives: what its outputs learn.
        raw_inputs: the inputs that read values of the data that neither the run nor the design brings to a scale.
        baselines: what always the same answer reaches.
        epochs: the finished epochs.
        learning_rate: that of the settings; a schedule begins with it, or reaches it.
        network: what was last measured in the network; None where nothing was.
        reports: the reports of the outputs on the test part; empty before the test.
    """

    prepared: Prepared
    objectives: Sequence[Objective]
    raw_inputs: Sequence[str] = ()
    baselines: Sequence[Baseline] = ()
    epochs: Sequence[Epoch] = ()
    learning_rate: float = 0.0
    network: NetworkMeasures | None = None
    reports: Mapping[str, OutputReport] = field(default_factory=dict)

    def values(self, output: str, name: str) -> list[float]:
        """A value of an output after each epoch, `accuracy` or `val_accuracy`; empty where one is missing."""
        values = [epoch["outputs"].get(output, {}).get(name) for epoch in self.epochs]
        return [value for value in values if value is not None] if None not in values else []

    @property
    def losses(self) -> list[float]:
        """The training loss of each epoch; empty where one is missing."""
        losses = [epoch["loss"] for epoch in self.epochs]
        return [loss for loss in losses if loss is not None] if None not in losses else []

    def beats_baselines(self) -> bool:
        """Whether some output is clearly better, on the training part, than always the same answer."""
        for baseline in self.baselines:
            reference, values = baseline["test"], self.values(baseline["output"], baseline["metric"])
            if reference is None or not values:
                continue
            if baseline["metric"] == "accuracy":
                if values[-1] > reference + 0.05:
                    return True
            elif values[-1] < 0.95 * reference:
                return True
        return False


class Diagnosis(ABC):
    """A cause of a poor result. Its docstring says why that is one.

    Attributes:
        cause: what events call it.
        title: how people call it, in a few words.
        stage: when it is checked: once for the `data`, after every `epoch`, after the epochs whose `network` was
            measured, or once after the `test`.
    """

    cause: ClassVar[str]
    title: ClassVar[str]
    stage: ClassVar[Stage]

    @abstractmethod
    def check(self, evidence: Evidence) -> str | None:
        """What was measured and what to do about it, in a sentence or two; None where this is not the cause."""
