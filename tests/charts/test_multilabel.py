import plotly.graph_objects as go

from blockwright.charts.multilabel import MAX_TAGS, tags_document

TAGS = [
    {"tag": "rare", "precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1, "predicted": 0},
    {"tag": "<b>often</b>", "precision": 0.5, "recall": 1.0, "f1": 2 / 3, "support": 4, "predicted": 8},
]


def test_tags_stand_in_the_order_of_how_often_they_occur():
    document = tags_document(TAGS)
    assert [(bar["name"], bar["y"]) for bar in document["data"]] == [
        ("Precision", [0.5, 0.0]),
        ("Recall", [1.0, 0.0]),
        ("F1", [0.66667, 0.0]),
    ]
    assert document["data"][0]["x"] == ["&lt;b&gt;often&lt;/b&gt;", "rare"]
    assert document["data"][0]["text"][0] == (
        "Precision of “&lt;b&gt;often&lt;/b&gt;”: 50.0 %<br>4 examples have it, predicted for 8"
    )
    assert len(tags_document([TAGS[0]] * (MAX_TAGS + 9))["data"][0]["x"]) == MAX_TAGS


def test_plotly_takes_the_document():
    assert len(go.Figure(tags_document(TAGS)).data) == 3
