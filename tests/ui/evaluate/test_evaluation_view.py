import json

import numpy as np
import pytest

from blockwright.runs.epochs_csv import epochs_csv, text_cell
from blockwright.runs.home import run_folder
from blockwright.ui.evaluate import evaluation_files
from blockwright.ui.runs import live_history
from tests.ui import synthetic
from tests.ui.page_harness import MINE, OTHER, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def test_without_runs_the_page_leads_to_training():
    app = visit("evaluate")
    assert "Nothing has been trained here yet." in words(app)


def shown_classes(app) -> list[dict]:
    """The rows that the class table was given."""
    tables = [one.proto for one in app.get("bidi_component") if "class_table" in one.proto.component_name]
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
    assert [row["place"] for row in rows] == list(range(10))
    assert [row["support"] for row in rows] == [29, 31] * 5
    assert rows[0].keys() == {"class", "precision", "recall", "f1", "support", "place"}


def test_the_latest_finished_run_comes_first_unless_the_address_names_another():
    first = synthetic.finished(store(), MINE, "First")
    second = synthetic.finished(store(), MINE, "Second")
    synthetic.ended(store(), MINE, "stopped", "Stopped.")
    assert visit("evaluate").selectbox(key="evaluation_run").value == second.id
    assert visit("evaluate", first.id).selectbox(key="evaluation_run").value == first.id


def test_choosing_another_run_shows_it_and_the_address_names_it():
    first = synthetic.finished(store(), MINE, "First")
    synthetic.finished(store(), MINE, "Second")
    app = visit("evaluate")
    app.selectbox(key="evaluation_run").set_value(first.id).run()
    assert app.query_params["run"] in (first.id, [first.id])
    assert app.selectbox(key="evaluation_run").value == first.id


def test_a_cell_shows_its_images_and_says_what_was_taken_for_what():
    synthetic.finished(store(), MINE)
    app = visit("evaluate")
    app.selectbox(key="evaluation_true").set_value(1).run()
    app.selectbox(key="evaluation_said").set_value(4).run()
    said = words(app)
    assert "Of 31 images of “1”, 2 (6.5 %) were called “4”." in said
    assert len(app.get("image")) == 2


def test_a_class_alone_shows_all_its_mistakes():
    synthetic.finished(store(), MINE)
    app = visit("evaluate")
    app.selectbox(key="evaluation_true").set_value(1).run()
    assert "Of 31 images of “1”, 3 were called something else." in words(app)
    assert len(app.get("image")) == 3


def test_shares_and_counts_can_be_switched():
    synthetic.finished(store(), MINE)
    app = visit("evaluate")
    app.segmented_control(key="evaluation_values").set_value("shares").run()
    assert not app.exception


def test_a_hundred_classes_are_shown():
    synthetic.finished(store(), MINE, names=[f"kind {place}" for place in range(100)])
    app = visit("evaluate")
    assert [row["class"] for row in shown_classes(app)] == [f"kind {place}" for place in range(100)]
    assert "The first 24 of 200 kept images." in words(app)


@pytest.mark.parametrize("status", ["failed", "stopped", "interrupted"])
def test_a_run_without_a_test_says_why(status):
    run = synthetic.ended(store(), MINE, status, "The process was killed.")
    said = words(visit("evaluate", run.id))
    assert (
        f"This run {'was ' if status != 'failed' else ''}{status} before it was tested. The process was killed."
        in said
    )


def test_a_run_that_goes_on_says_so():
    run = synthetic.running(store(), MINE)
    assert "This run is still training. Its test comes when training ends." in words(
        visit("evaluate", run.id)
    )


def test_files_that_are_gone_or_damaged_are_named():
    run = synthetic.finished(store(), MINE)
    (run_folder(run.id) / "evaluation.json").write_text("{", encoding="utf-8")
    assert "evaluation.json is damaged" in words(visit("evaluate", run.id)).replace("\\", "")
    (run_folder(run.id) / "evaluation.json").unlink()
    assert "The files of this run are gone" in words(visit("evaluate", run.id))


def test_nobody_sees_anothers_evaluation():
    run = synthetic.finished(store(), OTHER, "Secret net")
    app = visit("evaluate", run.id)
    assert "Secret" not in words(app)
    assert not app.metric


def test_class_names_that_people_typed_stay_text():
    synthetic.finished(
        store(), MINE, names=["*a*", "<b>", "[x](y)", "$d$"] + [f"n{place}" for place in range(6)]
    )
    app = visit("evaluate")
    app.selectbox(key="evaluation_true").set_value(1).run()
    said = words(app)
    assert "\\<b\\>" in said
    assert "<b>" not in said


def test_the_history_is_a_table_of_every_epoch():
    run = synthetic.finished(store(), MINE, epochs=2)
    lines = epochs_csv(live_history.follow(run.id)).splitlines()
    assert lines[0] == "epoch,loss,accuracy,val_loss,val_accuracy,seconds,examples_per_second"
    assert [line.split(",")[0] for line in lines[1:]] == ["1", "2"]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@sum", "\ta"])
def test_names_that_people_typed_are_no_formulas_in_a_downloaded_table(name):
    assert text_cell(name) == f"'{name}"
    assert text_cell(f"val_{name}") == f"val_{name}"


def test_right_answers_show_only_where_their_cell_is_chosen():
    from blockwright.runs.evaluation_reader import Examples

    true, said = np.array([0, 0, 1, 1]), np.array([1, 0, 1, 0])
    kept = Examples(np.zeros((4, 2, 2, 1), np.uint8), np.arange(4), true, said, np.ones(4))
    choices = [(None, None), (0, None), (None, 0), (0, 0), (0, 1)]
    assert [evaluation_files.chosen(kept, *choice) for choice in choices] == [[0, 3], [0], [3], [1], [0]]
