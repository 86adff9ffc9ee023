import pytest

from blockwright.schema.block_titles import block_title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("GlobalMaxPooling2D", "Global max pooling 2D"),
        ("GoogLeNetBlock", "GoogLeNet block"),
        ("ConvNeXtBlock", "ConvNeXt block"),
        ("MLPBlock", "MLP block"),
        ("MyLSTMUnit", "My LSTM unit"),
        ("Dense", "Dense"),
    ],
)
def test_a_class_name_becomes_words_and_keeps_proper_names_and_abbreviations(name, title):
    assert block_title(name) == title
