import math

import plotly.graph_objects as go
import pytest

from blockwright.charts.curves import POINTS, Curve, curve_document, curves_of


def batch(epoch, number, loss, accuracy=0.5):
    return {"epoch": epoch, "batch": number, "loss": loss, "outputs": {"head": {"accuracy": accuracy}}}


def epoch(number, loss, val_loss=None):
    return {
        "epoch": number,
        "loss": loss,
        "val_loss": val_loss,
        "outputs": {"head": {"accuracy": 1 - loss, "val_accuracy": val_loss}},
    }


LOSS = Curve("loss")


def points(trace):
    return {key: trace[key] for key in ("name", "x", "y")}


def test_the_running_mean_breaks_between_epochs_and_the_epochs_stand_at_their_ends():
    batches = [batch(1 + place // 4, 1 + place % 4, 8.0 - place) for place in range(7)]
    document = curve_document(LOSS, batches, [epoch(1, 0.5, 0.25)], total_epochs=3, steps_per_epoch=4)
    assert [points(trace) for trace in document["data"]] == [
        {
            "name": "Training, running mean",
            "x": [0.25, 0.5, 0.75, 1.0, None, 1.25, 1.5, 1.75],
            "y": [8.0, 7.0, 6.0, 5.0, None, 4.0, 3.0, 2.0],
        },
        {"name": "Training", "x": [1], "y": [0.5]},
        {"name": "Validation", "x": [1], "y": [0.25]},
    ]


def test_of_epochs_with_few_points_the_running_mean_is_one_line():
    batches = [batch(1, 2, 3.0), batch(2, 2, 2.0), batch(3, 2, 1.0)]
    trace = curve_document(LOSS, batches, [], total_epochs=3, steps_per_epoch=2)["data"][0]
    assert points(trace) == {"name": "Training, running mean", "x": [1.0, 2.0, 3.0], "y": [3.0, 2.0, 1.0]}


def test_lines_without_points_keep_their_place_in_the_legend():
    assert [points(trace) for trace in curve_document(LOSS, [], [])["data"]] == [
        {"name": "Training, running mean", "x": [None], "y": [None]},
        {"name": "Training", "x": [None], "y": [None]},
        {"name": "Validation", "x": [None], "y": [None]},
    ]


@pytest.mark.parametrize("wrong", [None, math.nan, math.inf])
def test_a_loss_that_is_no_number_is_a_gap(wrong):
    batches = [batch(1, 1, 2.0), batch(1, 2, wrong), batch(1, 3, 1.0)]
    document = curve_document(LOSS, batches, [], steps_per_epoch=3)
    assert document["data"][0]["y"] == [2.0, None, 1.0]


@pytest.mark.parametrize(
    ("total", "done", "shown"),
    [(5, 0, 5), (20, 1, 20), (50, 3, 20), (50, 21, 40), (50, 41, 50), (2000, 90, 160)],
)
def test_the_horizontal_axis_spans_the_training_or_of_a_long_one_the_next_part(total, done, shown):
    batches = [batch(done, 1, 1.0)] if done else []
    assert curve_document(LOSS, batches, [], total)["layout"]["xaxis"]["range"] == [0, shown * 1.02]


@pytest.mark.parametrize(("epochs", "steps"), [(1, 5000), (40, 200), (900, 3)])
def test_no_trace_has_more_points_than_a_browser_draws_smoothly(epochs, steps):
    batches = [batch(1 + place // steps, 1 + place % steps, 1.0) for place in range(epochs * steps)]
    document = curve_document(LOSS, batches, [epoch(1 + n, 0.5, 0.5) for n in range(epochs)], epochs, steps)
    assert max(len(trace["x"]) for trace in document["data"]) <= POINTS
    assert document["data"][0]["x"][-1] == epochs
    assert document["data"][1]["x"][-1] == epochs


def test_axes_name_their_metric_and_unit():
    titles = {
        metric: curve_document(Curve(metric, loss="sparse_categorical_crossentropy"), [], [])["layout"][
            "yaxis"
        ]["title"]
        for metric in ("loss", "accuracy")
    }
    assert titles == {
        "loss": {"text": "Loss (cross-entropy, nats)"},
        "accuracy": {"text": "Accuracy"},
    }


def test_the_logarithmic_axis_is_for_the_loss_only():
    axes = {
        metric: curve_document(Curve(metric), [], [], logarithmic=True)["layout"]["yaxis"]
        for metric in ("loss", "accuracy")
    }
    assert (axes["loss"]["type"], axes["accuracy"].get("type")) == ("log", None)


def test_the_figure_is_the_document():
    arguments = (Curve("accuracy", "head"), [batch(1, 1, 2.0)], [epoch(1, 0.5, 0.4)], 2, 2)
    figure = go.Figure(curve_document(*arguments))
    assert [points(trace) for trace in figure.to_plotly_json()["data"]] == [
        points(trace) for trace in curve_document(*arguments)["data"]
    ]


OUTPUTS = [
    {"output": "priority", "metric": "mae", "loss": "mean_squared_error", "unit": "h"},
    {"output": "department", "metric": "accuracy", "loss": "sparse_categorical_crossentropy", "unit": ""},
]


def test_a_network_of_classes_has_a_curve_of_loss_and_one_of_accuracy():
    assert [(curve.name, curve.metric) for curve in curves_of([])] == [
        ("loss", "loss"),
        ("accuracy", "accuracy"),
    ]


def test_a_network_of_numbers_has_a_mean_absolute_error_in_place_of_accuracy():
    assert [(curve.name, curve.title, curve.unit) for curve in curves_of(OUTPUTS[:1])] == [
        ("loss", "Loss", ""),
        ("mae", "Mean absolute error", "h"),
    ]
    axis = curve_document(Curve("mae", unit="h"), [], [])["layout"]["yaxis"]
    assert axis["title"] == {"text": "Mean absolute error (h)"}


def test_several_outputs_have_curves_each_and_one_of_all_together():
    assert [(curve.name, curve.title, curve.metric) for curve in curves_of(OUTPUTS)] == [
        ("loss", "Loss, all outputs", "loss"),
        ("loss-1", "Loss of “priority”", "loss"),
        ("mae-1", "Mean absolute error of “priority”", "mae"),
        ("loss-2", "Loss of “department”", "loss"),
        ("accuracy-2", "Accuracy of “department”", "accuracy"),
    ]


def test_an_outputs_curves_are_drawn_from_its_own_metrics():
    batches = [{"epoch": 1, "batch": 1, "loss": 9.0, "outputs": {"priority": {"mae": 3.0}}}]
    outputs = {"priority": {"mae": 2.0, "val_mae": 2.5}}
    epochs = [{"epoch": 1, "loss": 9.0, "val_loss": 9.5, "outputs": outputs}]
    document = curve_document(Curve("mae", "priority"), batches, epochs)
    assert [trace["y"] for trace in document["data"]] == [[3.0], [2.0], [2.5]]
    assert [trace["y"] for trace in curve_document(Curve("mae", "gone"), batches, epochs)["data"]] == [
        [None],
        [None],
        [None],
    ]


def test_what_simple_models_reach_is_a_level_line_on_the_curve_of_its_metric():
    linear = {"output": "head", "model": "linear", "metric": "accuracy", "validation": 0.9, "test": 0.8}
    simple = linear | {"model": "most_frequent_class", "validation": 0.1}
    others = [linear | {"output": "other"}, linear | {"metric": "mae"}, linear | {"validation": None}]
    document = curve_document(
        Curve("accuracy", "head"), [], [], total_epochs=5, baselines=[linear, simple, *others]
    )
    assert [points(trace) for trace in document["data"][3:]] == [
        {"name": "Most frequent class", "x": [0, 5], "y": [0.1, 0.1]},
        {"name": "Linear model", "x": [0, 5], "y": [0.9, 0.9]},
    ]
    go.Figure(document)
    assert len(curve_document(LOSS, [], [], baselines=[linear])["data"]) == 3


def test_a_level_to_compare_with_is_a_line_with_its_name():
    document = curve_document(
        Curve("accuracy", "head"), [], [], total_epochs=5, levels=[("The tutorial", 0.99)]
    )
    assert points(document["data"][3]) == {"name": "The tutorial", "x": [0, 5], "y": [0.99, 0.99]}
    go.Figure(document)


def test_the_best_epoch_is_marked_in_every_chart():
    epochs = [epoch(1, 0.5, 0.25), epoch(2, 0.4, 0.3)]
    for curve in (LOSS, Curve("accuracy", "head")):
        layout = curve_document(curve, [], epochs, 2, best_epoch=1)["layout"]
        assert [(shape["x0"], shape["x1"]) for shape in layout["shapes"]] == [(1, 1)]
        assert [note["text"] for note in layout["annotations"]] == ["best: 1"]
    assert "shapes" not in curve_document(LOSS, [], epochs, 2)["layout"]


def test_a_run_without_validation_has_no_line_for_it():
    names = [trace["name"] for trace in curve_document(LOSS, [], [], validated=False)["data"]]
    assert names == ["Training, running mean", "Training"]
