"""Chosen metrics in a run: the same in every loop, of one output and several, and equal to NumPy on the predictions."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score

from blockwright import train
from blockwright.recipe.settings import SettingsError
from blockwright.runs.files.home import run_folder
from blockwright.runs.history import fold
from blockwright.training.loops.registry import LOOPS
from tests.training.designs import dense, only
from tests.training.graphs import dense as dense_node
from tests.training.graphs import graph, tickets

DATA = {"name": "shapes", "size": 8, "examples": 150}
OF_CLASSES = ["macro_f1", "balanced_accuracy", "one_hot_rmse", "top_k_accuracy:k=2", "recall"]


def by_numpy(probabilities, true):
    """The values of `OF_CLASSES`."""
    rows, predicted = np.eye(probabilities.shape[1])[true], probabilities.argmax(axis=1)
    two = np.argsort(-probabilities, axis=1)[:, :2]
    return {
        "macro_f1": f1_score(true, predicted, average="macro", labels=range(rows.shape[1]), zero_division=0),
        "balanced_accuracy": balanced_accuracy_score(true, predicted),
        "one_hot_rmse": np.sqrt(((rows - probabilities) ** 2).sum() / len(true)),
        "top_k_accuracy": np.mean((two == true[:, None]).any(axis=1)),
        "recall": (rows * (probabilities > 0.5)).sum() / len(true),
    }


@pytest.fixture(scope="module")
def references():
    """What `fit` measured, by precision."""
    return {}


@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("loop", LOOPS)
def test_metrics_equal_numpy_on_the_stored_predictions_in_every_loop(store, references, loop, precision):
    result = train(
        dense(), dataset=DATA, epochs=2, batch_size=64, loop=loop, precision=precision, metrics=OF_CLASSES
    )
    assert result["status"] == "finished", result["message"]
    history = fold(store.events(result["run"]))
    with np.load(run_folder(result["run"]) / "predictions.npz") as stored:
        expected = by_numpy(stored["probabilities"], stored["true"])
    tested = only(history.evaluated)
    values = {name: tested[f"test_{name}"] for name in expected}
    assert values == pytest.approx(expected, rel=1e-2 if precision == "bfloat16" else 1e-4, abs=1e-6)
    assert {name: result["metrics"][f"test_{name}"] for name in expected} == values
    curves = [only(epoch) for epoch in history.epochs]
    assert all(f"{part}{name}" in curve for curve in curves for name in expected for part in ("", "val_"))
    assert any(set(expected) <= set(only(batch)) for batch in history.batches)
    if precision == "float32":
        reference = references.setdefault(precision, curves)
        for curve, other in zip(curves, reference, strict=True):
            assert curve == pytest.approx(other, abs=1e-4)


@pytest.mark.parametrize("loop", LOOPS)
def test_metrics_of_several_outputs_belong_to_them(store, loop):
    """The names of the outputs sort against their order: `priority`, then `department`."""
    result = train(
        tickets(),
        dataset={"name": "tickets", "examples": 300},
        epochs=1,
        batch_size=64,
        loop=loop,
        metrics=["root_mean_squared_error", "balanced_accuracy"],
        outputs={"priority": {"metrics": ["mean_squared_error", "log_cosh"]}},
        callbacks=["early_stopping:monitor=val_department_balanced_accuracy"],
    )
    assert result["status"] == "finished", result["message"]
    history = fold(store.events(result["run"]))
    tested = history.evaluated["outputs"]
    assert set(tested["priority"]) == {"test_loss", "test_mae", "test_mean_squared_error", "test_log_cosh"}
    folder = run_folder(result["run"])
    files = {name: np.load(folder / f"predictions-{number}.npz") for number, name in enumerate(tested, 1)}
    true, values = files["priority"]["true"], files["priority"]["predicted"]
    assert tested["priority"]["test_mean_squared_error"] == pytest.approx(
        ((true - values) ** 2).mean(), rel=1e-4
    )
    department = by_numpy(files["department"]["probabilities"], files["department"]["true"])
    assert tested["department"]["test_balanced_accuracy"] == pytest.approx(
        department["balanced_accuracy"], rel=1e-5
    )
    errors = np.eye(4)[files["department"]["true"]] - files["department"]["probabilities"]
    assert tested["department"]["test_root_mean_squared_error"] == pytest.approx(
        np.sqrt((errors**2).mean()), rel=1e-4
    )
    assert "val_department_balanced_accuracy" in result["metrics"]


def test_a_metric_can_choose_the_best_epoch_and_is_named_in_the_log(store):
    lines = []
    result = train(
        dense(),
        dataset=DATA,
        epochs=2,
        metrics=["one_hot_rmse"],
        callbacks=["early_stopping:monitor=val_one_hot_rmse,patience=2"],
        progress=lines.append,
        log_every=2,
    )
    assert result["weights"]["monitor"] == "val_one_hot_rmse"
    assert any("one_hot_rmse " in line for line in lines if ", batch " in line)
    assert any("one hot rmse " in line for line in lines if line.startswith("Epoch 1:"))


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"metrics": ["r2_score"]},
            'The metric r2_score does not fit the output "n2" .classification.*. Choose one of: ',
        ),
        ({"outputs": {"n2": {"metrics": ["poisson"]}}}, 'The metric poisson does not fit the output "n2"'),
        (
            {"metrics": ["macro_f1"], "callbacks": ["early_stopping:monitor=val_recall"]},
            "EarlyStopping monitors `val_recall`, which this run does not measure. Its curves are: .*val_macro_f1",
        ),
    ],
)
def test_a_metric_that_does_not_fit_and_a_monitor_that_is_not_measured_are_refused(store, settings, sentence):
    with pytest.raises(SettingsError, match=sentence):
        train(dense(), dataset=DATA, epochs=1, **settings)


def test_one_unit_that_decides_between_two_classes_has_metrics_of_both(store, tmp_path):
    generator = np.random.default_rng(0)
    x = generator.normal(size=(90, 3)).astype("float32")
    labels = (x[:, 0] > 0.5).astype("int64")
    np.savez(tmp_path / "two.npz", x_train=x[:60], y_train=labels[:60], x_test=x[60:], y_test=labels[60:])
    design = graph({"values": (3,)}, [dense_node("head", 1)])
    result = train(design, dataset=tmp_path / "two.npz", epochs=1, metrics=["macro_f1", "precision", "auc"])
    with np.load(run_folder(result["run"]) / "predictions.npz") as stored:
        expected = f1_score(stored["true"], stored["predicted"], average="macro", zero_division=0)
    assert result["metrics"]["test_macro_f1"] == pytest.approx(expected, rel=1e-5)
