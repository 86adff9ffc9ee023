"""The page Start and everything that opens a design: presets, files, links, hostile and damaged ones among them."""

import json
import re
from html import unescape

import pytest
from streamlit.testing.v1 import AppTest

from blockwright.design.link import encode_link
from blockwright.design.presets import preset, presets
from blockwright.schema.design import Design
from blockwright.ui.shell.store import run_store
from blockwright.ui.start import gallery
from tests.runs.test_designs import SIZE_SETTING, selects
from tests.ui.conftest import ROOT
from tests.ui.find_widget import widget

DESIGN = preset("lenet5").design
LINK = {"design": DESIGN.document(), "settings": {"seed": 7, "epochs": 3}}


def design(app: AppTest) -> Design:
    return app.session_state["history"].current


def words(app: AppTest, kind: str = "error") -> str:
    return " ".join(box.value for box in app.get(kind)).replace("\\", "")


def visited(token: str, page: str = "pages/start.py") -> AppTest:
    """A new session whose address carries `?d=TOKEN`."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.query_params["d"] = token
    return app.run()


LARGE = next(one.group for one in presets() if one.big)


def large(app: AppTest) -> AppTest:
    """The Start page with the networks for large images."""
    app.session_state[gallery.KIND] = LARGE
    return app.run()


def cards(app: AppTest) -> list[str]:
    return [one.key.removeprefix("use_") for one in app.button if (one.key or "").startswith("use_")]


def test_every_preset_has_a_card_with_its_size_source_and_time(app):
    text = unescape(" ".join(one.value for one in app.get("html")))
    notes = [one.help for one in app.button]
    keys = cards(app)
    large(app)
    text += unescape(" ".join(one.value for one in app.get("html")))
    notes += [one.help for one in app.button]
    assert [*keys, *cards(app)] == [one.key for one in presets()]
    for one in presets():
        assert f"{one.params:,}" in text
        assert one.summary in text
        assert one.source in text
        assert one.params_note in notes
        assert gallery.training_time(one) in text


def test_networks_for_large_images_are_drawn_when_they_are_asked_for(app):
    assert cards(app) == [one.key for one in presets() if not one.big]
    assert cards(large(app)) == [one.key for one in presets() if one.big]
    app.session_state[gallery.KIND] = None
    assert cards(app.run()) == [one.key for one in presets() if not one.big]


def test_the_examples_are_searched_by_their_words_and_their_blocks(app):
    app.session_state[gallery.SEARCH] = "Inception"
    assert {"tutorial_inception", "small_inception"} <= set(cards(app.run()))
    assert "lenet5" not in cards(app)
    app.session_state[gallery.SEARCH] = "residual 224"
    assert {"resnet18", "resnet34"} <= set(cards(app.run()))
    app.session_state[gallery.SEARCH] = "no such network"
    assert cards(app.run()) == []
    assert "No example matches" in app.caption[0].value


def test_every_button_of_a_card_names_its_network(app):
    labels = [one.label for one in app.button if (one.key or "").startswith("use_")]
    assert labels == [f"Use {one.title}" for one in presets() if not one.big]


def test_the_first_page_is_light(app):
    """What the browser draws costs it time: two elements in one box a card, and none for cards not shown."""
    shown = len(cards(app))
    assert len(app.get("html")) == shown
    assert len(list(app.main)) <= 3 * shown + 20


def test_what_a_card_says_is_text():
    one = preset("lenet5").model_copy(update={"title": "<b>5</b>", "summary": "a & b", "source": "<i>x</i>"})
    words = gallery.about(one)
    assert "&lt;b&gt;5" in words
    assert "a &amp; b" in words
    assert "&lt;i&gt;x" in words


def test_a_network_with_more_work_takes_longer():
    assert gallery.training_time(preset("lenet5")).startswith("A few seconds per epoch on ")
    assert re.match(r"About \d+ (minutes|hours) per epoch on ", gallery.training_time(preset("vgg16")))


@pytest.mark.parametrize("key", [one.key for one in presets()])
def test_every_preset_opens(app, key):
    if preset(key).big:
        large(app)
    app.button(key=f"use_{key}").click().run()
    assert design(app) == preset(key).design
    assert not app.exception


def test_a_network_brings_the_data_that_it_is_made_for(app):
    app.button(key="use_support_tickets").click().run()
    assert app.session_state["settings"]["data"] == {"name": "tickets"}
    app.switch_page("pages/start.py").run()
    app.button(key="use_lenet5").click().run()
    assert "data" not in app.session_state["settings"]


def test_a_preset_in_the_place_of_unsaved_work_says_so_and_offers_the_way_back(app):
    app.button(key="use_lenet5").click().run()
    assert "way_back_open" not in {button.key for button in app.button}
    widget(app.text_input, "design_name").set_value("Half *done*").run()
    mine = design(app)
    app.switch_page("pages/start.py").run()
    app.button(key="use_tutorial_inception").click().run()
    assert "Half \\*done\\*** was kept as a draft" in " ".join(line.value for line in app.markdown)
    app.button(key="way_back_open").click().run()
    assert design(app) == mine
    assert "way_back_open" not in {button.key for button in app.button}


def test_the_way_back_is_offered_until_it_is_closed_or_another_page_is_opened(app):
    for leave in ("close", "page"):
        app.switch_page("pages/start.py").run()
        app.button(key="use_lenet5").click().run()
        widget(app.text_input, "design_name").set_value(f"Left by {leave}").run()
        app.switch_page("pages/start.py").run()
        app.button(key="blank").click().run()
        if leave == "close":
            app.button(key="way_back_close").click().run()
        else:
            app.switch_page("pages/start.py").run()
            assert "Left by page" in " ".join(line.value for line in app.markdown)
            app.switch_page("pages/design.py").run()
        assert "way_back_open" not in {button.key for button in app.button}


def test_three_clicks_lead_from_a_card_to_a_training_run(app):
    app.button(key="use_tutorial_inception").click().run()
    app.button(key="to_train").click().run()
    assert not app.exception
    assert any("train" in (button.key or "") for button in app.button)


def test_blank_begins_with_an_input_and_nothing_else(app):
    app.button(key="use_lenet5").click().run()
    app.switch_page("pages/start.py").run()
    app.button(key="blank").click().run()
    assert design(app).nodes == ()
    assert design(app).inputs[0].shape == (28, 28, 1)


def test_a_link_opens_the_design_with_its_settings_and_trains_nothing(service, workspace_store):
    app = visited(encode_link(LINK))
    assert design(app) == DESIGN
    assert app.session_state["settings"]["seed"] == 7
    assert app.session_state["settings"]["epochs"] == 3
    assert "active_run" not in app.session_state
    assert "opened from the link" in words(app, "success")
    assert "d" not in app.query_params


def test_a_link_is_opened_once(service, workspace_store):
    app = visited(encode_link(LINK))
    app.switch_page("pages/design.py").run()
    widget(app.text_input, "design_name").set_value("Mine").run()
    app.run()
    assert design(app).name == "Mine"


@pytest.mark.parametrize(
    ("token", "sentence"),
    [
        ("nonsense", "incomplete or was changed"),
        ("1.AAAA", "damaged"),
        (encode_link(LINK)[:-30], "damaged|incomplete"),
        ("9." + encode_link(LINK)[2:], "newer version"),
        ("1." + "A" * 70_000, "too long"),
        (encode_link({"design": {"format": 1, "nodes": [{"id": 1}]}}), "inputs"),
        (encode_link({"design": DESIGN.document(), "settings": {"epochs": 0}}), "epochs"),
        (encode_link({"design": DESIGN.document(), "settings": {"run": "now"}}), "run"),
    ],
)
def test_a_link_that_cannot_be_opened_says_why_and_changes_nothing(service, workspace_store, token, sentence):
    app = visited(token)
    assert re.search(sentence, words(app))
    assert design(app).nodes == ()
    assert not app.exception


def test_a_link_never_names_a_file_of_the_server(service, workspace_store):
    hostile = {"design": DESIGN.document(), "settings": {"data": {"name": "upload", "path": "/etc/passwd"}}}
    app = visited(encode_link(hostile))
    assert app.session_state["settings"]["data"] == {"name": "digits"}


def test_the_dialog_opens_a_pasted_link(app):
    app.button(key="open").click().run()
    app.text_input(key="link_text").set_value(f"http://host/design?d={encode_link(LINK)}&x=1")
    app.button(key="open_link_button").click().run()
    assert design(app) == DESIGN


def test_the_dialog_opens_a_file(app):
    app.button(key="open").click().run()
    app.file_uploader(key="open_file").upload("net.json", DESIGN.text().encode()).run()
    assert design(app) == DESIGN


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"not json", "not valid JSON"),
        (b"\xff\xfe\x00", "not UTF-8 text"),
        (b"[]", "JSON object"),
        (json.dumps({"format": 99, "inputs": []}).encode(), "newer version"),
        (json.dumps({"format": 1, "inputs": [], "extra": 1}).encode(), "extra"),
        (b"[" * 5000, "nest|JSON"),
    ],
)
def test_a_file_that_is_no_design_is_refused_with_a_sentence(app, content, sentence):
    app.button(key="use_lenet5").click().run()
    before = design(app)
    app.switch_page("pages/start.py").run()
    app.button(key="open").click().run()
    app.file_uploader(key="open_file").upload("net.json", content).run()
    assert re.search(sentence, words(app))
    assert design(app) == before


def test_a_saved_design_is_deleted(app):
    app.button(key="use_lenet5").click().run()
    app.button(key="save").click().run()
    app.switch_page("pages/start.py").run()
    kept = [one.key for one in app.button if (one.key or "").startswith("delete_")]
    assert len(kept) == 1
    app.button(key=kept[0]).click().run()
    assert [one.key for one in app.button if (one.key or "").startswith("delete_")] == []


def returning(owner: str) -> AppTest:
    """A new session of a workspace that exists."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    app.session_state["workspace"] = owner
    app.session_state["workspace_is_new"] = False
    return app


def test_a_visit_reads_one_document_of_many_and_opening_reads_one_more(app):
    owner = app.session_state["workspace"]
    for index in range(20):
        document = {"design": DESIGN.document(), "settings": None, "text": "x" * 1_900_000}
        run_store().save_design(owner, f"key{index}", f"Saved {index}", document)
    with selects() as statements:
        app = returning(owner).run()
    assert sum("designs.document" in statement for statement in statements) == 1
    assert f"{len(DESIGN.nodes)} blocks · 1.9 MB" in " ".join(line.value for line in app.markdown)
    with selects() as statements:
        app.button(key="open_key18").click().run()
    assert sum("designs.document" in statement for statement in statements) == 1
    assert design(app) == DESIGN


def test_a_workspace_that_is_full_says_what_to_do_and_keeps_the_work_in_the_page(app, monkeypatch):
    monkeypatch.setenv(SIZE_SETTING, "2")
    owner = app.session_state["workspace"]
    size = 1_999_900 - len(json.dumps(DESIGN.document(), separators=(",", ":")))
    run_store().save_design(owner, "large", "Large", {"design": DESIGN.document(), "text": "x" * size})
    app.button(key="use_lenet5").click().run()
    assert "Your changes are not lost, but could not be saved." in words(app, "warning")
    assert "may take 2 MB together" in words(app, "warning")
    assert design(app) == DESIGN


def test_drafts_without_changes_make_room(app, monkeypatch):
    monkeypatch.setenv(SIZE_SETTING, "2")
    owner = app.session_state["workspace"]
    for key in ("draft-a", "draft-b"):
        document = {"changed": False, "text": "x" * 999_900}
        run_store().save_design(owner, key, "Untouched", document)
    app.button(key="use_lenet5").click().run()
    app.button(key="save").click().run()
    assert "is saved in your workspace" in words(app, "success")
    assert "draft-a" not in [entry.key for entry in run_store().designs(owner)]


def test_a_damaged_store_is_a_sentence_and_the_rest_of_the_page_stands(service, workspace_store, home):
    home.mkdir(parents=True)
    (home / "blockwright.db").write_bytes(b"this is no database at all" * 400)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert app.button(key="use_lenet5")
    assert app.error
    assert not any("incident" in box.value for box in app.error)
    app.button(key="use_lenet5").click().run()
    assert design(app) == DESIGN
    assert "could not be saved" in words(app, "warning")
