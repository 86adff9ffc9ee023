import numpy as np

from blockwright.evaluation.display import MAX_COLUMNS, MAX_TEXT, DisplayExamples
from blockwright.schema.data.features import Feature
from tests.evaluation.text_features import DISPLAY


def test_examples_are_shown_as_text_under_their_names():
    columns, rows = DISPLAY.texts(np.array([0, 1]))
    assert columns == ["title", "long", "wide", "topics"]
    assert rows[0] == ["One.", "1.5 cm", "2", "a, c"]
    assert len(rows[1][0]) == MAX_TEXT
    assert rows[1][0].endswith("…")
    assert rows[1][3] == ""


def test_vectors_without_names_show_their_first_values_and_tables_their_first_columns():
    plain = Feature(name="values", kind="vector", shape=(20,))
    shown = DisplayExamples.of((plain,), {"values": np.zeros((2, 20), np.float32)})
    assert shown.texts(np.array([0]))[1] == [[" ".join(["0"] * 16) + " …"]]
    wide = Feature(name="wide", kind="vector", shape=(99,), columns=tuple(f"c{n}" for n in range(99)))
    shown = DisplayExamples.of((wide,), {"wide": np.zeros((2, 99), np.float32)})
    assert len(shown.texts(np.array([0]))[0]) == MAX_COLUMNS
