"""How long a run takes on this machine and how much memory it needs, from the time of a few of its steps.

The loop of the run trains its network on its data, and is ended when enough steps were timed.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

import keras
import psutil

from blockwright.evaluation.predictions import collect
from blockwright.recipe.settings import Settings
from blockwright.runs.machine import usable_cores
from blockwright.runs.records import COMMAND_LINE
from blockwright.schema.design import Design
from blockwright.schema.run.probes import TrainingEstimate
from blockwright.training import artifacts
from blockwright.training.loops.callbacks import DirectCallbacks
from blockwright.training.loops.loop import Training
from blockwright.training.loops.registry import LOOPS
from blockwright.training.loops.reporter import own_memory
from blockwright.training.probe.probed_training import ProbedTraining, probed_training
from blockwright.training.setup.acceleration import fused_batch_normalization

TRAIN_SECONDS, TEST_SECONDS = 4.0, 1.5
"""How long steps are timed; slow ones longer, until there are `LEAST_STEPS`."""
WARM_UP_STEPS, LEAST_STEPS = 2, 4
EPOCHS = 10_000
EVALUATION_BATCH = 128
_MEMORY_PERIOD = 0.1


class Enough(Exception):
    """Ends a loop when enough was timed."""


@dataclass
class Timer:
    """The mean seconds of the steps of a kind, without those in which memory and threads are set up."""

    seconds: float
    count: int = 0
    timed: int = 0
    first: float = 0.0
    _since: float = 0.0
    _latest: float = 0.0
    _last: float = 0.0

    def begin(self) -> None:
        """A first step begins, or one after a break."""
        self._last = time.perf_counter()

    def step(self, wait: Callable[[], object] = lambda: None) -> None:
        """A step has ended; `wait` waits for the device, and is called at both ends of what is timed."""
        self.count += 1
        warm = self.count > WARM_UP_STEPS
        if not warm:
            wait()
        now = time.perf_counter()
        if self.count == 1:
            self.first = now - self._last
        if warm:
            self.timed += 1
            self._since += now - self._last
            if self.is_enough:
                wait()
                self._since += time.perf_counter() - now
        self._latest = now - self._last
        self._last = time.perf_counter()

    @property
    def is_enough(self) -> bool:
        """Whether enough steps were timed."""
        return self.timed >= LEAST_STEPS and self._since >= self.seconds

    @property
    def mean(self) -> float:
        """Seconds of a step."""
        return self._since / self.timed if self.timed else self._latest


@dataclass(eq=False)
class StepTimes(keras.callbacks.Callback):
    """Times the steps of a loop and ends it when there were enough."""

    training: Timer = field(default_factory=lambda: Timer(TRAIN_SECONDS))
    validation: Timer = field(default_factory=lambda: Timer(TEST_SECONDS))
    epochs: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """The epoch before, if there was one, is over."""
        self.epochs.append(time.perf_counter())
        self.training.begin()

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Have the loop go on to the validation when enough steps were timed."""
        self.training.step(lambda: float(logs["loss"]))
        if self.training.is_enough:
            self.model.stop_training = True

    def on_test_begin(self, logs: Any = None) -> None:
        """Validation begins."""
        self.validation.begin()

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """End the loop when enough steps of both kinds were timed."""
        self.validation.step(lambda: float(logs["loss"]))
        if self.training.is_enough and self.validation.is_enough:
            raise Enough

    @property
    def whole_epoch(self) -> float | None:
        """Seconds of an epoch from its begin to that of the next, the first left out; None where none ended."""
        ends = self.epochs[1:]
        return (ends[-1] - ends[0]) / (len(ends) - 1) if len(ends) > 1 else None


class OtherPrograms:
    """What others use of the processor while this process measures."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._used, self._own = _processor_seconds()

    @property
    def share(self) -> float:
        """Their share of all cores since the beginning."""
        used, own = _processor_seconds()
        available = (time.perf_counter() - self._began) * (psutil.cpu_count() or 1)
        others = (used - self._used) - (own - self._own)
        return min(1.0, max(0.0, others / max(available, 1e-9)))


def _processor_seconds() -> tuple[float, float]:
    """The seconds that the cores were used by all processes, and by this one."""
    times, own = psutil.cpu_times(), psutil.Process().cpu_times()
    idle = times.idle + getattr(times, "iowait", 0.0)
    # Guests are counted within the time of users already.
    guests = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)
    return sum(times) - idle - guests, own.user + own.system


class MemoryPeak:
    """The most memory that this process has for itself within this context."""

    def __init__(self) -> None:
        self.bytes = own_memory()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="memory")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self.bytes = max(self.bytes, own_memory())

    def _watch(self) -> None:
        while not self._over.wait(_MEMORY_PERIOD):
            self.bytes = max(self.bytes, own_memory())


def estimate(design: Design, settings: Settings, owner: str = COMMAND_LINE) -> TrainingEstimate:
    """Train for a few seconds and measure; the weights are thrown away.

    Args:
        owner: the workspace whose uploads may be read.

    Raises `DesignError` or `DataError` if the design cannot be trained on the data.
    """
    began, others = time.perf_counter(), OtherPrograms()
    with MemoryPeak() as memory, probed_training(design, settings, owner) as training:
        prepared_seconds = time.perf_counter() - began
        times = _time_steps(training)
        test_seconds = _test_seconds(training)
        saving_seconds = _saving_seconds(training)
    steps = training.steps_per_epoch
    train_seconds = steps * times.training.mean
    validation_steps = -(-len(training.prepared.validation) // settings.batch_size)
    epoch_seconds = times.whole_epoch or train_seconds + validation_steps * times.validation.mean
    return TrainingEstimate(
        start_seconds=prepared_seconds + times.training.first + times.validation.first,
        epoch_seconds=epoch_seconds + saving_seconds,
        train_seconds=min(train_seconds, epoch_seconds),
        end_seconds=test_seconds,
        memory_bytes=memory.bytes,
        steps=times.training.timed,
        steps_per_epoch=steps,
        train_examples=len(training.prepared.train),
        cores=usable_cores(),
        busy=others.share,
    )


def _time_steps(training: ProbedTraining) -> StepTimes:
    times = StepTimes()
    model = training.model
    loop = Training(
        model,
        training.objectives,
        training.training_batches(),
        training.validation_batches(),
        steps=training.steps_per_epoch,
        epochs=range(EPOCHS),
        callbacks=DirectCallbacks([times], add_history=True, model=model, epochs=EPOCHS),
        compiled=training.settings.compiled,
    )
    try:
        with fused_batch_normalization():
            LOOPS[training.settings.loop].train(loop)
    except Enough:
        pass
    return times


def _test_seconds(training: ProbedTraining) -> float:
    """Seconds of the test part, from a few of its batches."""
    batch_size = training.settings.batch_size if training.model.losses else EVALUATION_BATCH
    losses = [objective.task.keras_loss(objective) for objective in training.objectives]
    timer = Timer(TEST_SECONDS)

    def on_batch() -> None:
        timer.step()
        if timer.is_enough:
            raise Enough

    timer.begin()
    try:
        with fused_batch_normalization():
            collect(training.model, training.test_batches(batch_size), losses, on_batch)
    except Enough:
        pass
    return timer.first + timer.mean * (-(-training.prepared.test_examples // batch_size) - 1)


def _saving_seconds(training: ProbedTraining) -> float:
    """Seconds that saving the weights takes after each epoch."""
    with TemporaryDirectory(prefix="blockwright-probe-") as folder:
        began = time.perf_counter()
        artifacts.save_weights(training.model, Path(folder))
        return time.perf_counter() - began
