import json

import numpy as np
import pytest

from blockwright.runs.evaluation_reader import Examples
from blockwright.runs.files.home import run_folder
from blockwright.ui.evaluate.tasks.classification import examples_of_cell
from tests.ui import synthetic
from tests.ui.page_harness import MINE, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def shown_classes(app) -> list[dict]:
    """The rows that the class table was given."""
    tables = [one.proto for one in app.get("bidi_component") if "report_table" in one.proto.component_name]
    ((data,),) = [json.loads(one.json) for one in tables]
    return data["rows"]


def test_a_finished_run_shows_its_test():
    synthetic.finished(store(), MINE)
    app = visit("evaluate")
    assert [(metric.label, metric.value) for metric in app.metric] == [
        ("Test accuracy", "93.3 %"),
        ("Test loss", "0.123"),
        ("Test images", "300"),
        ("Mistakes", "20"),
    ]
    rows = shown_classes(app)
    assert [row["index"] for row in rows] == list(range(10))
    assert [row["support"] for row in rows] == [29, 31] * 5
    assert rows[0].keys() == {"class", "precision", "recall", "f1", "support", "index"}


def test_a_cell_shows_its_images_and_a_sentence():
    synthetic.finished(store(), MINE)
    app = visit("evaluate")
    app.selectbox(key="evaluation_true").set_value(1).run()
    app.selectbox(key="evaluation_predicted").set_value(4).run()
    said = words(app)
    assert "Of 31 images of “1”, 2 (6.5 %) were predicted as “4”." in said
    assert len(app.get("image")) == 2


def test_a_class_alone_shows_all_its_mistakes():
    synthetic.finished(store(), MINE)
    app = visit("evaluate")
    app.selectbox(key="evaluation_true").set_value(1).run()
    assert "Of 31 images of “1”, 3 were predicted as another class." in words(app)
    assert len(app.get("image")) == 3


def test_counts_and_percentages_can_be_switched():
    synthetic.finished(store(), MINE)
    app = visit("evaluate")
    app.segmented_control(key="evaluation_values").set_value("percent").run()
    assert not app.exception


def test_a_hundred_classes_are_shown():
    synthetic.finished(store(), MINE, names=[f"kind {place}" for place in range(100)])
    app = visit("evaluate")
    assert [row["class"] for row in shown_classes(app)] == [f"kind {place}" for place in range(100)]
    assert "The first 24 of 200 saved images." in words(app)


def test_class_names_that_people_typed_stay_text():
    synthetic.finished(
        store(), MINE, names=["*a*", "<b>", "[x](y)", "$d$"] + [f"n{place}" for place in range(6)]
    )
    app = visit("evaluate")
    app.selectbox(key="evaluation_true").set_value(1).run()
    said = words(app)
    assert "\\<b\\>" in said
    assert "<b>" not in said


def test_correct_predictions_show_only_where_their_cell_is_chosen():
    true, predicted = np.array([0, 0, 1, 1]), np.array([1, 0, 1, 0])
    kept = Examples(np.arange(4), true, predicted, np.ones(4))
    choices = [(None, None), (0, None), (None, 0), (0, 0), (0, 1)]
    assert [examples_of_cell(kept, *choice) for choice in choices] == [[0, 3], [0], [3], [1], [0]]


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
    assert "The first 12 of 20 saved examples." in words(app)
