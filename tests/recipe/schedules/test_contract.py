"""Every schedule is drawn as it trains, and is written as it runs."""

import keras
import numpy as np
import pytest

from blockwright.recipe.schedules import SCHEDULES
from blockwright.recipe.settings import Settings
from blockwright.runtime.one_cycle import OneCycle

STEPS, EPOCHS, RATE = 130, 5, 0.2
CHANGED = {
    "constant": {},
    "cosine": {"warmup": 0.1, "final": 0.05},
    "exponential": {"final": 0.2},
    "one_cycle": {"warmup": 0.5, "initial": 0.2, "final": 0.0},
    "piecewise": {"boundaries": (0.25, 0.5, 0.9), "factors": (2.0, 0.5, 0.25)},
}
CHOICES = [
    pytest.param(SCHEDULES[name](**arguments), id=f"{name}-{kind}")
    for name, changed in CHANGED.items()
    for kind, arguments in (("defaults", {}), ("changed", changed))
]


def test_every_schedule_is_tested():
    assert CHANGED.keys() == SCHEDULES.keys()


def rates(learning_rate):
    if isinstance(learning_rate, float):
        return np.full(STEPS, learning_rate)
    return np.array([float(learning_rate(step)) for step in range(STEPS)])


@pytest.mark.parametrize("schedule", [*CHOICES, SCHEDULES["exponential"](staircase=True)])
def test_the_chart_shows_what_trains(schedule):
    drawn = [schedule.rate_at(step, RATE, STEPS, EPOCHS) for step in range(STEPS)]
    np.testing.assert_allclose(
        rates(schedule.learning_rate(RATE, STEPS, EPOCHS)), drawn, rtol=1e-4, atol=1e-7
    )


@pytest.mark.parametrize("schedule", [*CHOICES, SCHEDULES["exponential"](staircase=True)])
def test_the_code_makes_the_object_of_the_run(schedule):
    names = {"keras": keras, "OneCycle": OneCycle, "LEARNING_RATE": RATE, "EPOCHS": EPOCHS, "BATCHES": 26}
    written = eval(schedule.written("LEARNING_RATE", "EPOCHS * BATCHES", "EPOCHS"), names)
    built = schedule.learning_rate(RATE, STEPS, EPOCHS)
    assert written == built if isinstance(built, float) else written.get_config() == built.get_config()


@pytest.mark.parametrize("name", SCHEDULES)
@pytest.mark.parametrize("steps", [1, 2, 3])
def test_the_shortest_runs_have_finite_rates(name, steps):
    learning_rate = SCHEDULES[name]().learning_rate(RATE, steps, 1)
    if not isinstance(learning_rate, float):
        assert np.isfinite([float(learning_rate(step)) for step in range(steps + 1)]).all()


@pytest.mark.parametrize("name", SCHEDULES)
def test_every_argument_is_explained(name):
    assert SCHEDULES[name].help.endswith(".")
    for argument, info in SCHEDULES[name].fields().items():
        assert info.title, argument
        assert info.description.endswith("."), argument
    assert set(SCHEDULES[name].usual) == set(SCHEDULES[name].fields())


def test_the_stairs_fall_once_an_epoch():
    stairs = rates(SCHEDULES["exponential"](staircase=True, final=0.01).learning_rate(RATE, STEPS, EPOCHS))
    assert len(np.unique(stairs.round(6))) == EPOCHS


@pytest.mark.parametrize(
    ("schedule", "sentence"),
    [
        (
            {"name": "cosine", "warmup": 1},
            "`schedule.warmup` must be less than 1. Received: schedule.warmup=1.",
        ),
        ({"name": "exponential", "final": 0}, "`schedule.final` must be greater than 0."),
        ({"name": "one_cycle", "final": float("inf")}, "`schedule.final` must be a finite number."),
        (
            {"name": "piecewise", "boundaries": [0.5, 2]},
            "boundaries that rise and lie between 0 and 1, the end of",
        ),
        (
            {"name": "piecewise", "boundaries": 0.5},
            "needs one factor for each boundary, but has 1 boundaries and 2",
        ),
        ({"name": "piecewise", "boundaries": "half"}, "`schedule.boundaries.0` must be a number."),
        ({"name": "piecewise", "boundaries": [], "factors": []}, "must have 1 to 20 boundaries"),
        ({"name": "piecewise", "factors": [0, -1]}, "must have factors greater than 0 and at most 1,000"),
        ("linear", "`schedule` must be one of constant, cosine, exponential, one_cycle, piecewise."),
    ],
)
def test_bad_schedules_are_refused_with_a_sentence(schedule, sentence):
    with pytest.raises(ValueError, match="schedule") as refusal:
        Settings.read({"schedule": schedule})
    assert sentence in str(refusal.value)


def test_a_schedule_and_a_callback_that_both_set_the_learning_rate_are_refused():
    with pytest.raises(
        ValueError, match="`schedule` and the callback ReduceLROnPlateau both set the learning rate"
    ):
        Settings.read({"schedule": "cosine", "callbacks": [{"name": "reduce_lr_on_plateau"}]})
    assert Settings.read({"callbacks": [{"name": "reduce_lr_on_plateau"}]}).schedule.name == "constant"
