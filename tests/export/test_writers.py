from blockwright.export.writers import _refusal
from tests.codegen.apis.test_network import composed, made
from tests.network.designs import node


def test_what_a_format_cannot_hold_is_said_before_any_work():
    texts = made([("title", (1,), "string")], [node("TextVectorization", "words", vocabulary=["a"])])
    assert 'ONNX has no operators for text, but the input "title" is text' in _refusal("onnx", texts)
    assert "TFLite has no operators for text" in _refusal("tflite", texts)
    assert _refusal("saved_model", texts) is None
    assert _refusal("weights", composed()) is None
    assert _refusal("keras_plain", composed()) is None
