"""Docstrings of blocks, read into their parts."""

from blocks._documentation import Documentation, read_documentation

DOCSTRING = """It does one thing.

    When to use: where the tests
    need it.

    Args:
        filters: Number of output
            channels: all of them.
        padding: How to pad.

    Input shape:
        `(batch, height, width, channels)`

    Output shape:
        `(batch, height, width, filters)`
    """


def test_a_docstring_is_read_into_its_parts():
    assert read_documentation(DOCSTRING) == Documentation(
        summary="It does one thing.",
        when="where the tests need it.",
        paper=None,
        args={"filters": "Number of output channels: all of them.", "padding": "How to pad."},
        input_shape="`(batch, height, width, channels)`",
        output_shape="`(batch, height, width, filters)`",
        order=("When to use", "Args", "Input shape", "Output shape"),
    )


def test_a_docstring_without_sections_is_a_summary():
    assert read_documentation("One\nline.") == Documentation("One line.")
    assert read_documentation(None) == Documentation("")
