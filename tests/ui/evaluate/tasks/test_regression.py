import json

import pytest

from tests.ui import synthetic
from tests.ui.evaluate.reports import classification, evaluation, regression, table, worst
from tests.ui.page_harness import MINE, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def test_a_number_has_its_errors_its_charts_and_its_worst_predictions():
    synthetic.kinds(store(), MINE, evaluation(price=regression(), kind=classification()), **worst())
    app = visit("evaluate")
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Mean absolute error"] == "12.5 euro"
    assert shown["Root mean squared error"] == "12.75 euro"
    assert shown["R²"] == "0.9972"
    assert "The mean absolute error is 12.5 euro" in words(app)
    assert "In euro." in next(one for one in app.metric if one.label == "Mean absolute error").help
    worst_predictions = table(app, "Test example", "True, euro")
    columns = ["Test example", "True, euro", "Predicted, euro", "Error, euro", "rooms", "street"]
    assert worst_predictions["columns"] == columns
    assert [row[-2:] for row in worst_predictions["rows"]] == [
        ["3", "Elm *Street*"],
        ["2", "<b>"],
        ["1", "x | y"],
        ["5", "z"],
    ]
    (figures,) = [one.proto for one in app.get("bidi_component") if "live_figure" in one.proto.component_name]
    names = [one["name"] for one in json.loads(figures.json)[0]["figures"]]
    assert names == ["points", "residuals"]


def test_a_network_that_is_no_better_than_the_mean_is_said_to_be():
    worse = regression() | {"baseline_mae": 1.0}
    synthetic.kinds(store(), MINE, evaluation(price=worse, kind=classification()), **worst())
    assert "the network has not learned anything useful for new examples" in words(visit("evaluate"))
