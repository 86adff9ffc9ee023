from blockwright.charts.distribution import class_distribution, number_distribution


def test_both_parts_are_drawn_and_every_bar_is_described():
    figure = class_distribution({"train": [10, 20], "test": [3, 4]}, ["cat", "dog"])
    assert [(bar.name, list(bar.x), list(bar.y), bar.text[0]) for bar in figure.data] == [
        ("Training images", ["cat", "dog"], [10, 20], "10 training images of “cat”"),
        ("Test images", ["cat", "dog"], [3, 4], "3 test images of “cat”"),
    ]
    assert figure.layout.yaxis.title.text == "Images"


def test_a_part_that_is_not_there_is_left_out():
    figure = class_distribution({"train": [1, 2], "test": []}, ["a", "b"])
    assert [bar.name for bar in figure.data] == ["Training images"]


def test_numbers_are_a_histogram_in_their_unit():
    figure = number_distribution({"edges": [0.0, 1.0, 3.0], "train": [2, 4], "test": [1, 0]}, "price", "EUR")
    assert [(bar.name, list(bar.x), list(bar.y), bar.text[1]) for bar in figure.data] == [
        ("Training examples", [0.5, 2.0], [2, 4], "4 training examples from 1 to 3 EUR"),
        ("Test examples", [0.5, 2.0], [1, 0], "0 test examples from 1 to 3 EUR"),
    ]
    assert figure.layout.xaxis.title.text == "price (EUR)"
