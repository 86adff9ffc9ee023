import plotly.graph_objects as go
import pytest

from blockwright.charts.confusion import confusion_document

MATRIX = [[8, 2, 0], [0, 0, 0], [1, 0, 3]]
NAMES = ["cat", "dog", "a <b>bird</b>"]


def test_right_answers_and_mistakes_lie_in_two_layers():
    document = confusion_document(MATRIX, NAMES)
    assert [(layer["name"], layer["z"]) for layer in document["data"][:2]] == [
        ("Correct", [[8, None, None], [None, 0, None], [None, None, 3]]),
        ("Mistakes", [[None, 2, 0], [0, None, 0], [1, 0, None]]),
    ]
    assert [(layer["zmin"], layer["zmax"]) for layer in document["data"][:2]] == [(0, 8), (0, 2)]


def test_percentages_are_of_each_row_and_an_empty_class_has_none():
    right, mistakes = confusion_document(MATRIX, NAMES, "percent")["data"][:2]
    assert right["z"] == [[0.8, None, None], [None, 0.0, None], [None, None, 0.75]]
    assert mistakes["z"] == [[None, 0.2, 0.0], [0.0, None, 0.0], [0.25, 0.0, None]]
    assert right["zmax"] == 1


def test_every_cell_says_a_sentence():
    right, mistakes = confusion_document(MATRIX, NAMES)["data"][:2]
    assert right["text"][0][0] == "Of 10 images of “cat”,<br>8 (80.0 %) were predicted correctly."
    assert mistakes["text"][0] == [
        "",
        "Of 10 images of “cat”,<br>2 (20.0 %) were predicted as “dog”.",
        "Of 10 images of “cat”,<br>none was predicted as “a &lt;b&gt;bird&lt;/b&gt;”.",
    ]
    assert right["text"][1][1] == "The test part has no image of “dog”."


@pytest.mark.parametrize(
    ("values", "written"), [("counts", {"8", "2", "1", "3"}), ("percent", {"80", "20", "25", "75"})]
)
def test_few_classes_have_their_numbers_in_the_cells(values, written):
    writing = confusion_document(MATRIX, NAMES, values)["data"][2:]
    assert {text for group in writing for text in group["text"]} == written


def test_a_hundred_classes_have_no_numbers_in_the_cells_and_no_sentence_for_empty_ones():
    matrix = [[5 if true == predicted else 0 for predicted in range(100)] for true in range(100)]
    document = confusion_document(matrix, [f"class {place}" for place in range(100)])
    assert [trace["type"] for trace in document["data"]] == ["heatmap", "heatmap"]
    assert document["data"][1]["text"] == [[""] * 100] * 100


def test_class_names_stay_text_and_equal_ones_stay_apart():
    document = confusion_document([[1, 0], [0, 1]], ["<i>x</i>", "<i>x</i>"])
    assert document["data"][0]["x"] == ["&lt;i&gt;x&lt;/i&gt;", "&lt;i&gt;x&lt;/i&gt; (2)"]


def test_missing_class_names_are_numbers():
    assert confusion_document([[1, 0], [0, 1]], ["cat"])["data"][0]["y"] == ["cat", "1"]


def test_the_true_class_runs_downwards_and_cells_are_square():
    layout = confusion_document(MATRIX, NAMES)["layout"]
    assert (layout["xaxis"]["range"], layout["yaxis"]["range"]) == ([-0.5, 2.5], [2.5, -0.5])
    assert layout["yaxis"]["scaleanchor"] == "x"


def test_plotly_takes_the_document():
    assert len(go.Figure(confusion_document(MATRIX, NAMES)).data) == 4


def test_examples_are_called_by_their_noun():
    correct = confusion_document(MATRIX, NAMES, noun="example")["data"][0]
    assert correct["text"][0][0] == "Of 10 examples of “cat”,<br>8 (80.0 %) were predicted correctly."
