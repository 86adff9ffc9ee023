import pytest

from tests.runs.statements import selects
from tests.ui import synthetic
from tests.ui.evaluate.reports import classification, evaluation, regression
from tests.ui.page_harness import MINE, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


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


def test_each_output_is_chosen_and_a_class_keeps_its_matrix():
    synthetic.kinds(store(), MINE, evaluation(price=regression(), kind=classification()))
    app = visit("evaluate")
    app.segmented_control(key="evaluation_output").set_value("kind").run()
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Test accuracy"] == "90.0 %"
    assert "Confusion matrix" in words(app)
    app.segmented_control(key="evaluation_output").set_value("price").run()
    assert "The worst predictions were not saved with this run." in words(app)


def test_of_200_runs_of_large_designs_only_the_chosen_one_is_loaded():
    document = {**synthetic.DESIGN, "note": "x" * 1_900_000}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(synthetic, "DESIGN", document)
        runs = [synthetic.queued(store(), MINE, f"Run {index}") for index in range(199)]
        runs.append(synthetic.finished(store(), MINE, "Tested"))
    with selects() as statements:
        app = visit("evaluate", runs[-1].id)
    options = app.selectbox(key="evaluation_run").options
    assert len(options) == 200
    assert options[0].startswith("Tested · finished · ")
    designs = [text for text in statements if "runs.design," in text or "runs.design " in text]
    assert designs
    assert all("runs.id = ?" in text for text in designs)
    # The histories of the others are not followed either.
    assert sum("FROM events" in text for text in statements) < 20
