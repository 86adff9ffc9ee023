from blockwright.charts.classes import balance


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
