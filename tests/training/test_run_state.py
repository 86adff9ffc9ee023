"""A state holds everything that the next step of training depends on."""

import keras
import numpy as np
import pytest

from blockwright.recipe.optimizers import OPTIMIZERS
from blockwright.recipe.settings import Settings
from blockwright.runs.files.saved_states import DamagedState, saved_states
from blockwright.training import run_state
from blockwright.training.run_state import RunState
from blockwright.training.setup.compiling import make_optimizer

X = np.random.default_rng(0).normal(size=(24, 6)).astype("float32")
Y = X[:, :1] * 2


class Nothing:
    """Stands for callbacks that keep nothing, and for a run that says nothing."""

    def state(self):
        return ([], []) if self.of_callbacks else {}

    def resume(self, *_: object) -> None:
        pass

    def __init__(self, of_callbacks: bool) -> None:
        self.of_callbacks = of_callbacks


def network(settings: Settings, units: int = 4) -> keras.Model:
    keras.utils.set_random_seed(1)
    layers = [keras.layers.Dense(units), keras.layers.Dropout(0.5), keras.layers.BatchNormalization()]
    model = keras.Sequential([keras.Input((6,)), *layers, keras.layers.Dense(1)])
    model.compile(make_optimizer(settings, 3), "mse", run_eagerly=True)
    model.optimizer.build(model.trainable_variables)
    return model


def state_of(folder, model: keras.Model, epochs: int = 9) -> RunState:
    return RunState(folder, model, Nothing(True), Nothing(False), epochs)


def train(model: keras.Model, batches: range) -> None:
    for batch in batches:
        model.train_on_batch(X[batch * 4 : batch * 4 + 4], Y[batch * 4 : batch * 4 + 4])


CHOICES = {name: {"name": name} for name in OPTIMIZERS} | {
    "averages": {"name": "adam", "use_ema": True, "ema_overwrite_frequency": 2},
    "accumulation": {"name": "sgd", "momentum": 0.9, "gradient_accumulation_steps": 4},
}


@pytest.mark.parametrize("name", CHOICES)
def test_training_goes_on_from_a_state_as_if_nothing_had_happened(name, tmp_path):
    schedule = {} if name == "schedule_free_adamw" else {"schedule": "cosine"}
    settings = Settings.read({"optimizer": CHOICES[name], "learning_rate": 0.01, **schedule})
    undisturbed, resumed = network(settings), network(settings)
    train(undisturbed, range(3))
    state_of(tmp_path, undisturbed).save(1)
    train(undisturbed, range(3, 6))
    state_of(tmp_path, resumed).restore(saved_states(tmp_path)[0], [], "interrupted")
    train(resumed, range(3, 6))
    variables = zip(
        (*undisturbed.variables, *undisturbed.optimizer.variables),
        (*resumed.variables, *resumed.optimizer.variables),
        strict=True,
    )
    for theirs, ours in variables:
        np.testing.assert_array_equal(np.asarray(ours), np.asarray(theirs))


def test_a_state_of_another_network_is_not_used(tmp_path):
    settings = Settings()
    state_of(tmp_path, network(settings)).save(1)
    with pytest.raises(DamagedState, match="belongs to another network"):
        state_of(tmp_path, network(settings, units=5)).restore(saved_states(tmp_path)[0], [], "interrupted")


def test_a_state_is_not_written_more_often_than_costs_little_but_at_the_end(tmp_path, monkeypatch):
    state = state_of(tmp_path, network(Settings()), epochs=4)
    monkeypatch.setattr(run_state, "LEAST_RATIO", 1e9)
    for epoch in (1, 2, 3, 4):
        state.save(epoch)
    assert [saved.epoch for saved in saved_states(tmp_path)] == [4, 1]


def test_a_callback_that_ended_training_has_ended_it_unless_it_is_trained_further(tmp_path):
    model = network(Settings())
    model.stop_training = True
    state_of(tmp_path, model, epochs=4).save(2)
    (saved,) = saved_states(tmp_path)
    assert state_of(tmp_path, model, epochs=4).restore(saved, [], "interrupted")
    assert not state_of(tmp_path, model, epochs=4).restore(saved, [], "finished")
    assert not state_of(tmp_path, model, epochs=6).restore(saved, [], "stopped")
