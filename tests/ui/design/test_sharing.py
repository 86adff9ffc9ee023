"""The share dialog: the short link with its code, what a link carries, and what is said when it is long."""

import pytest
from sqlalchemy import select
from streamlit.testing.v1 import AppTest

from blockwright.design.link import decode_link
from blockwright.design.presets import preset
from blockwright.recipe.settings import Settings
from blockwright.runs.database import tables
from blockwright.ui.design import design_storage
from blockwright.ui.design.toolbar import file_name
from blockwright.ui.shell import store
from tests.ui.conftest import ROOT

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


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


def test_the_short_link_opens_the_same_design_with_its_settings_for_others():
    document = preset("lenet5").design.document()
    app = shared(document, {"seed": 11, "epochs": 2})
    address, code = app.code[0].value.split("?s=")
    assert address.endswith("/design")
    assert any(f"**{code[:4]}-{code[4:]}**" in text.value for text in app.markdown)
    assert 'alt="QR code of the link"' in app.get("html")[0].value
    other = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    other.query_params["s"] = code
    other.run()
    assert other.session_state["history"].current.document() == document
    assert other.session_state["settings"]["seed"] == 11
    assert "s" not in other.query_params


def test_equal_designs_have_one_code_and_it_is_not_among_the_saved_designs():
    document = preset("lenet5").design.document()
    codes = {shared(document, {"seed": seed}).code[0].value for seed in (1, 1, 2)}
    assert len(codes) == 2
    with store.run_store().reading() as connection:
        owners = connection.execute(select(tables.designs.c.owner)).scalars().all()
    assert not any(
        entry.key.startswith("link-") for owner in owners for entry in store.run_store().designs(owner)
    )


def test_a_code_that_leads_nowhere_is_refused_with_a_sentence():
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.query_params["s"] = "abcd2345"
    app.run()
    assert "There is no design under the code abcd2345 here." in app.error[0].value


def test_an_address_of_this_computer_only_is_said_to_be_one():
    app = shared(preset("lenet5").design.document())
    assert any("works on this computer only" in caption.value for caption in app.caption)


def test_where_nothing_can_be_kept_the_long_link_remains(monkeypatch):
    def full(*_):
        raise ValueError("The workspace is full.")

    monkeypatch.setattr(design_storage, "share", full)
    app = shared(preset("lenet5").design.document())
    assert "There is no short link: The workspace is full." in app.warning[0].value
    assert "?d=" in app.code[0].value


def test_the_long_link_carries_design_settings_and_seed():
    document = preset("lenet5").design.document()
    text = shared(document, {"seed": 11, "epochs": 2}).code[1].value
    address, token = text.split("?d=")
    assert address.endswith("/design")
    expected = Settings.read({"seed": 11, "epochs": 2}).document()
    assert decode_link(token) == {"design": document, "settings": expected}


def test_an_uploaded_data_set_stays_here():
    document = preset("lenet5").design.document()
    data = {"name": "upload", "path": "/home/someone/private.npz"}
    token = shared(document, {"data": data}).code[1].value.split("?d=")[1]
    assert decode_link(token)["settings"]["data"] == {"name": "digits"}


def test_a_long_link_is_given_as_text_with_a_warning():
    nodes = [
        {"id": f"{hash(str(place)) % 10**15}-{place}", "block": "Dense", "params": {"units": place % 97 + 1}}
        for place in range(900)
    ]
    document = {"format": 1, "name": "long", "inputs": [{"id": "x", "shape": [4]}], "nodes": nodes}
    app = shared(document)
    assert "truncate it" in app.warning[0].value
    assert decode_link(app.code[1].value)["design"] == document


def test_a_design_too_large_for_any_link_is_offered_as_a_file():
    nodes = [
        {"id": f"{place}-{hash((place, 'x'))}-{hash((place, 'y'))}-{hash((place, 'z'))}", "block": "ReLU"}
        for place in range(1990)
    ]
    app = shared({"format": 1, "name": "huge", "inputs": [{"id": "x", "shape": [4]}], "nodes": nodes})
    assert "too large for a link" in app.warning[-1].value


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
