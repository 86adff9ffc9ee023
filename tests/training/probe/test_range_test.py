"""The learning-rate range test."""

import math
from types import SimpleNamespace

import numpy as np
import pytest

from blockwright.design.parse import read_design
from blockwright.recipe.loops import LOOPS
from blockwright.recipe.settings import Settings
from blockwright.training.probe.range_test import (
    HIGHEST,
    LEAST_STEPS,
    LOWEST,
    STEPS,
    WARM_UP_STEPS,
    GrowingRate,
    RangeEnd,
    range_test,
    result,
)
from tests.cli.commands import PERCEPTRON

RATES = [float(rate) for rate in np.geomspace(LOWEST, HIGHEST, STEPS)]


@pytest.mark.parametrize("loop", LOOPS)
def test_every_loop_suggests_a_rate_that_trains_digits(home, loop):
    settings = Settings.read({"data": {"name": "digits"}, "loop": loop, "schedule": {"name": "cosine"}})
    tested = range_test(read_design(PERCEPTRON), settings)
    rates = [point["rate"] for point in tested["points"]]
    assert rates == pytest.approx(RATES[: len(rates)])
    assert 1e-3 <= tested["suggestion"] <= 0.3
    assert "arXiv:1506.01186" in tested["reason"]
    assert abs(tested["points"][0]["loss"] - math.log(10)) < 1.0


def test_the_steepest_descent_before_the_lowest_loss_is_suggested():
    logs = np.log10(RATES)
    losses = 2.0 / (1 + np.exp(4 * (logs + 2.0))) + np.where(logs > -0.5, (logs + 0.5) * 5, 0.0)
    tested = result(RATES, losses.tolist(), None)
    assert tested["suggestion"] == pytest.approx(1e-2, rel=0.3)


@pytest.mark.parametrize("losses", [[2.3] * STEPS, np.linspace(2.3, 9.0, STEPS).tolist(), [2.3, 2.2]])
def test_no_rate_is_suggested_where_the_loss_does_not_fall(losses):
    tested = result(RATES[: len(losses)], losses, None)
    assert tested["suggestion"] is None
    assert tested["reason"] == "The loss did not fall at any rate, so no rate is suggested."


def growing(losses: list[float], seconds: float = 1e9) -> tuple[GrowingRate, bool]:
    """A test that is told these losses of its batches, of 4, 4 and 2 examples in turn; whether they ended it."""
    test = GrowingRate(STEPS, seconds, examples=10, batch_size=4)
    test.set_model(SimpleNamespace(optimizer=SimpleNamespace(learning_rate=None)))
    test.on_train_begin()
    total = count = 0.0
    try:
        for batch, loss in enumerate(losses):
            size = (4, 4, 2)[batch % 3]
            total, count = total + loss * size, count + size
            test.on_train_batch_end(batch, {"loss": total / count})
    except RangeEnd:
        return test, True
    return test, False


def test_a_loss_that_diverges_or_is_no_number_ends_the_test():
    warm = [2.0] * WARM_UP_STEPS
    test, ended = growing([*warm, 2.0, 1.0, 50.0, 50.0, 50.0])
    assert (ended, test.losses[:2]) == (True, pytest.approx([2.0, 1.0]))
    assert test.diverged_at == test.rates[-1]
    test, ended = growing([*warm, 2.0, math.nan, 1.0])
    assert (ended, len(test.losses), test.diverged_at) == (True, 2, test.rates[1])
    tested = result(test.rates, test.losses, test.diverged_at)
    assert [point["loss"] for point in tested["points"]] == pytest.approx([2.0])


def test_slow_steps_are_fewer_and_reach_the_highest_rate_all_the_same():
    test, ended = growing([2.0] * (WARM_UP_STEPS + LEAST_STEPS), seconds=0.0)
    assert (ended, len(test.rates)) == (True, LEAST_STEPS)
    assert (test.rates[0], test.rates[-1]) == pytest.approx((LOWEST, HIGHEST))
