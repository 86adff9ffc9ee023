"""What a run says of itself beside its curves: what simple models reach, and known causes of a poor result.

What only depends on the data is computed in a thread, the linear models after the first epoch, so that the first point
of a curve does not wait for them. The network is measured after the epochs 1, 2, 4, 8 and so on, and while a cause that
was found by it holds, as long as that takes at most `SHARE` of the training beside its first `SECONDS`.
"""

import logging
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from blockwright.data.prepared import Prepared
from blockwright.design.output_activation import scales_itself
from blockwright.recipe.settings import Settings
from blockwright.runs.events import Baseline, Diagnosed, Epoch
from blockwright.schema.design import Design
from blockwright.schema.run.evaluation import Evaluation
from blockwright.tasks.base import Objective
from blockwright.training.baselines import constant_baselines, linear_baselines
from blockwright.training.diagnoses import DIAGNOSES
from blockwright.training.diagnoses.diagnosis import Evidence, Stage
from blockwright.training.loops.reporter import Reporter
from blockwright.training.network_measures import NetworkMeasures, measure
from blockwright.training.setup.pipeline import batches

if TYPE_CHECKING:
    from blockwright.network import DesignedModel

log = logging.getLogger(__name__)

EXAMPLES = 32
SHARE = 0.01
SECONDS = 0.5
_PERIOD = 0.25


class Explanation:
    """Explains one run, within its context: whatever is not computed at its end is left out.

    A fault in it is logged and does not end the run.

    Args:
        reporter: sends the events.
        model, design, prepared, objectives, settings: of the run.
    """

    def __init__(
        self,
        reporter: Reporter,
        model: "DesignedModel",
        design: Design,
        prepared: Prepared,
        objectives: Sequence[Objective],
        settings: Settings,
    ) -> None:
        self._reporter = reporter
        self._model = model
        self._design = design
        self._prepared = prepared
        self._objectives = objectives
        self._settings = settings
        self._baselines: list[Baseline] = []
        self._epochs: list[Epoch] = []
        self._active: dict[str, Diagnosed] = {}
        self._sample: tuple[Any, Any] | None = None
        self._network: NetworkMeasures | None = None
        self._trained_seconds = self._measured_seconds = self._latest_seconds = 0.0
        self._trained = threading.Event()
        self._over = False
        self._thread = threading.Thread(target=self._in_background, daemon=True, name="explanation")

    def __enter__(self) -> Self:
        try:
            self._baselines = list(constant_baselines(self._prepared, self._objectives))
        except Exception:
            log.exception("The simple baselines could not be computed.")
        for baseline in self._baselines:
            self._reporter.emit("baseline", baseline)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._trained.set()

    def state(self) -> dict[str, Any]:
        """What a run that is resumed goes on with, as JSON."""
        return {
            "active": dict(self._active),
            "trained_seconds": self._trained_seconds,
            "measured_seconds": self._measured_seconds,
            "latest_seconds": self._latest_seconds,
        }

    def resume(self, state: Mapping[str, Any], epochs: Sequence[Epoch]) -> None:
        """Go on with what `state` returned after these epochs; before the context is entered."""
        self._active = dict(state["active"])
        self._trained_seconds = state["trained_seconds"]
        self._measured_seconds = state["measured_seconds"]
        self._latest_seconds = state["latest_seconds"]
        self._epochs = list(epochs)

    @property
    def causes(self) -> list[str]:
        """The causes that were found and still hold."""
        return list(self._active)

    def after_epoch(self, epoch: Epoch) -> None:
        """Look for causes after an epoch; its weights are those of the network now."""
        self._epochs.append(epoch)
        self._trained_seconds += epoch["seconds"]
        self._check("epoch")
        active = any(
            diagnosis.cause in self._active for diagnosis in DIAGNOSES if diagnosis.stage == "network"
        )
        number = epoch["epoch"]
        due = active or number & (number - 1) == 0
        if due and self._may_measure():
            self._measure()
            self._check("network")
        elif active:
            self._check("network")
        self._trained.set()

    def after_test(self, document: Evaluation) -> None:
        """Look for causes in the reports on the test part."""
        self._check("test", document)

    def complete(self) -> None:
        """Wait for what is still being computed, unless the run is asked to stop."""
        self._trained.set()
        while self._thread.is_alive() and not self._reporter.stop_requested:
            self._reporter.advance()
            self._thread.join(_PERIOD)

    def _in_background(self) -> None:
        self._check("data")
        self._trained.wait()
        if self._over:
            return
        try:
            for baseline in linear_baselines(self._prepared, self._objectives, self._settings.seed):
                if self._over:
                    return
                self._reporter.emit("baseline", baseline, now=True)
        except Exception:
            log.exception("The linear model could not be fitted.")

    def _may_measure(self) -> bool:
        spent = self._measured_seconds + self._latest_seconds
        return spent <= SECONDS + SHARE * self._trained_seconds

    def _measure(self) -> None:
        began = time.monotonic()
        try:
            self._network = self._measures()
        except Exception:
            log.exception("The network could not be measured.")
        self._latest_seconds = time.monotonic() - began
        self._measured_seconds += self._latest_seconds

    def _check(self, stage: Stage, document: Evaluation | None = None) -> None:
        try:
            evidence = self._evidence(document)
            for diagnosis in DIAGNOSES:
                if diagnosis.stage == stage and not self._over:
                    self._tell(diagnosis.cause, diagnosis.title, diagnosis.check(evidence))
        except Exception:
            log.exception("The run could not be examined (%s).", stage)

    def _tell(self, cause: str, title: str, message: str | None) -> None:
        """Send an event where a cause is new, or no longer holds."""
        active = self._active.get(cause)
        if (message is None) == (active is None):
            return
        epoch = len(self._epochs)
        if message is not None:
            event = Diagnosed(cause=cause, title=title, epoch=epoch, message=message, resolved=False)
            self._active[cause] = event
        else:
            event = Diagnosed(
                cause=cause, title=title, epoch=epoch, message=f"{title}: no longer.", resolved=True
            )
            del self._active[cause]
        self._reporter.emit("diagnosis", event, now=True)

    def _evidence(self, document: Evaluation | None) -> Evidence:
        return Evidence(
            prepared=self._prepared,
            objectives=self._objectives,
            raw_inputs=list(self._raw_inputs()),
            baselines=self._baselines,
            epochs=self._epochs,
            learning_rate=self._settings.learning_rate,
            network=self._network,
            reports=document["outputs"] if document else {},
        )

    def _raw_inputs(self) -> Iterable[str]:
        for entry in self._design.inputs:
            if entry.dtype.startswith("float") and not scales_itself(self._design, entry.id):
                yield entry.id

    def _measures(self) -> NetworkMeasures:
        if self._sample is None:
            prepared, rows = self._prepared, self._prepared.train[:EXAMPLES]
            dataset = batches(
                {entry.id: prepared.inputs[entry.id][rows] for entry in self._design.inputs},
                [
                    objective.task.shaped(objective, prepared.targets[objective.output][rows])
                    for objective in self._objectives
                ],
                scales=prepared.scales,
                dtypes={entry.id: entry.dtype for entry in self._design.inputs},
                target_scales=[prepared.target_scales[objective.output] for objective in self._objectives],
                batch_size=EXAMPLES,
            )
            self._sample = next(iter(dataset))
        return measure(self._model, self._objectives, *self._sample)
