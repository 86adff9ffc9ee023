from blockwright.charts.classes import balance, quality


def test_balance_shows_both_parts_and_says_each_bar():
    figure = balance({"train": [10, 20], "test": [3, 4]}, ["cat", "dog"])
    assert [(bar.name, list(bar.x), list(bar.y), bar.text[0]) for bar in figure.data] == [
        ("Training images", ["cat", "dog"], [10, 20], "10 training images of “cat”"),
        ("Test images", ["cat", "dog"], [3, 4], "3 test images of “cat”"),
    ]
    assert figure.layout.yaxis.title.text == "Images"


def test_balance_leaves_out_a_part_that_is_not_there():
    figure = balance({"train": [1, 2], "test": []}, ["a", "b"])
    assert [bar.name for bar in figure.data] == ["Training images"]


def test_quality_shows_precision_and_recall_as_shares():
    figure = quality([{"class": "cat", "precision": 0.5, "recall": 1.0, "f1": 0.667, "support": 4}])
    assert [(bar.name, list(bar.y), bar.text[0]) for bar in figure.data] == [
        ("Precision", [0.5], "50.0 % of what was called “cat” is “cat”"),
        ("Recall", [1.0], "100.0 % of the images of “cat” were recognised"),
    ]
    assert figure.layout.yaxis.tickformat == ".0%"
