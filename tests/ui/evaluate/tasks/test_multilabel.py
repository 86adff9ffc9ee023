import numpy as np
import pytest

from blockwright.evaluation.multilabel import multilabel_report
from blockwright.runs.files.home import run_folder
from tests.ui import synthetic
from tests.ui.evaluate.reports import evaluation, table, with_basics, worst
from tests.ui.page_harness import MINE, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def test_tags_have_a_table_and_their_worst_examples():
    true = np.array([[1, 0], [0, 1], [1, 1], [0, 0]], np.float32)
    said = np.array([[0.9, 0.2], [0.7, 0.4], [0.8, 0.6], [0.1, 0.2]], np.float32)
    found = with_basics("tags", "topics", multilabel_report(true, said, ("sport", "art")))
    arrays = worst(
        error=np.array([2, 0, 0, 0], np.float32), true=true[[1, 0, 2, 3]], predicted=said[[1, 0, 2, 3]]
    )
    run = synthetic.kinds(store(), MINE, evaluation(topics=found), **arrays)
    (run_folder(run.id) / "mistakes-1.npz").rename(run_folder(run.id) / "mistakes.npz")
    app = visit("evaluate")
    shown = {metric.label: metric.value for metric in app.metric}
    assert (shown["Accuracy"], shown["Exact match"]) == ("75.0 %", "75.0 %")
    assert "Predicting no tags at all would already give an accuracy of 90.0 %." in words(app)
    assert "A tag is predicted from a probability of 50.0 % on." in words(app)
    assert "No tag is wrong" not in words(app)
    assert table(app, "Tag")["rows"] == [
        ["sport", "66.7 %", "100.0 %", "80.0 %", "2", "3"],
        ["art", "100.0 %", "50.0 %", "66.7 %", "2", "1"],
    ]
    assert table(app, "Test example", "True tags")["rows"][0][:5] == ["0", "art", "sport", "2", "3"]


def test_where_no_tag_is_wrong_the_page_says_so():
    true = np.array([[1, 0], [0, 1]], np.float32)
    found = with_basics("tags", "topics", multilabel_report(true, true, ("sport", "art")))
    arrays = worst(error=np.zeros(4, np.float32), true=np.tile(true, (2, 1)), predicted=np.tile(true, (2, 1)))
    run = synthetic.kinds(store(), MINE, evaluation(topics=found), **arrays)
    (run_folder(run.id) / "mistakes-1.npz").rename(run_folder(run.id) / "mistakes.npz")
    assert "No tag is wrong. These are the least confident predictions." in words(visit("evaluate"))
