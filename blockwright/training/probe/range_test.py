"""The learning-rate range test: train while the rate grows with every step, and see where the loss falls and diverges.

Smith 2017, "Cyclical Learning Rates for Training Neural Networks", arXiv:1506.01186.
"""

import math
import time
from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from blockwright.recipe.schedules.constant import Constant
from blockwright.recipe.settings import Settings
from blockwright.runs.records import COMMAND_LINE
from blockwright.schema.design import Design
from blockwright.schema.run.probes import RangeTest, RatePoint
from blockwright.training.loops.callbacks import DirectCallbacks
from blockwright.training.loops.loop import Training
from blockwright.training.loops.registry import LOOPS
from blockwright.training.probe.probed_training import ProbedTraining, probed_training
from blockwright.training.setup.acceleration import fused_batch_normalization

LOWEST, HIGHEST = 1e-6, 10.0
STEPS, LEAST_STEPS = 100, 30
SECONDS = 120.0
"""Steps that would take longer together are fewer, down to `LEAST_STEPS`."""
DIVERGED = 4.0
"""How many times its lowest value the loss exceeds where it has diverged."""
WARM_UP_STEPS = 3
_WINDOW = 9
_SPAN = 7
_FOLLOWED = 0.8
"""How much of the moving average stays at a step, by which divergence is noticed during the test."""
_LEAST_FALL = 0.02


class RangeEnd(Exception):
    """Ends the loop of a test."""


class GrowingRate(keras.callbacks.Callback):
    """Multiplies the learning rate by the same factor at every step, and keeps the loss of each.

    Raises `RangeEnd` after the last step, or where the loss has diverged.

    Args:
        steps: how many steps it takes; fewer where these would take longer than `seconds`.
        examples: training examples per epoch, after which they begin again.
        batch_size: examples per batch; the last batch of an epoch may be smaller.
    """

    def __init__(self, steps: int, seconds: float, examples: int, batch_size: int) -> None:
        super().__init__()
        self._sizes = [min(batch_size, examples - start) for start in range(0, examples, batch_size)]
        self._steps = steps
        self._seconds = seconds
        self._warm = 0
        self._began = 0.0
        self._mean = 0.0
        self._count = 0
        self._followed: float | None = None
        self._lowest = math.inf
        self.rates: list[float] = []
        self.losses: list[float] = []
        self.diverged_at: float | None = None

    def on_train_begin(self, logs: Any = None) -> None:
        """Start at the lowest rate."""
        self.model.optimizer.learning_rate = LOWEST

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Keep the loss of the step and set the rate of the next one."""
        loss = self._own_loss(float(logs["loss"]), self._sizes[batch % len(self._sizes)])
        self._warm += 1
        if self._warm <= WARM_UP_STEPS:
            if self._warm == 1:
                self._began = time.perf_counter()
            else:
                self._limit_steps((time.perf_counter() - self._began) / (self._warm - 1))
            return
        rate = self._rate(len(self.rates))
        self.rates.append(rate)
        self.losses.append(loss)
        if self._has_diverged(loss):
            self.diverged_at = rate
            raise RangeEnd
        if len(self.rates) == self._steps:
            raise RangeEnd
        self.model.optimizer.learning_rate = self._rate(len(self.rates))

    def _limit_steps(self, seconds_per_step: float) -> None:
        affordable = int(self._seconds / max(seconds_per_step, 1e-9))
        self._steps = min(self._steps, max(LEAST_STEPS, affordable))

    def _rate(self, step: int) -> float:
        return float(LOWEST * (HIGHEST / LOWEST) ** (step / (self._steps - 1)))

    def _own_loss(self, mean: float, size: int) -> float:
        """The loss of a batch of that size, from the running means before and after it."""
        before = self._mean * self._count
        self._count += size
        self._mean = mean
        return (mean * self._count - before) / size

    def _has_diverged(self, loss: float) -> bool:
        if not math.isfinite(loss):
            return True
        followed = self._followed
        self._followed = loss if followed is None else _FOLLOWED * followed + (1 - _FOLLOWED) * loss
        self._lowest = min(self._lowest, self._followed)
        return self._followed > DIVERGED * max(self._lowest, 1e-12)


def range_test(design: Design, settings: Settings, owner: str = COMMAND_LINE) -> RangeTest:
    """Train for about a hundred steps with a growing rate; the weights are thrown away.

    The schedule and the learning rate of the settings do not count.

    Raises `DesignError` or `DataError` if the design cannot be trained on the data.
    """
    settings = settings.model_copy(update={"schedule": Constant()})
    with probed_training(design, settings, owner) as training:
        test = GrowingRate(STEPS, SECONDS, len(training.prepared.train), settings.batch_size)
        _train(training, test)
    return result(test.rates, test.losses, test.diverged_at)


def _train(training: ProbedTraining, test: GrowingRate) -> None:
    model = training.model
    loop = Training(
        model,
        training.objectives,
        training.training_batches().repeat(),
        training.validation_batches(),
        steps=WARM_UP_STEPS + STEPS,
        epochs=range(1),
        callbacks=DirectCallbacks([test], add_history=True, model=model, epochs=1),
        compiled=training.settings.compiled,
    )
    try:
        with fused_batch_normalization():
            LOOPS[training.settings.loop].train(loop)
    except RangeEnd:
        pass


def result(rates: Sequence[float], losses: Sequence[float], diverged_at: float | None) -> RangeTest:
    """The steps with finite losses, and the rate at which the loss falls most steeply.

    Steepness is that of the loss against the logarithm of the rate, before the loss is lowest.
    """
    finite = [(rate, loss) for rate, loss in zip(rates, losses, strict=True) if math.isfinite(loss)]
    values = np.array([loss for _, loss in finite])
    smoothed = _smoothed(values)
    points = [
        RatePoint(rate=rate, loss=loss, smoothed=float(smooth))
        for (rate, loss), smooth in zip(finite, smoothed, strict=True)
    ]
    suggestion = _suggestion([rate for rate, _ in finite], values, smoothed)
    if suggestion is None:
        reason = "The loss did not fall at any rate, so no rate is suggested."
    else:
        reason = "There the loss falls most steeply (Smith 2017, arXiv:1506.01186)."
    return RangeTest(points=points, suggestion=suggestion, diverged_at=diverged_at, reason=reason)


def _suggestion(rates: Sequence[float], losses: np.ndarray, smoothed: np.ndarray) -> float | None:
    if len(rates) < _WINDOW:
        return None
    # The last values of a smoothed curve that diverges are drawn up by those behind them.
    lowest = int(np.argmin(smoothed))
    if lowest < 2 or smoothed[lowest] > (1 - _LEAST_FALL) * smoothed[: lowest + 1].max():
        return None
    # Where there are few steps on one side, their noise alone makes a slope steep.
    first = min(_SPAN, lowest // 2)
    steps = range(first, max(first + 1, lowest - _SPAN // 2))
    slopes = [_slope(np.log(rates), losses, index, lowest) for index in steps]
    return float(f"{rates[steps[int(np.argmin(slopes))]]:.1e}")


def _slope(logarithms: np.ndarray, losses: np.ndarray, index: int, last: int) -> float:
    """The slope of the line through the losses around a step, about a tenfold of the rate together."""
    around = slice(max(0, index - _SPAN), min(last, index + _SPAN) + 1)
    return float(np.polyfit(logarithms[around], losses[around], 1)[0])


def _smoothed(values: np.ndarray) -> np.ndarray:
    """The mean of each value and those around it, of which there are fewer at both ends."""
    half = _WINDOW // 2
    return np.array([values[max(0, index - half) : index + half + 1].mean() for index in range(len(values))])
