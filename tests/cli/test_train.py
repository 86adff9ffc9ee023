"""`blockwright train`."""

import json
import os
import signal
from pathlib import Path

import numpy as np
import pytest

from blockwright.runs.records import COMMAND_LINE
from blockwright.runs.store import RunStore
from blockwright.training import local
from tests.cli.commands import PERCEPTRON, call


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--epochs", "0"], "epochs"),
        (["--epochs", "two"], "epochs"),
        (["--learning-rate", "-1"], "learning_rate"),
        (["--optimizer", "sdg"], "optimizer"),
        (["--precision", "int8"], "precision"),
        (["--loop", "while"], "loop"),
        (["--callback", "early_stopping:patience=0"], "patience` must be at least 1"),
        (["--callback", "early_stopping:monitor=val_acc"], "Its curves are: val_loss, val_accuracy"),
        (["--callback", "earlystopping"], "Valid names: csv_logger, early_stopping"),
        (["--callback", "csv_logger", "--callback", "csv_logger"], "CSVLogger twice"),
        (["--dataset", "imagenet"], "imagenet"),
        (["--colour", "red"], "--colour"),
    ],
)
def test_unusable_arguments_exit_with_2_and_leave_stdout_empty(design, arguments, message):
    answer = call("train", design, "--json", *arguments)
    assert answer.exit_code == 2, answer.output
    assert answer.stdout == ""
    assert message in answer.stderr


def test_a_loop_of_ones_own_runs_without_graphs_and_prints_every_few_batches(design, home):
    options = ["--loop", "custom", "--eager", "--log-every", 20, "--epochs", 1]
    answer = call("train", design, "--dataset", "digits", *options)
    assert answer.exit_code == 0, answer.output
    assert "Epoch 1, batch 20: loss " in answer.stderr
    (run,) = RunStore().runs(COMMAND_LINE)
    assert (run.settings["loop"], run.settings["compiled"], run.settings["log_every"]) == (
        "custom",
        False,
        20,
    )


def test_the_result_has_the_stable_keys(design, home):
    answer = call("train", design, "--dataset", "digits", "--epochs", 2, "--json")
    result = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert (result["status"], result["epochs"]) == ("finished", 2)
    expected = {"loss", "accuracy", "val_loss", "val_accuracy", "test_loss", "test_accuracy"}
    assert result["metrics"].keys() == expected
    matrix = np.array(result["confusion_matrix"])
    assert matrix.shape == (10, 10)
    assert matrix.trace() / matrix.sum() == pytest.approx(result["metrics"]["test_accuracy"], abs=1e-6)
    assert [baseline["model"] for baseline in result["baselines"]] == ["most_frequent_class", "linear"]
    assert result["examples_per_second"] > 0
    assert result["seconds"] > 0
    assert result["run"]
    assert all(Path(path).is_file() for path in result["artifacts"].values())
    assert "Epoch 2" in answer.stderr


def test_the_result_says_which_weights_were_tested_and_what_checkpoints_take(design, home):
    arguments = ["--callback", "early_stopping:patience=1,min_delta=1000"]
    arguments += ["--callback", "model_checkpoint:save_best_only=false,every_epochs=2"]
    result = json.loads(call("train", design, "--epochs", 5, "--json", *arguments).stdout)
    assert result["epochs"] == 2
    assert result["weights"] == {"which": "best", "epoch": 1, "monitor": "val_loss"}
    (checkpoint,) = result["checkpoints"]
    assert (checkpoint["file"], checkpoint["epoch"]) == ("checkpoints/epoch_0002.weights.h5", 2)
    assert checkpoint["bytes"] > 1000


def test_the_command_that_shows_the_event_files_is_printed(design, home):
    arguments = ["--epochs", 1, "--callback", "tensorboard:histogram_freq=0"]
    run = json.loads(call("train", design, "--json", *arguments).stdout)
    command = run["tensorboard"]
    assert command == f"tensorboard --logdir {home / 'runs' / run['run'] / 'tensorboard'}"
    assert "  TensorBoard: tensorboard --logdir " in call("train", design, *arguments).stdout


def test_the_input_is_changed_to_the_size_of_the_data_where_that_is_asked_for(home, tmp_path):
    larger = tmp_path / "larger.json"
    larger.write_text(json.dumps({**PERCEPTRON, "inputs": [{"id": "image", "shape": [28, 28, 1]}]}))
    store = RunStore()
    for arguments, shape in (([], [28, 28, 1]), (["--adapt-input"], [8, 8, 1])):
        answer = call("train", larger, "--epochs", 1, "--json", *arguments)
        assert store.get(json.loads(answer.stdout)["run"]).design["inputs"][0]["shape"] == shape


def test_an_npz_file_is_accepted(design, home, tmp_path):
    random = np.random.default_rng(0)
    labels = random.integers(0, 10, 200)
    images = random.integers(0, 256, (200, 8, 8), dtype=np.uint8)
    np.savez(tmp_path / "own.npz", x_train=images, y_train=labels)
    answer = call("train", design, "--dataset", tmp_path / "own.npz", "--epochs", 1, "--json")
    assert answer.exit_code == 0, answer.output
    assert np.array(json.loads(answer.stdout)["confusion_matrix"]).shape == (10, 10)


def test_wrong_data_exits_with_1_and_one_json_object(design, home, tmp_path):
    (tmp_path / "own.npz").write_bytes(b"no zip at all")
    answer = call("train", design, "--dataset", tmp_path / "own.npz", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["status"] == "failed"


def test_a_run_that_diverges_exits_with_1_and_says_so(home, tmp_path):
    linear = [{"id": f"dense{units}", "block": "Dense", "params": {"units": units}} for units in (16, 10)]
    nodes = [PERCEPTRON["nodes"][0], *linear]
    design = tmp_path / "logits.json"
    design.write_text(json.dumps({**PERCEPTRON, "nodes": nodes}), encoding="utf-8")
    answer = call("train", design, "--learning-rate", "1e9", "--optimizer", "sgd", "--epochs", 3, "--json")
    result = json.loads(answer.stdout)
    assert (answer.exit_code, result["status"]) == (1, "failed")
    assert "learning rate" in result["message"].lower()


def table_of(tmp_path: Path, units: int, columns: int, activation: str | None = None) -> Path:
    params = {"units": units} | ({"activation": activation} if activation else {})
    document = {
        "format": 1,
        "name": "Table",
        "inputs": [{"id": "features", "shape": [columns]}],
        "nodes": [{"id": "prediction", "block": "Dense", "params": params}],
    }
    path = tmp_path / "table.json"
    path.write_text(json.dumps(document))
    return path


def test_numbers_are_judged_by_their_mean_absolute_error(home, tmp_path):
    design = table_of(tmp_path, 1, 10)
    answer = call("train", design, "--dataset", "diabetes", "--epochs", 2, "--learning-rate", 1, "--json")
    result = json.loads(answer.stdout)
    assert answer.exit_code == 0
    assert list(result["metrics"]) == [
        "loss",
        "accuracy",
        "val_loss",
        "val_accuracy",
        "test_loss",
        "test_accuracy",
        "mae",
        "val_mae",
        "test_mae",
    ]
    assert result["outputs"]["prediction"]["mae"] == result["metrics"]["test_mae"]
    assert result["confusion_matrix"] is None


def test_a_csv_file_is_accepted_with_its_target_column(home, tmp_path):
    rows = [f"{n},{n % 7},{'yes' if n % 2 else 'no'}" for n in range(80)]
    (tmp_path / "own.csv").write_text("\n".join(["first,second,label", *rows]))
    design = table_of(tmp_path, 2, 2, "softmax")
    answer = call(
        "train", design, "--dataset", tmp_path / "own.csv", "--target", "label", "--epochs", 1, "--json"
    )
    assert answer.exit_code == 0, answer.stderr
    assert len(json.loads(answer.stdout)["confusion_matrix"]) == 2


def test_a_target_without_a_file_is_refused(home, tmp_path):
    answer = call("train", table_of(tmp_path, 3, 4), "--dataset", "iris", "--target", "kind", "--json")
    assert answer.exit_code == 1
    assert "A target is chosen for a file in .csv format" in json.loads(answer.stdout)["message"]


def test_the_losses_of_outputs_are_weighted_as_given(home, tmp_path):
    values = np.random.default_rng(0).normal(size=(200, 3)).astype(np.float32)
    np.savez(tmp_path / "own.npz", x_train=values, y_train_sum=values.sum(axis=1), y_train_first=values[:, 0])
    heads = [
        {"id": name, "block": "Dense", "params": {"units": 1}, "inputs": ["hidden"]}
        for name in ("sum", "first")
    ]
    document = {
        "format": 1,
        "name": "Two heads",
        "inputs": [{"id": "values", "shape": [3]}],
        "nodes": [{"id": "hidden", "block": "Dense", "params": {"units": 1}}, *heads],
        "outputs": ["sum", "first"],
    }
    path = tmp_path / "two.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    common = ("--dataset", tmp_path / "own.npz", "--epochs", 25, "--learning-rate", 0.02)
    common = (*common, "--schedule", "constant", "--json")
    errors = {}
    for heavy, light in (("sum", "first"), ("first", "sum")):
        options = (f"{heavy}:loss=mean_squared_error,weight=1", f"{light}:loss=huber,weight=0.001")
        answer = call("train", path, *common, "--output", options[0], "--output", options[1])
        assert answer.exit_code == 0, answer.output
        result = json.loads(answer.stdout)
        outputs, metrics = result["outputs"], result["metrics"]
        assert (outputs[heavy]["loss"], outputs[light]["loss"]) == ("mean_squared_error", "huber")
        assert (outputs[heavy]["weight"], outputs[light]["weight"]) == (1.0, 0.001)
        for part in ("val_", "test_"):
            weighted = metrics[f"{part}{heavy}_loss"] + 0.001 * metrics[f"{part}{light}_loss"]
            assert metrics[f"{part}loss"] == pytest.approx(weighted, rel=1e-4)
        errors[heavy] = outputs
    # One hidden unit serves the heavier output: each is predicted better where its own loss counts.
    assert errors["sum"]["sum"]["mae"] < 0.5 * errors["first"]["sum"]["mae"]
    assert errors["first"]["first"]["mae"] < 0.5 * errors["sum"]["first"]["mae"]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("dense:weight=-1", "`outputs.dense.weight` must be at least 0."),
        ("dense:weight=heavy", "`outputs.dense.weight` must be a number."),
        ("dense:loss=triplet", "`outputs.dense.loss` must be 'auto',"),
        ("nobody:weight=1", '--output-settings names "nobody", which is not an output of the design.'),
    ],
)
def test_unusable_output_settings_exit_with_2(home, tmp_path, value, message):
    document = {
        **PERCEPTRON,
        "nodes": [PERCEPTRON["nodes"][0], {"id": "dense", "block": "Dense", "params": {"units": 10}}],
    }
    path = tmp_path / "one.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    answer = call("train", path, "--output", value, "--json")
    assert answer.exit_code == 2, answer.output
    assert answer.stdout == ""
    assert message in " ".join(answer.stderr.split())


def test_a_missing_file_exits_with_1_and_its_path(design, home, tmp_path):
    answer = call("train", design, "--dataset", tmp_path / "gone.csv", "--target", "kind", "--json")
    assert answer.exit_code == 1
    assert json.loads(answer.stdout)["message"].startswith(
        f"There is no file {tmp_path / 'gone.csv'}. Check the path"
    )


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_a_signal_from_outside_ends_the_run_as_the_keyboard_does(design, monkeypatch, name):
    number, messages = getattr(signal, name), []

    def trains(*_arguments, **_settings):
        try:
            os.kill(os.getpid(), number)
            signal.pause()
        except KeyboardInterrupt as interrupt:
            messages.append(str(interrupt))
            raise

    monkeypatch.setattr(local, "train", trains)
    before = {name: signal.signal(getattr(signal, name), signal.SIG_DFL) for name in ("SIGTERM", "SIGHUP")}
    try:
        answer = call("train", design)
    finally:
        for other, handler in before.items():
            signal.signal(getattr(signal, other), handler)
    assert (answer.exit_code, messages) == (1, [f"Ended from outside ({name})."])


def test_a_store_that_cannot_be_used_is_a_sentence(design, monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setenv("BLOCKWRIGHT_HOME", str(tmp_path / "file" / "home"))
    answer = call("train", design, "--json")
    assert answer.exit_code == 1
    assert "cannot be created: Not a directory" in json.loads(answer.stdout)["message"]


def test_the_run_of_a_command_line_that_was_killed_is_ended_by_the_next_one(design, home):
    store = RunStore()
    killed = store.create_run(COMMAND_LINE, "x", {}, {}, here=False)
    store.claim(killed.id, 2**22, "gone", "here")
    assert call("train", design, "--epochs", 1, "--json").exit_code == 0
    assert store.get(killed.id).status == "interrupted"
    store.close()


def test_a_run_starts_from_the_weights_of_another_with_frozen_blocks(design, home):
    first = json.loads(call("train", design, "--epochs", 1, "--json").stdout)["run"]
    answer = call(
        "train", design, "--epochs", 1, "--json", "--weights-from", first, "--freeze", "flatten, hidden"
    )
    assert answer.exit_code == 0, answer.output
    run = RunStore().get(json.loads(answer.stdout)["run"])
    assert run.settings["weights_from"] == first
    assert [node["id"] for node in run.design["nodes"] if not node.get("trainable", True)] == [
        "flatten",
        "hidden",
    ]


def test_what_cannot_be_frozen_or_taken_is_a_sentence(design, home):
    answer = call("train", design, "--freeze", "stem")
    assert answer.exit_code == 2
    assert "The design has: flatten, hidden, head." in answer.stderr
    assert "must be the id of a run" in call("train", design, "--weights-from", "../x").stderr
    answer = call("train", design, "--weights-from", "a" * 32)
    assert answer.exit_code == 1
    assert "it may have been deleted" in answer.stderr
