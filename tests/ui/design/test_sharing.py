"""The share dialog: what the link carries, and what is said when it is long."""

import pytest
from streamlit.testing.v1 import AppTest

from blockwright.design.link import decode_link
from blockwright.design.presets import preset
from blockwright.schema.run.training import Settings
from blockwright.ui.design.toolbar import file_name


def sharing(document: dict, settings: dict) -> None:
    from blockwright.design.parse import read_design
    from blockwright.ui.design import sharing
    from blockwright.ui.shell import state

    state.open_design(read_design(document), settings)
    sharing.dialog()


def shared(document: dict, settings: dict | None = None) -> AppTest:
    app = AppTest.from_function(sharing, args=(document, settings or {}), default_timeout=30).run()
    assert not app.exception
    return app


def test_the_link_carries_design_settings_and_seed():
    document = preset("lenet5").design.document()
    text = shared(document, {"seed": 11, "epochs": 2}).code[0].value
    address, token = text.split("?d=")
    assert address.endswith("/design")
    expected = Settings.read({"seed": 11, "epochs": 2}).document()
    assert decode_link(token) == {"design": document, "settings": expected}


def test_an_uploaded_data_set_stays_here():
    document = preset("lenet5").design.document()
    data = {"name": "upload", "path": "/home/someone/private.npz"}
    token = shared(document, {"data": data}).code[0].value.split("?d=")[1]
    assert decode_link(token)["settings"]["data"] == {"name": "digits"}


def test_a_long_link_is_given_as_text_with_a_warning():
    nodes = [
        {"id": f"{hash(str(place)) % 10**15}-{place}", "block": "Dense", "params": {"units": place % 97 + 1}}
        for place in range(900)
    ]
    document = {"format": 1, "name": "long", "inputs": [{"id": "x", "shape": [4]}], "nodes": nodes}
    app = shared(document)
    assert "truncate it" in app.warning[0].value
    assert decode_link(app.code[0].value)["design"] == document


def test_a_design_too_large_for_any_link_is_offered_as_a_file():
    nodes = [
        {"id": f"{place}-{hash((place, 'x'))}-{hash((place, 'y'))}-{hash((place, 'z'))}", "block": "ReLU"}
        for place in range(1990)
    ]
    app = shared({"format": 1, "name": "huge", "inputs": [{"id": "x", "shape": [4]}], "nodes": nodes})
    assert "too large for a link" in app.warning[0].value


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("Tutorial Inception", "tutorial-inception.json"),
        ("../../etc/passwd", "etc-passwd.json"),
        ("", "design.json"),
        ("网络", "design.json"),
    ],
)
def test_a_file_is_named_after_the_design_whatever_people_typed(name, file):
    assert file_name(name) == file
