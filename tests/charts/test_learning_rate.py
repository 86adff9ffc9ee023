import pytest

from blockwright.charts.learning_rate import POINTS, learning_rate_document
from blockwright.recipe.settings import Settings


def test_the_learning_rate_of_the_whole_run_is_drawn():
    settings = Settings.read({"schedule": "cosine:warmup=0.5", "epochs": 2, "learning_rate": 0.1})
    (trace,) = learning_rate_document(settings, 4)["data"]
    assert trace["x"] == [0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2]
    assert trace["y"][:5] == pytest.approx([0, 0.025, 0.05, 0.075, 0.1])
    assert trace["y"][-1] == pytest.approx(0, abs=1e-9)


def test_a_long_run_has_few_points_and_ends_at_its_end():
    settings = Settings.read({"schedule": "one_cycle", "epochs": 100})
    (trace,) = learning_rate_document(settings, 1_000)["data"]
    assert len(trace["x"]) <= POINTS + 2
    assert trace["x"][-1] == 100


def test_accumulated_gradients_make_fewer_updates_in_the_same_epochs():
    optimizer = {"name": "adam", "gradient_accumulation_steps": 4}
    settings = Settings.read({"schedule": "exponential", "optimizer": optimizer, "epochs": 2})
    (trace,) = learning_rate_document(settings, 8)["data"]
    assert trace["x"] == [0, 0.5, 1, 1.5, 2]
