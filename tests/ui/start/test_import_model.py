"""The import of a Keras model in the page: what opens, what is refused, and what stays as it was."""

import json
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError, Finding
from tests.ui.fakes import FakeService

MODEL = json.dumps({"class_name": "Sequential", "config": {"name": "net", "layers": []}}).encode()
DESIGN = {
    "format": 1,
    "name": "net",
    "inputs": [{"id": "x", "shape": [4]}],
    "nodes": [{"id": "head", "block": "Dense", "params": {"units": 3}}],
}


def design(app: AppTest) -> Design:
    return app.session_state["history"].current


def words(app: AppTest, kind: str = "error") -> str:
    assert not app.exception
    return " ".join(box.value for box in app.get(kind)).replace("\\", "")


def imported(text: str) -> dict[str, Any]:
    return {"design": DESIGN, "notes": ['The optimizer of "net" was left behind.']}


def refused(text: str) -> dict[str, Any]:
    raise DesignError(
        [
            Finding(code="import", severity="error", message=f'layers[{place}] "odd{place}" is a Lambda.')
            for place in range(12)
        ]
    )


@pytest.fixture
def importing(app: AppTest, service: FakeService) -> AppTest:
    service.answers["import_model"] = imported
    return app.button(key="import").click().run()


def upload(app: AppTest, content: bytes = MODEL, key: str = "import_file") -> AppTest:
    return app.file_uploader(key=key).upload("model.json", content).run()


def test_a_model_opens_as_a_design_with_its_notes(importing):
    upload(importing)
    assert design(importing).document() == DESIGN
    assert "model.json was imported: 1 block. Nothing in the file was run." in words(importing, "success")
    assert 'The optimizer of "net" was left behind.' in words(importing, "success")


def test_the_ordinary_dialog_knows_a_model_from_a_design(app, service):
    service.answers["import_model"] = imported
    app.button(key="open").click().run()
    upload(app, key="open_file")
    assert design(app).document() == DESIGN


def test_a_refused_model_names_its_places_and_changes_nothing(importing, service):
    service.answers["import_model"] = refused
    before = design(importing)
    upload(importing)
    said = words(importing)
    assert said.startswith("model.json was not imported, and your design has not changed:")
    assert 'layers[0] "odd0" is a Lambda.' in said
    assert "And 4 more" in said
    assert len(importing.error) == 1
    assert design(importing) == before


def test_a_model_with_one_thing_in_the_way_is_refused_in_one_sentence_with_its_place(importing, service):
    finding = Finding(code="import", severity="error", message='layers[3] "odd" is a Lambda.')

    def lambda_inside(text: str) -> dict[str, Any]:
        raise DesignError([finding])

    service.answers["import_model"] = lambda_inside
    upload(importing)
    expected = 'model.json was not imported, and your design has not changed: layers[3] "odd" is a Lambda.'
    assert [words(importing)] == [expected]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\x89HDF\r\n\x1a\n\xff", "is not text in UTF-8"),
        (b"1" * 5_000_001, "up to 5 MB"),
    ],
)
def test_what_is_no_text_or_too_much_of_it_never_leaves_the_page(importing, service, content, sentence):
    service.asked.clear()
    upload(importing, content)
    assert sentence in words(importing)
    assert "import_model" not in service.asked


def test_while_the_service_starts_the_visitor_is_asked_to_try_again(importing, service, monkeypatch):
    monkeypatch.setattr("blockwright.ui.start.import_model.PATIENCE", 0.0)
    service.starting = True
    upload(importing)
    assert "Import the file again in a few seconds" in words(importing)
