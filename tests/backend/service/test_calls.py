"""The service's `import_model`: a design with notes, or findings, whatever the file holds."""

import json

import keras
import pytest
from keras import layers

from blockwright.backend.protocol import MAX_REQUEST_BYTES, to_json, unpack
from blockwright.backend.service.answering import respond
from blockwright.backend.service.calls import CALLS, SLOW
from blockwright.design.parse import read_design
from blockwright.importing.file.json_input import MAX_BYTES


def ask(**arguments: object) -> tuple[str, object]:
    header, body = unpack(respond(CALLS, "import_model", to_json(arguments)))
    return header["status"], json.loads(body) if body else header.get("message")


def test_a_model_comes_back_as_a_design_with_notes():
    dense = layers.Dense(3, kernel_regularizer="l2", name="head")
    status, answer = ask(text=keras.Sequential([keras.Input((8,)), dense], name="small").to_json())
    assert status == "ok"
    assert [node.id for node in read_design(answer["design"]).nodes] == ["head"]
    assert len(answer["notes"]) == 1


@pytest.mark.parametrize(
    "text", ["", "{", "PK\x03\x04", "[" * 100_000, '{"class_name": "Lambda", "config": {}}']
)
def test_what_is_no_model_comes_back_as_findings(text):
    status, findings = ask(text=text)
    assert status == "design"
    assert findings[0]["severity"] == "error"


def test_a_file_of_the_largest_size_fits_into_a_request_and_runs_beside_the_quick_answers():
    assert MAX_REQUEST_BYTES > MAX_BYTES
    assert CALLS["import_model"].pool == SLOW
    status, findings = ask(text="[" + "1," * (MAX_BYTES // 2 - 2) + "1]")
    assert (status, findings[0]["code"]) == ("design", "not-a-model")
