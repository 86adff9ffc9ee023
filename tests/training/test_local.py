import json

import numpy as np
import pytest

from blockwright import train
from blockwright.recipe.settings import SettingsError
from blockwright.runs.records import COMMAND_LINE
from blockwright.schema.data.errors import DataError
from blockwright.schema.findings import DesignError
from blockwright.training.local import examples_per_second
from tests.training.designs import dense, linear


def test_training_here_gives_the_documented_result(store):
    sentences = []
    result = train(
        dense(), dataset="digits", epochs=2, batch_size=64, learning_rate=0.01, progress=sentences.append
    )
    assert list(result) == [
        "run",
        "status",
        "message",
        "epochs",
        "metrics",
        "baselines",
        "diagnoses",
        "confusion_matrix",
        "examples_per_second",
        "artifacts",
        "weights",
        "checkpoints",
        "tensorboard",
        "seconds",
    ]
    assert list(result["metrics"]) == [
        "loss",
        "accuracy",
        "val_loss",
        "val_accuracy",
        "test_loss",
        "test_accuracy",
    ]
    assert (result["status"], result["epochs"]) == ("finished", 2)
    assert np.array(result["confusion_matrix"]).shape == (10, 10)
    assert result["seconds"] > 0
    assert "weights.weights.h5" in result["artifacts"]
    assert [line[:8] for line in sentences] == ["Epoch 1:", "Epoch 2:"]
    run = store.get(result["run"])
    assert (run.owner, run.name, run.worker) == (COMMAND_LINE, "Small", "here")
    json.dumps(result, allow_nan=False)


def test_a_file_is_a_data_set(store, tmp_path):
    generator = np.random.default_rng(0)
    np.savez(tmp_path / "mine.npz", x_train=generator.random((60, 8, 8)), y_train=np.arange(60) % 10)
    result = train(dense().document(), dataset=str(tmp_path / "mine.npz"), epochs=1)
    assert result["status"] == "finished"
    assert store.get(result["run"]).settings["data"]["title"] == "mine.npz"


def test_what_is_wrong_is_raised(store, tmp_path):
    with pytest.raises(SettingsError, match="`epochs` must be at least 1"):
        train(dense(), epochs=0)
    with pytest.raises(SettingsError, match="`loop` must be 'fit', 'train_step' or 'custom'"):
        train(dense(), loop="while")
    with pytest.raises(SettingsError, match="There is no data set called 'imagenet'"):
        train(dense(), dataset="imagenet")
    with pytest.raises(DataError, match=r"There is no file .*gone\.npz\. Check the path"):
        train(dense(), dataset=tmp_path / "gone.npz")
    with pytest.raises(DesignError, match="Set units=10"):
        train(dense(7))
    with pytest.raises(DesignError):
        train({"format": 1})


def test_a_failed_run_is_a_result(store):
    result = train(linear(), optimizer="sgd", learning_rate=1e9)
    assert (result["status"], result["epochs"], result["confusion_matrix"]) == ("failed", 0, None)
    assert result["examples_per_second"] is None
    assert set(result["metrics"].values()) == {None}


@pytest.mark.parametrize(
    ("epochs", "speed"),
    [([], None), ([(100, 10)], 10), ([(100, 10), (1, 1000), (3, 2000 / 3)], 750)],
)
def test_the_first_epoch_is_left_out_of_the_speed_when_there_are_more(epochs, speed):
    events = [{"seconds": seconds, "examples_per_second": rate} for seconds, rate in epochs]
    assert examples_per_second(events) == (speed if speed is None else pytest.approx(speed))
