import ast

import pytest

from blockwright.export.usage import usage


@pytest.mark.parametrize("kind", ["keras_plain", "keras_blocks", "weights", "saved_model", "onnx", "tflite"])
def test_several_inputs_and_outputs_are_used_by_their_names(kind):
    code = usage(kind, "file", ["numbers", "two_words"], ["b", "a"], "Test")
    assert code.startswith('inputs = {"numbers": numbers, "two_words": two_words}')
    assert "images" not in code
    ast.parse(code)
