from blockwright.charts.range_test import range_test_document

POINTS = [(1e-6, 2.3), (1e-3, 2.0), (1e-1, 1.0), (10.0, 900.0)]


def test_loss_is_drawn_against_rate_with_the_suggestion_and_no_divergence_flattens_it():
    points = [{"rate": rate, "loss": loss, "smoothed": loss} for rate, loss in POINTS]
    document = range_test_document({"points": points, "suggestion": 1e-3, "diverged_at": 10.0, "reason": ""})
    losses, smoothed = document["data"]
    assert losses["x"] == smoothed["x"] == [rate for rate, _ in POINTS]
    assert document["layout"]["xaxis"]["type"] == "log"
    (line,) = document["layout"]["shapes"]
    assert (line["x0"], line["x1"]) == (1e-3, 1e-3)
    low, high = document["layout"]["yaxis"]["range"]
    assert 0.5 < low < 1.0
    assert 2.3 < high < 4.0


def test_a_test_without_points_or_suggestion_is_an_empty_chart():
    document = range_test_document({"points": [], "suggestion": None, "diverged_at": 1e-6, "reason": ""})
    assert document["data"][0]["x"] == [None]
    assert document["layout"]["shapes"] == []
