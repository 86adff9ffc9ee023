import pytest

from blockwright.runs.files.home import run_folder
from tests.ui import synthetic
from tests.ui.evaluate.reports import evaluation
from tests.ui.page_harness import MINE, OTHER, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def test_without_runs_the_page_leads_to_training():
    app = visit("evaluate")
    assert "There are no runs yet." in words(app)


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
    assert "This run is still training. It is tested after training." in words(visit("evaluate", run.id))


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


def test_a_damaged_output_is_a_sentence():
    synthetic.kinds(store(), MINE, evaluation(price={"kind": "number"}))
    assert "was written by another version" in words(visit("evaluate"))


def test_what_simple_models_reach_stands_beside_the_result():
    run = synthetic.finished(store(), MINE)
    store().add_events(run.id, synthetic.baselines())
    assert (
        "A linear model reaches 96.1 % on the same data. Always predicting the most frequent class reaches 11.0 %."
        in words(visit("evaluate"))
    )


def test_a_run_of_an_earlier_version_is_compared_with_nothing():
    synthetic.finished(store(), MINE)
    assert "A linear model" not in words(visit("evaluate"))


def test_a_cause_of_a_poor_result_is_shown():
    run = synthetic.finished(store(), MINE)
    store().add_events(run.id, [synthetic.diagnosis()])
    assert "The training loss has risen." in words(visit("evaluate"))
