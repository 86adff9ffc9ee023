"""The page Evaluate for numbers, tags, what is given back, and examples that are texts."""

import json
from typing import Any

import numpy as np
import pytest

from blockwright.evaluation.numbers import number_report
from blockwright.evaluation.reconstruction import reconstruction_report
from blockwright.evaluation.tags import tag_report
from blockwright.runs.epochs_csv import epochs_csv
from blockwright.runs.home import run_folder
from blockwright.ui.runs import live_history
from tests.ui import synthetic
from tests.ui.find_widget import shown_tables
from tests.ui.page_harness import MINE, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")

TRUE = np.linspace(100, 900, 20, dtype=np.float32)[:, None]
SAID = TRUE + np.where(np.arange(20) % 2, 10, -15).astype(np.float32)[:, None]


def one(kind: str, target: str, report: dict[str, Any]) -> dict[str, Any]:
    basics = {"kind": kind, "target": target, "loss": "x", "weight": 1.0, "test_loss": 0.5, "examples": 20}
    return basics | report


def whole(**outputs: dict[str, Any]) -> dict[str, Any]:
    empty = {"class_names": [], "confusion_matrix": None, "report": [], "averages": {}}
    return {"test_loss": 0.5, "test_accuracy": None, "examples": 20, **empty, "outputs": outputs}


def number() -> dict[str, Any]:
    return one("number", "price", number_report(TRUE, SAID, "euro", np.array([500.0])))


def classes() -> dict[str, Any]:
    report = [
        {"class": name, "precision": 0.9, "recall": 0.9, "f1": 0.9, "support": 10}
        for name in ("flat", "house")
    ]
    return one(
        "classes",
        "kind",
        {
            "test_accuracy": 0.9,
            "class_names": ["flat", "house"],
            "confusion_matrix": [[9, 1], [1, 9]],
            "report": report,
            "averages": {},
        },
    )


def worst(**more: np.ndarray) -> dict[str, np.ndarray]:
    return {
        "index": np.arange(4),
        "error": np.array([15.0, 15.0, 10.0, 10.0], np.float32),
        "true": TRUE[:4],
        "predicted": SAID[:4],
        "images": np.zeros((4, 0), np.uint8),
        "columns": np.array(["rooms", "street"]),
        "texts": np.array([["3", "Elm *Street*"], ["2", "<b>"], ["1", "x | y"], ["5", "z"]]),
        **more,
    }


def table(app: Any, *head: str) -> dict[str, Any]:
    """The table whose first columns those are."""
    return next(one for one in shown_tables(app) if one["columns"][: len(head)] == list(head))


def test_a_number_has_its_errors_its_charts_and_its_worst_answers():
    synthetic.kinds(store(), MINE, whole(price=number(), kind=classes()), **worst())
    app = visit("evaluate")
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Mean absolute error"] == "12.5 euro"
    assert shown["Root mean squared error"] == "12.75 euro"
    assert shown["Explained variance, R²"] == "0.9972"
    assert "On average it is 12.5 euro off" in words(app)
    assert "In euro." in next(one for one in app.metric if one.label == "Mean absolute error").help
    worst_answers = table(app, "Test example", "True, euro")
    columns = ["Test example", "True, euro", "Predicted, euro", "Error, euro", "rooms", "street"]
    assert worst_answers["columns"] == columns
    assert [row[-2:] for row in worst_answers["rows"]] == [
        ["3", "Elm *Street*"],
        ["2", "<b>"],
        ["1", "x | y"],
        ["5", "z"],
    ]
    (figures,) = [one.proto for one in app.get("bidi_component") if "live_figure" in one.proto.component_name]
    names = [one["name"] for one in json.loads(figures.json)[0]["figures"]]
    assert names == ["points", "residuals"]


def test_each_output_is_chosen_and_a_class_keeps_its_matrix():
    synthetic.kinds(store(), MINE, whole(price=number(), kind=classes()))
    app = visit("evaluate")
    app.segmented_control(key="evaluation_output").set_value("kind").run()
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Test accuracy"] == "90.0 %"
    assert "What is taken for what" in words(app)
    app.segmented_control(key="evaluation_output").set_value("price").run()
    assert "The worst answers were not kept with this run." in words(app)


def test_tags_have_a_table_and_their_worst_examples():
    true = np.array([[1, 0], [0, 1], [1, 1], [0, 0]], np.float32)
    said = np.array([[0.9, 0.2], [0.7, 0.4], [0.8, 0.6], [0.1, 0.2]], np.float32)
    found = one("tags", "topics", tag_report(true, said, ("sport", "art")))
    arrays = worst(
        error=np.array([2, 0, 0, 0], np.float32), true=true[[1, 0, 2, 3]], predicted=said[[1, 0, 2, 3]]
    )
    run = synthetic.kinds(store(), MINE, whole(topics=found), **arrays)
    (run_folder(run.id) / "mistakes-1.npz").rename(run_folder(run.id) / "mistakes.npz")
    app = visit("evaluate")
    shown = {metric.label: metric.value for metric in app.metric}
    assert (shown["Tags that are right"], shown["Examples all right"]) == ("75.0 %", "75.0 %")
    assert "Saying no tag of any example would already get 90.0 % of all tags right." in words(app)
    assert "A tag counts as said from a probability of 50.0 % on." in words(app)
    assert "Not a single tag is wrong" not in words(app)
    assert table(app, "Tag")["rows"] == [
        ["sport", "66.7 %", "100.0 %", "80.0 %", "2", "3"],
        ["art", "100.0 %", "50.0 %", "66.7 %", "2", "1"],
    ]
    assert table(app, "Test example", "Has")["rows"][0][:5] == ["0", "art", "sport", "2", "3"]


def test_where_no_tag_is_wrong_and_where_the_mean_is_no_worse_the_page_says_so():
    true = np.array([[1, 0], [0, 1]], np.float32)
    found = one("tags", "topics", tag_report(true, true, ("sport", "art")))
    arrays = worst(error=np.zeros(4, np.float32), true=np.tile(true, (2, 1)), predicted=np.tile(true, (2, 1)))
    run = synthetic.kinds(store(), MINE, whole(topics=found), **arrays)
    (run_folder(run.id) / "mistakes-1.npz").rename(run_folder(run.id) / "mistakes.npz")
    assert "Not a single tag is wrong. These are the examples on which it was least sure." in words(
        visit("evaluate")
    )
    worse = number() | {"baseline_mae": 1.0}
    synthetic.kinds(store(), MINE, whole(price=worse, kind=classes()), **worst())
    assert "it has learnt nothing that helps on new examples yet" in words(visit("evaluate"))


def test_what_is_given_back_is_shown_as_pictures_worst_and_best():
    images = np.linspace(0, 1, 4 * 16, dtype=np.float32).reshape(4, 4, 4, 1)
    found = one("reconstruction", "image", reconstruction_report(images, images * 0.5))
    pictures = (images * 255).astype(np.uint8)
    run = synthetic.kinds(
        store(),
        MINE,
        whole(again=found),
        **worst(
            images=pictures,
            reconstructions=pictures // 2,
            columns=np.zeros(0, "U1"),
            texts=np.zeros((4, 0), "U1"),
        ),
    )
    (run_folder(run.id) / "mistakes-1.npz").rename(run_folder(run.id) / "mistakes.npz")
    app = visit("evaluate")
    assert len(app.get("image")) == 8
    said = words(app)
    assert "Given back worst" in said
    assert "Given back best" in said


def test_mistakes_of_texts_are_shown_as_text_and_never_as_markup():
    run = synthetic.finished(store(), MINE)
    path = run_folder(run.id) / "mistakes.npz"
    with np.load(path) as file:
        arrays = {name: file[name] for name in file.files}
    count = len(arrays["index"])
    arrays["images"] = np.zeros((count, 0), np.uint8)
    arrays["columns"] = np.array(["text"])
    arrays["texts"] = np.array([["**a review** that goes on and on and on, and says <b>little</b>"]] * count)
    np.savez_compressed(path, **arrays)
    app = visit("evaluate")
    assert {metric.label for metric in app.metric} >= {"Test examples", "Test accuracy"}
    assert "text: **a review** that goes on" in "\n".join(one.value for one in app.text)
    assert "The first 12 of 20 kept examples." in words(app)


def test_a_damaged_output_is_a_sentence():
    synthetic.kinds(store(), MINE, whole(price={"kind": "number"}))
    assert "was written by another version" in words(visit("evaluate"))


def test_the_history_has_a_column_for_every_measure_of_every_output():
    run = synthetic.kinds(store(), MINE)
    head, row = epochs_csv(live_history.follow(run.id)).splitlines()
    assert "val_kind_accuracy" in head.split(",")
    assert row.split(",")[head.split(",").index("price_mae")] == "14.0"


def test_runs_say_what_each_output_reached():
    synthetic.kinds(store(), MINE)
    assert "test error, price 12.5 euro, test accuracy, kind 90.0 %" in words(visit("runs"))
