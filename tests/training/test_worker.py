from contextlib import nullcontext

import keras
import numpy as np
import pytest
import tensorflow as tf

from blockwright.data.loading import load
from blockwright.design.parse import read_design
from blockwright.network import build
from blockwright.recipe.loops import LOOPS
from blockwright.recipe.optimizers import OPTIMIZERS
from blockwright.runs.epoch_table import flat_epoch
from blockwright.runs.evaluation_reader import read_evaluation, read_examples, read_predictions
from blockwright.runs.files.home import run_folder
from blockwright.runs.files.upload_store import keep_upload
from blockwright.runs.history import fold
from blockwright.training import run_errors, run_steps
from blockwright.training.artifacts import load_weights
from blockwright.training.worker import execute
from tests.training.designs import (
    Watcher,
    convolutional,
    dense,
    design,
    kinds,
    linear,
    new_run,
    only,
    wait_until,
)

FOREVER = {"epochs": 2000, "batch_size": 8}


def test_a_run_goes_from_start_to_finish(store):
    run = new_run(store, dense(), epochs=3, learning_rate=0.01)
    execute(run.id)
    events = kinds(store, run.id)
    assert [kind for kind in events if kind not in ("batch", "baseline")] == [
        "state",
        "state",
        "started",
        "epoch",
        "epoch",
        "epoch",
        "evaluated",
        "ended",
    ]
    assert events.index("baseline") == 3
    assert events.index("batch") == 4
    history = fold(store.events(run.id))
    assert history.status == store.get(run.id).status == "finished"
    assert history.progress == 1.0
    assert only(history.epochs[-1])["val_accuracy"] > 0.8
    assert (
        history.message == f"Finished 3 epochs. Test accuracy {only(history.evaluated)['test_accuracy']:.1%}."
    )


@pytest.mark.slow
def test_what_started_says_how_the_run_goes(store):
    run = new_run(store, dense(), epochs=2, batch_size=50, seed=3, precision="float32", validation_share=0.1)
    execute(run.id)
    started = fold(store.events(run.id)).started
    assert started == {
        "epochs": 2,
        "steps_per_epoch": 27,
        "batch_size": 50,
        "train_examples": 1350,
        "validation_examples": 150,
        "test_examples": 297,
        "params": 64 * 24 + 24 + 24 * 10 + 10,
        "precision": "float32",
        "device": started["device"],
        "seed": 3,
        "steps": started["steps"],
        "outputs": [
            {
                "output": "n2",
                "kind": "classes",
                "target": "class",
                "loss": "sparse_categorical_crossentropy",
                "weight": 1.0,
                "metric": "accuracy",
                "unit": "",
                "class_names": list("0123456789"),
                "class_weight": None,
                "metrics": [],
            }
        ],
    }
    assert started["steps"][0] == "Values from 0 to 255 are divided by 255."


def test_a_batch_event_carries_running_means_speed_and_memory(store):
    run = new_run(store, dense(), epochs=1)
    execute(run.id)
    first = next(event.data for event in store.events(run.id) if event.kind == "batch")
    assert (first["epoch"], first["batch"]) == (1, 1)
    assert 1 < first["loss"] < 6
    assert 0 <= only(first)["accuracy"] <= 1
    assert first["examples_per_second"] > 0
    assert 10e6 < first["memory_bytes"] < 10e9


def test_points_within_the_epoch_can_be_left_out(store):
    run = new_run(store, dense(), epochs=2, live=False)
    execute(run.id)
    assert "batch" not in kinds(store, run.id)
    assert len(fold(store.events(run.id)).epochs) == 2


def test_artifacts_lie_in_the_runs_folder(store):
    run = new_run(store, dense(), epochs=2)
    execute(run.id)
    folder = run_folder(run.id)
    assert sorted(path.name for path in folder.iterdir()) == [
        "batch_losses.f32",
        "design.json",
        "evaluation.json",
        "history.json",
        "mistakes.npz",
        "predictions.npz",
        "preprocessing.json",
        "settings.json",
        "state",
        "weights.weights.h5",
    ]
    evaluation, predictions = read_evaluation(folder), read_predictions(folder)
    (report,) = evaluation["outputs"].values()
    assert np.sum(report["confusion_matrix"]) == evaluation["examples"] == 297
    assert report["test_accuracy"] == np.mean(predictions["true"] == predictions["predicted"])
    assert read_examples(folder).images.shape[1:] == (8, 8, 1)


def test_the_weights_kept_are_those_that_were_tested(store):
    run = new_run(store, dense(), epochs=2, precision="float32")
    execute(run.id)
    model = build(dense())
    load_weights(model, run_folder(run.id))
    outputs = np.asarray(model(load("digits").x_test.astype(np.float32) / 255))
    np.testing.assert_allclose(outputs, read_predictions(run_folder(run.id))["probabilities"], atol=1e-5)


def test_the_test_loss_is_what_keras_evaluates(store):
    run = new_run(store, dense(), epochs=1, learning_rate=30.0, precision="float32")
    execute(run.id)
    model = build(dense())
    load_weights(model, run_folder(run.id))
    model.compile(loss="sparse_categorical_crossentropy")
    digits = load("digits")
    expected = model.evaluate(digits.x_test.astype(np.float32) / 255, digits.y_test, verbose=0)
    assert expected > 15
    assert fold(store.events(run.id)).evaluated["test_loss"] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("batch_size", [32, 100])
def test_the_test_loss_includes_what_layers_add_to_it_as_training_does(store, batch_size):
    made = design(
        {"block": "Flatten"},
        {"block": "Dense", "params": {"units": 16, "activation": "relu"}},
        {"block": "ActivityRegularization", "params": {"l2": 1.0}},
        {"block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    )
    run = new_run(store, made, epochs=1, batch_size=batch_size, precision="float32")
    execute(run.id)
    model = build(made)
    load_weights(model, run_folder(run.id))
    model.compile(loss="sparse_categorical_crossentropy")
    digits = load("digits")
    x_test = digits.x_test.astype(np.float32) / 255
    expected = model.evaluate(x_test, digits.y_test, batch_size=batch_size, verbose=0)
    history = fold(store.events(run.id))
    document = read_evaluation(run_folder(run.id))
    assert document["test_loss"] == pytest.approx(expected, rel=1e-4)
    assert only(document)["test_loss"] == history.evaluated["test_loss"] == document["test_loss"]
    classes = -np.log(
        read_predictions(run_folder(run.id))["probabilities"][np.arange(len(x_test)), digits.y_test]
    )
    assert expected > classes.mean() + 0.05


@pytest.mark.slow
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_the_same_seed_gives_the_same_curve(store, precision):
    def curve(seed):
        run = new_run(store, convolutional(), epochs=2, batch_size=64, seed=seed, precision=precision)
        execute(run.id)
        return [
            [flat_epoch(epoch)[name] for name in ("loss", "accuracy", "val_loss", "val_accuracy")]
            for epoch in fold(store.events(run.id)).epochs
        ]

    first, second, other = curve(1), curve(1), curve(2)
    np.testing.assert_allclose(first, second, rtol=1e-5)
    assert abs(first[0][0] - other[0][0]) > 1e-3


def test_batch_normalization_learns_its_averages(store):
    run = new_run(store, convolutional(), epochs=1)
    execute(run.id)
    model = build(convolutional())
    load_weights(model, run_folder(run.id))
    averages = [weight for weight in model.non_trainable_variables if "moving_mean" in weight.path]
    assert len(averages) == 1
    assert np.abs(averages[0].numpy()).max() > 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("activation", ["softmax", "linear", "sigmoid"])
@pytest.mark.parametrize(
    "loss",
    [
        "auto",
        "sparse_categorical_crossentropy",
        "categorical_crossentropy",
        "binary_crossentropy",
        "mean_squared_error",
    ],
)
def test_every_loss_trains_every_head(store, activation, loss):
    run = new_run(store, dense(10, activation), epochs=3, learning_rate=0.01, loss=loss, precision="float32")
    execute(run.id)
    history = fold(store.events(run.id))
    assert history.status == "finished", history.message
    assert only(history.evaluated)["test_accuracy"] > 0.6


SLOW_TO_START = {"adadelta": 5.0, "adagrad": 0.1, "ftrl": 0.1, "lion": 0.001}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_learns(store, optimizer):
    rate = SLOW_TO_START.get(optimizer, 0.01)
    run = new_run(store, dense(), epochs=3, learning_rate=rate, optimizer=optimizer)
    execute(run.id)
    assert only(fold(store.events(run.id)).evaluated)["test_accuracy"] > 0.6


@pytest.mark.parametrize("ending", ["finished", "stopped"])
def test_the_averaged_weights_are_kept_and_tested(store, ending):
    optimizer = {"name": "adam", "use_ema": True, "ema_momentum": 0.9}
    run = new_run(store, dense(), **(FOREVER if ending == "stopped" else {"epochs": 2}), optimizer=optimizer)
    finalized = []

    def stop():
        wait_until(lambda: "epoch" in kinds(store, run.id))
        assert store.request(run.id, "me", "stop")

    original = keras.optimizers.Adam.finalize_variable_values
    with pytest.MonkeyPatch.context() as patch:

        def finalize(optimizer, variables):
            original(optimizer, variables)
            finalized.append([np.array(variable) for variable in variables])

        patch.setattr(keras.optimizers.Adam, "finalize_variable_values", finalize)
        with Watcher(stop) if ending == "stopped" else nullcontext():
            execute(run.id)
    assert fold(store.events(run.id)).status == ending
    model = build(read_design(store.get(run.id).design))
    load_weights(model, run_folder(run.id))
    (averages,) = finalized
    for variable, average in zip(model.trainable_weights, averages, strict=True):
        assert np.array_equal(np.array(variable), average)


@pytest.mark.slow
@pytest.mark.parametrize("activation", ["sigmoid", "linear"])
def test_one_unit_decides_between_two_classes(store, tmp_path, activation):
    generator = np.random.default_rng(0)
    labels = np.arange(400) % 2
    x = (generator.normal(size=(400, 6)) + 2 * labels[:, None]).astype(np.float32)
    np.savez(tmp_path / "two.npz", x_train=x, y_train=np.array(["no", "yes"])[labels])
    made = design({"block": "Dense", "params": {"units": 1, "activation": activation}}, shape=(6,))
    choice = {"name": "upload", "path": str(tmp_path / "two.npz")}
    run = new_run(store, made, owner="command-line", epochs=20, learning_rate=0.05, data=choice)
    execute(run.id)
    history = fold(store.events(run.id))
    assert history.started["outputs"][0]["loss"] == "binary_crossentropy"
    assert history.started["outputs"][0]["class_names"] == ["no", "yes"]
    assert only(history.evaluated)["test_accuracy"] > 0.9
    assert only(history.epochs[-1])["val_accuracy"] > 0.9
    assert read_examples(run_folder(run.id)).images is None


@pytest.mark.slow
@pytest.mark.parametrize("loop", LOOPS)
def test_a_stop_ends_the_run_within_a_batch_and_tests_what_was_learnt(store, loop):
    run = new_run(store, dense(), loop=loop, **FOREVER)

    def stop():
        wait_until(lambda: kinds(store, run.id).count("epoch") >= 2)
        assert store.request(run.id, "me", "stop")

    with Watcher(stop):
        execute(run.id)
    history = fold(store.events(run.id))
    assert history.status == "stopped"
    assert 2 <= len(history.epochs) < 2000
    assert f"Stopped by request after {len(history.epochs)} epochs. Test accuracy" in history.message
    (report,) = read_evaluation(run_folder(run.id))["outputs"].values()
    assert report["test_accuracy"] == only(history.evaluated)["test_accuracy"]
    assert store.pending_commands(run.id) == []


def test_a_stop_before_the_first_batch_ends_the_run(store):
    run = new_run(store, dense(), **FOREVER)
    assert store.request(run.id, "me", "stop")
    execute(run.id)
    assert fold(store.events(run.id)).status == "stopped"


@pytest.mark.slow
@pytest.mark.parametrize("loop", LOOPS)
def test_a_paused_run_waits_and_goes_on(store, loop):
    run = new_run(store, dense(), loop=loop, **FOREVER)

    def batches():
        return kinds(store, run.id).count("batch")

    def pause_and_resume():
        wait_until(batches)
        assert store.request(run.id, "me", "pause")
        wait_until(lambda: store.get(run.id).status == "paused")
        waiting, beat = kinds(store, run.id), store.get(run.id).heartbeat
        wait_until(lambda: store.get(run.id).heartbeat > beat)
        assert kinds(store, run.id) == waiting
        assert store.request(run.id, "me", "resume")
        wait_until(lambda: batches() > waiting.count("batch"))
        assert store.get(run.id).status == "running"
        assert store.request(run.id, "me", "stop")

    with Watcher(pause_and_resume):
        execute(run.id)
    assert fold(store.events(run.id)).status == "stopped"
    assert kinds(store, run.id).count("ended") == 1


def test_a_paused_run_can_be_stopped(store):
    run = new_run(store, dense(), **FOREVER)

    def pause_and_stop():
        wait_until(lambda: "batch" in kinds(store, run.id))
        assert store.request(run.id, "me", "pause")
        wait_until(lambda: store.get(run.id).status == "paused")
        assert store.request(run.id, "me", "stop")

    with Watcher(pause_and_stop):
        execute(run.id)
    assert fold(store.events(run.id)).status == "stopped"


def test_a_run_that_another_process_ended_stops_and_stays_as_it_is(store):
    run = new_run(store, dense(), **FOREVER)

    def end():
        wait_until(lambda: "batch" in kinds(store, run.id))
        assert store.end(run.id, "interrupted", "From outside.")

    with Watcher(end):
        execute(run.id)
    assert store.get(run.id).message == "From outside."
    assert kinds(store, run.id).count("ended") == 1


def test_heartbeats_say_that_the_loop_moves_on(store):
    run = new_run(store, dense(), **FOREVER)

    def watch():
        wait_until(lambda: "batch" in kinds(store, run.id))
        before = store.get(run.id)
        wait_until(lambda: store.get(run.id).progressed > before.progressed)
        assert store.request(run.id, "me", "stop")

    with Watcher(watch):
        execute(run.id)


@pytest.mark.parametrize("loop", LOOPS)
def test_a_learning_rate_of_a_billion_fails_with_a_sentence(store, loop):
    run = new_run(store, linear(), loop=loop, optimizer="sgd", learning_rate=1e9, epochs=3)
    execute(run.id)
    history = fold(store.events(run.id))
    assert history.status == "failed"
    assert "The loss became NaN or infinite in epoch 1, batch " in history.message
    assert "the learning rate 1e+09 is most likely too large. Try 0.001." in history.message
    assert history.message.endswith("No epoch was finished, so no weights are kept.")
    assert not (run_folder(run.id) / "weights.weights.h5").exists()


def test_a_late_nan_keeps_and_tests_the_last_good_epoch(store, monkeypatch):
    run = new_run(store, dense(), epochs=5)
    original = run_steps.artifacts.save_weights

    def poison(model, folder):
        original(model, folder)
        if len(fold(store.events(run.id)).epochs) == 1:
            model.part("n2").bias.assign(tf.fill((10,), float("nan")))

    monkeypatch.setattr(run_steps.artifacts, "save_weights", poison)
    execute(run.id)
    history = fold(store.events(run.id))
    assert history.status == "failed"
    assert f"The weights of epoch {len(history.epochs)} are kept. Test accuracy" in history.message
    assert len(history.epochs) in (1, 2)
    assert only(history.evaluated)["test_accuracy"] > 0.3


def refusal(store, made, **settings):
    run = new_run(store, made, **settings)
    ending = execute(run.id)
    assert ending.status == store.get(run.id).status == "failed"
    assert kinds(store, run.id).count("ended") == 1
    assert store.get(run.id).message == ending.message
    return ending.message


def test_what_cannot_be_trained_fails_with_a_sentence(store, tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr("blockwright.data.downloading.SOURCES", {"mnist": {"m": "http://127.0.0.1:9/"}})
    conv = {"block": "Conv2D", "params": {"filters": 10, "kernel_size": 9}}
    assert 'outputs 7 values, but the target "class" has 10 classes' in refusal(store, dense(7))
    assert "`epochs` must be at least 1" in refusal(store, dense(), epochs=0)
    assert "could not fetch it" in refusal(store, dense(), data={"name": "mnist"})
    assert "`Conv2D`" in refusal(store, design(conv))
    assert "has nothing to train" in refusal(store, design({"block": "Flatten"}, shape=(10, 1, 1)))


def test_an_output_that_does_not_fit_the_data_is_refused_by_name(store):
    made = dense().document()
    made["outputs"] = ["n1", "n2"]
    made["nodes"][1]["params"]["units"] = 4
    assert '`Dense` "n1" outputs 4 values, but the target "class" has 10 classes. Set units=10.' in refusal(
        store, read_design(made)
    )


def test_another_workspaces_upload_is_refused(store, home, tmp_path):
    np.savez(tmp_path / "d.npz", x_train=np.zeros((20, 8, 8)), y_train=np.arange(20) % 10)
    theirs = keep_upload((tmp_path / "d.npz").read_bytes(), home, "theirs")
    choice = {"name": "upload", "path": str(theirs)}
    assert "a file of another workspace" in refusal(store, dense(), data=choice)


@pytest.mark.parametrize(
    "error", [MemoryError(), tf.errors.ResourceExhaustedError(None, None, "OOM when allocating")]
)
def test_too_little_memory_fails_with_a_sentence(store, monkeypatch, error):
    def fails(*_, **__):
        raise error

    monkeypatch.setattr(run_steps, "run_loop", fails)
    assert "Use a smaller batch size (it is 4096)" in refusal(store, dense(), batch_size=4096)


@pytest.mark.parametrize(
    ("error", "status", "message"),
    [
        (RuntimeError("broken\nlong trace"), "failed", "Training failed unexpectedly: broken"),
        (KeyboardInterrupt(), "interrupted", "Interrupted from the keyboard. Finished epochs are kept."),
        (
            KeyboardInterrupt("Ended from outside (SIGTERM)."),
            "interrupted",
            "Ended from outside (SIGTERM). Finished epochs are kept.",
        ),
    ],
)
def test_what_nobody_foresaw_ends_the_run_and_is_raised(store, monkeypatch, error, status, message):
    def fails(*_, **__):
        raise error

    monkeypatch.setattr(run_steps, "run_loop", fails)
    run = new_run(store, dense())
    with pytest.raises(type(error)):
        execute(run.id)
    ended = store.get(run.id)
    assert (ended.status, ended.message) == (status, message)


def test_raw_values_reach_a_design_that_scales_itself(store):
    made = design(
        {"block": "Rescaling", "params": {"scale": 1 / 255}},
        {"block": "Flatten"},
        {"block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    )
    run = new_run(store, made, epochs=3, learning_rate=0.01)
    execute(run.id)
    history = fold(store.events(run.id))
    assert "because the design scales them itself" in history.started["steps"][0]
    assert only(history.evaluated)["test_accuracy"] > 0.8


def test_more_units_than_classes_are_mentioned_and_evaluated_as_further_classes(store):
    run = new_run(store, dense(12), epochs=1)
    execute(run.id)
    history = fold(store.events(run.id))
    assert [log["level"] for log in history.logs] == ["warning"]
    assert "outputs 12 values, but the target" in history.logs[0]["message"]
    assert len(history.started["outputs"][0]["class_names"]) == 12


def test_an_unusual_last_activation_is_mentioned(store):
    run = new_run(store, dense(10, "relu"), epochs=1)
    execute(run.id)
    logs = fold(store.events(run.id)).logs
    assert [log["level"] for log in logs] == ["warning"]
    assert "ends in relu, and its values are treated as logits." in logs[0]["message"]


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (
            "Graph execution error:\n\nDetected at node e/GatherV2 defined at (most recent call last):\n"
            '  File "/x.py", line 1, in y\n\nindices[0,0] = 10 is not in [0, 5)\n\t [[{{node e/GatherV2}}]] [Op:z]',
            "A layer received the number 10, but takes 0 to 4 only.",
        ),
        (
            'Graph execution error:\n\n  File "/x.py", line 1, in y\n\nlogits and labels must have one size\n',
            "TensorFlow refused a value during training: logits and labels must have one size",
        ),
    ],
)
def test_what_tensorflow_refuses_is_told_without_its_sources(message, words):
    assert run_errors.explain(tf.errors.InvalidArgumentError(None, None, message), {}).startswith(words)
