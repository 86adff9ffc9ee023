import math

import plotly.graph_objects as go
import pytest

from blockwright.charts.regression import MAX_POINTS, errors_document, points_document

POINTS = {"index": [4, 7, 9], "true": [1.0, 2.0, 4.0], "predicted": [1.5, 2.0, 3.0]}
HISTOGRAM = {"edges": [-2.0, -1.0, 0.0, 1.0], "counts": [3, 0, 5]}


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
    many = {key: list(range(MAX_POINTS + 5)) for key in POINTS}
    assert len(points_document(many)["data"][1]["x"]) == MAX_POINTS


def test_too_low_and_too_high_have_a_colour_each():
    document = errors_document(HISTOGRAM, "EUR")
    assert [(bar["name"], bar["x"], bar["y"]) for bar in document["data"]] == [
        ("Predicted too low", [-1.5, -0.5], [3, 0]),
        ("Predicted too high", [0.5], [5]),
    ]
    assert document["data"][0]["marker"]["color"] != document["data"][1]["marker"]["color"]
    assert document["data"][1]["text"] == ["5 from 0 to 1 EUR"]
    assert document["layout"]["xaxis"]["title"]["text"] == "Predicted minus true (EUR)"


def test_errors_without_a_sign_have_one_colour():
    document = errors_document({"edges": [0.0, 0.1, 0.2], "counts": [2, 1]}, title="Error of an example")
    assert [(bar["name"], bar["y"]) for bar in document["data"]] == [("Test examples", [2, 1])]
    assert document["layout"]["showlegend"] is False
    assert errors_document({"edges": [], "counts": []})["data"][0]["x"] == []


def test_plotly_takes_the_documents():
    assert (
        len(go.Figure(points_document(POINTS)).data) == len(go.Figure(errors_document(HISTOGRAM)).data) == 2
    )
