import math

import plotly.graph_objects as go
import pytest

from blockwright.charts.numbers import (
    MOST_POINTS,
    MOST_TAGS,
    points_document,
    predicted_against_true,
    residuals,
    residuals_document,
    tag_scores,
    tags_document,
)

POINTS = {"index": [4, 7, 9], "true": [1.0, 2.0, 4.0], "predicted": [1.5, 2.0, 3.0]}
HISTOGRAM = {"edges": [-2.0, -1.0, 0.0, 1.0], "counts": [3, 0, 5]}
TAGS = [
    {"tag": "rare", "precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1, "predicted": 0},
    {"tag": "<b>often</b>", "precision": 0.5, "recall": 1.0, "f1": 2 / 3, "support": 4, "predicted": 8},
]


def test_points_lie_about_the_line_where_both_are_equal():
    document = points_document(POINTS, "price", "EUR")
    line, points = document["data"]
    assert line["x"] == line["y"] == pytest.approx([1 - 0.09, 4 + 0.09])
    assert {key: points[key] for key in ("x", "y", "customdata")} == {
        "x": [1.0, 2.0, 4.0],
        "y": [1.5, 2.0, 3.0],
        "customdata": [4, 7, 9],
    }
    axes = [document["layout"][axis]["title"]["text"] for axis in ("xaxis", "yaxis")]
    assert axes == ["True price (EUR)", "Predicted price (EUR)"]
    assert document["layout"]["yaxis"]["scaleanchor"] == "x"


def test_points_that_are_no_numbers_are_left_out():
    wrong = {"index": [0, 1, 2], "true": [1.0, 2.0, 3.0], "predicted": [math.nan, 2.5, None]}
    assert points_document(wrong)["data"][1]["x"] == [2.0]
    assert points_document({"index": [], "true": [], "predicted": []})["data"][1]["x"] == []


def test_only_so_many_points_are_drawn():
    many = {key: list(range(MOST_POINTS + 5)) for key in POINTS}
    assert len(points_document(many)["data"][1]["x"]) == MOST_POINTS


def test_too_little_and_too_much_have_a_colour_each():
    document = residuals_document(HISTOGRAM, "EUR")
    assert [(bar["name"], bar["x"], bar["y"]) for bar in document["data"]] == [
        ("Said too little", [-1.5, -0.5], [3, 0]),
        ("Said too much", [0.5], [5]),
    ]
    assert document["data"][0]["marker"]["color"] != document["data"][1]["marker"]["color"]
    assert document["data"][1]["text"] == ["5 from 0 to 1 EUR"]
    assert document["layout"]["xaxis"]["title"]["text"] == "Predicted less true (EUR)"


def test_errors_without_a_sign_have_one_colour():
    document = residuals_document({"edges": [0.0, 0.1, 0.2], "counts": [2, 1]}, title="Error of an example")
    assert [(bar["name"], bar["y"]) for bar in document["data"]] == [("Test examples", [2, 1])]
    assert document["layout"]["showlegend"] is False
    assert residuals_document({"edges": [], "counts": []})["data"][0]["x"] == []


def test_tags_stand_in_the_order_of_how_often_they_occur():
    document = tags_document(TAGS)
    assert [(bar["name"], bar["y"]) for bar in document["data"]] == [
        ("Precision", [0.5, 0.0]),
        ("Recall", [1.0, 0.0]),
        ("F1", [0.66667, 0.0]),
    ]
    assert document["data"][0]["x"] == ["&lt;b&gt;often&lt;/b&gt;", "rare"]
    assert document["data"][0]["text"][0] == (
        "Precision of “&lt;b&gt;often&lt;/b&gt;”: 50.0 %<br>4 have it, 8 were said to"
    )
    assert len(tags_document([TAGS[0]] * (MOST_TAGS + 9))["data"][0]["x"]) == MOST_TAGS


def test_the_figures_are_ones_of_plotly():
    for figure in (predicted_against_true(POINTS), residuals(HISTOGRAM), tag_scores(TAGS)):
        assert isinstance(figure, go.Figure)
