"""The page Design, driven by its ordinary widgets: edits, undo, refusals, findings, keeping."""

import json
import re

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from blockwright.schema.design import Design
from blockwright.ui.design import commands, editing, palette
from tests.ui.fakes import FakeService, catalog
from tests.ui.find_widget import widget


def design(app: AppTest) -> Design:
    return app.session_state["history"].current


def names(app: AppTest) -> list[str]:
    return [node.id for node in design(app).nodes]


def totals(app: AppTest) -> dict[str, str]:
    """The numbers below the toolbar by their names."""
    shown = "".join(one.proto.body for one in app.get("html"))
    return dict(re.findall(r"<dt>(.*?)<dd>(.*?)</div>", shown))


def errors(app: AppTest) -> list[str]:
    return [box.value for box in (*app.error, *app.toast)]


def select(app: AppTest, node: str) -> AppTest:
    """Select a block; the second run draws the parts again that the first one left as they were."""
    return widget(app.selectbox, "node").select(node).run().run()


TUTORIAL = ["stem", "mix1", "mix2", "down1", "mix3", "mix4", "mix5", "down2", "pool", "head"]


def test_using_a_preset_opens_it_on_the_page_design(designing):
    assert names(designing) == TUTORIAL
    assert widget(designing.text_input, "design_name").value == "Tutorial Inception"
    assert not designing.exception
    assert not designing.error


def test_the_totals_are_those_of_the_service(designing):
    assert totals(designing) == {
        "Parameters": "12,618",
        "Trainable": "12,618",
        "Multiply-adds": "1.26 M",
        "Activation memory": "1.22 MB",
        "Output": "10",
    }


def test_a_block_goes_below_the_selected_one_and_is_selected(designing):
    select(designing, "mix1")
    designing.button(key="add_ConvBlock").click().run()
    assert names(designing)[:4] == ["stem", "mix1", "conv_block1", "mix2"]
    assert designing.session_state["selection"] == ["conv_block1"]


def test_without_a_selection_a_block_goes_to_the_end(app):
    app.switch_page("pages/design.py").run()
    app.button(key="add_Conv2D").click().run()
    app.session_state["selection"] = []
    app.run()
    app.button(key="add_Flatten").click().run()
    assert [node.block for node in design(app).nodes] == ["Conv2D", "Flatten"]


def test_a_new_block_carries_its_required_arguments(app):
    app.switch_page("pages/design.py").run()
    app.button(key="add_Dense").click().run()
    assert design(app).nodes[0].params == {"units": 10}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("block_up", ["mix1", "stem", "mix2"]),
        ("block_down", ["stem", "mix2", "mix1"]),
        ("block_duplicate", ["stem", "mix1", "mix3"]),
        ("block_remove", ["stem", "mix2", "down1"]),
    ],
)
def test_the_buttons_beside_the_inspector_edit_the_stack(designing, key, expected):
    select(designing, "mix1")
    designing.button(key=key).click().run()
    assert names(designing)[:2] == expected[:2]
    assert not errors(designing)


def test_undo_and_redo_walk_through_the_edits(designing):
    select(designing, "mix1")
    designing.button(key="block_remove").click().run()
    assert "mix1" not in names(designing)
    designing.button(key="undo").click().run()
    assert names(designing) == TUTORIAL
    designing.button(key="redo").click().run()
    assert "mix1" not in names(designing)


def test_undo_is_off_while_there_is_nothing_to_take_back(designing):
    assert designing.button(key="undo").disabled
    assert designing.button(key="redo").disabled


def test_an_argument_is_set_and_a_default_is_left_out(designing):
    select(designing, "stem")
    widget(designing.number_input, "param_stem_filters").set_value(64).run()
    assert design(designing).node("stem").params["filters"] == 64
    widget(designing.number_input, "param_stem_kernel_size").set_value(5).run()
    assert design(designing).node("stem").params["kernel_size"] == 5
    widget(designing.number_input, "param_stem_kernel_size_2").set_value(7).run()
    assert design(designing).node("stem").params["kernel_size"] == [5, 7]


def test_a_value_out_of_range_is_refused_with_a_sentence_and_nothing_is_lost(designing):
    before = design(designing)
    select(designing, "stem")
    widget(designing.number_input, "param_stem_filters").set_value(0).run()
    assert design(designing) == before
    assert widget(designing.number_input, "param_stem_filters").value == 96
    assert len(errors(designing)) == 1
    assert "`filters` of `ConvBlock`" in errors(designing)[0]
    assert "Received: filters=0" in errors(designing)[0]


def test_the_refusal_goes_away_with_the_next_step(designing):
    select(designing, "stem")
    widget(designing.number_input, "param_stem_filters").set_value(0).run()
    widget(designing.number_input, "param_stem_filters").set_value(12).run()
    assert errors(designing) == []


def test_a_shape_is_typed_as_a_list(app):
    app.switch_page("pages/design.py").run()
    app.button(key="add_Reshape").click().run()
    field = "param_reshape1_target_shape"
    widget(app.text_input, field).set_value("7, 7, -1").run()
    assert design(app).nodes[0].params["target_shape"] == [7, 7, -1]
    widget(app.text_input, field).set_value("seven").run()
    assert design(app).nodes[0].params["target_shape"] == [7, 7, -1]
    assert "target_shape" in errors(app)[0]


def test_a_block_is_renamed_and_stays_selected(designing):
    select(designing, "mix1")
    widget(designing.text_input, "name_mix1").set_value("first mix").run()
    assert names(designing)[1] == "first mix"
    assert designing.session_state["selection"] == ["first mix"]


def test_a_taken_name_is_refused(designing):
    select(designing, "mix1")
    widget(designing.text_input, "name_mix1").set_value("stem").run()
    assert names(designing) == TUTORIAL
    assert 'The name "stem" is taken' in errors(designing)[0].replace("\\", "")


def test_a_name_of_markup_stays_text(designing):
    name = "<b>**x**</b> $y$ :red[z]"
    widget(designing.text_input, "design_name").set_value(name).run()
    assert design(designing).name == name
    assert not designing.exception


def test_a_merge_reads_several_blocks(designing):
    select(designing, "mix2")
    designing.button(key="add_Add").click().run()
    widget(designing.selectbox, "reads_add1_more").select("mix1").run()
    assert design(designing).node("add1").inputs == ("mix2", "mix1")
    widget(designing.selectbox, "reads_add1_more").select("stem").run()
    widget(designing.selectbox, "reads_add1_0").select("mix1").run()
    assert design(designing).node("add1").inputs == ("mix1", "mix1", "stem")
    designing.button(key="unread_add1_1").click().run()
    assert design(designing).node("add1").inputs == ("mix1", "stem")


def test_a_wire_that_closes_a_circle_is_refused(designing):
    before = design(designing)
    select(designing, "mix1")
    widget(designing.selectbox, "reads_mix1").select("pool").run()
    assert design(designing) == before
    assert "this would create a cycle" in errors(designing)[0]


def test_a_block_is_switched_off_and_on(designing):
    select(designing, "mix1")
    widget(designing.toggle, "block_enabled").set_value(False).run()
    assert design(designing).node("mix1").enabled is False
    widget(designing.toggle, "block_enabled").set_value(True).run()
    assert design(designing).node("mix1").enabled is True


def test_the_input_shape_is_edited_by_size_and_as_text(designing):
    select(designing, "image")
    widget(designing.number_input, "input_image_0").set_value(32).run()
    assert design(designing).inputs[0].shape == (32, 28, 1)
    widget(designing.text_input, "input_text").set_value("8 x 8 x 3").run()
    assert design(designing).inputs[0].shape == (8, 8, 3)


@pytest.mark.parametrize("text", ["eight", "0 x 0 x 1", "28 x -1", ""])
def test_a_shape_that_is_none_is_refused(designing, text):
    select(designing, "image")
    widget(designing.text_input, "input_text").set_value(text).run()
    assert design(designing).inputs[0].shape == (28, 28, 1)
    assert len(errors(designing)) == 1


def test_a_finding_is_mended_with_one_click(designing):
    select(designing, "image")
    widget(designing.text_input, "input_text").set_value("4 x 4 x 1").run()
    select(designing, "down2")
    # The sentence stands in the row of the stack, and nowhere else.
    assert errors(designing) == []
    designing.button(key="fix_0").click().run()
    assert "down2" not in names(designing)


def test_a_refusal_of_the_stack_moves_nothing_on_the_page(designing):
    designing.session_state["notices"] = [{"text": "It *cannot*.", "kind": "error", "place": editing.PLACE}]
    designing.run()
    assert [toast.value for toast in designing.toast] == ["It \\*cannot\\*."]
    assert not designing.error


def test_the_name_of_the_design_is_an_edit_like_any_other(designing):
    widget(designing.text_input, "design_name").set_value("Mine").run()
    assert design(designing).name == "Mine"
    designing.button(key="undo").click().run()
    assert design(designing).name == "Tutorial Inception"
    assert widget(designing.text_input, "design_name").value == "Tutorial Inception"


def test_a_stale_value_from_the_browser_is_nobodys_choice(designing):
    """After an undo, the browser's next message may still carry the field's value from before."""
    select(designing, "stem")
    widget(designing.number_input, "param_stem_filters").set_value(64).run()
    before = widget(designing.number_input, "param_stem_filters").id
    designing.button(key="undo").click().run().run()
    fresh = widget(designing.number_input, "param_stem_filters")
    assert fresh.value == 96
    assert fresh.id != before


def test_the_palette_is_sent_every_block_of_the_catalog_once(app, monkeypatch):
    sent = []
    monkeypatch.setattr(palette, "_library", lambda key, data, height: sent.append(data))
    app.switch_page("pages/design.py").run()
    groups = sent[-1][0]["groups"]
    assert sorted(block["name"] for group in groups for block in group["blocks"]) == sorted(
        one["name"] for one in catalog()
    )


@pytest.mark.parametrize("block", ["Nonsense", None, 3, "Dense\n"])
def test_a_block_that_is_not_in_the_palette_is_refused(designing, block, monkeypatch):
    def nonsense(key: str, data: object) -> None:
        st.button(
            "Nonsense", key="nonsense", on_click=commands.carry_out, args=({"op": "insert", "block": block},)
        )

    monkeypatch.setattr(palette, "_component", nonsense)
    designing.run()
    designing.button(key="nonsense").click().run()
    assert names(designing) == TUTORIAL
    assert re.search("in the palette|`block` must be text", errors(designing)[0])


def test_a_block_is_frozen_and_trained_again(designing):
    select(designing, "mix1")
    assert widget(designing.toggle, "block_trainable").value is True
    widget(designing.toggle, "block_trainable").set_value(False).run()
    assert design(designing).node("mix1").trainable is False
    widget(designing.toggle, "block_trainable").set_value(True).run()
    assert design(designing).node("mix1").trainable is True
    designing.button(key="undo").click().run()
    assert design(designing).node("mix1").trainable is False


def test_the_page_has_one_heading_of_the_first_order(designing):
    shown = "".join(one.proto.body for one in designing.get("html"))
    assert re.findall(r"<h1[^>]*>(.*?)</h1>", shown) == ["Design"]


def test_a_saved_design_is_found_on_the_start_page_and_opened(designing):
    widget(designing.text_input, "design_name").set_value("Kept").run()
    designing.button(key="save").click().run()
    assert (errors(designing), [box.value for box in designing.success]) == (
        [],
        ['"Kept" is saved in your workspace.'],
    )
    designing.switch_page("pages/start.py").run()
    designing.button(key="use_lenet5").click().run()
    assert design(designing).name != "Kept"
    designing.switch_page("pages/start.py").run()
    opened = {button.label: button for button in designing.button if (button.key or "").startswith("open_")}
    assert (errors(designing), list(opened)[:1]) == ([], ["Open Kept"])
    opened["Open Kept"].click().run()
    assert design(designing).name == "Kept"


def test_the_buttons_of_saved_designs_can_be_told_apart(designing):
    for _ in range(2):
        widget(designing.text_input, "design_name").set_value("Twin").run()
        designing.button(key="save").click().run()
        designing.switch_page("pages/start.py").run()
        designing.button(key="use_lenet5").click().run()
    designing.switch_page("pages/start.py").run()
    for verb in ("open", "delete"):
        labels = [
            one.label for one in designing.button if re.match(rf"{verb}_[0-9a-f]{{16}}$", one.key or "")
        ]
        assert labels == [f"{verb.title()} Twin", f"{verb.title()} Twin (2)"]


def test_unsaved_work_is_kept_as_a_draft_when_something_else_is_opened(designing):
    widget(designing.text_input, "design_name").set_value("Half done").run()
    designing.switch_page("pages/start.py").run()
    designing.button(key="use_lenet5").click().run()
    designing.switch_page("pages/start.py").run()
    assert "Half done" in " ".join(one.value for one in designing.markdown)


def test_without_the_service_the_design_is_there_and_the_page_says_why_shapes_are_not(
    designing, service: FakeService
):
    from blockwright.ui.shell import service as backend

    backend.forget()
    service.starting = True
    designing.run()
    assert names(designing) == TUTORIAL
    assert "starting" in designing.info[0].value
    assert not designing.exception
    service.starting = False
    designing.run()
    assert totals(designing)["Parameters"] == "12,618"


def test_the_session_holds_plain_data(designing):
    own = ("settings", "selection", "insertion", "workspace", "last_message", "notices")
    held = {name: designing.session_state[name] for name in own if name in designing.session_state}
    assert json.loads(json.dumps(held)) == held
    document = designing.session_state["document"]
    assert (
        json.loads(json.dumps(document | {"design": document["design"].document()}))["key"] == document["key"]
    )
    history = designing.session_state["history"]
    assert type(history).from_document(json.loads(json.dumps(history.document()))) == history


def test_what_is_refused_stands_below_its_field_until_it_is_mended(designing):
    select(designing, "stem")
    widget(designing.text_input, "name_stem").set_value("mix1").run()
    form = [element for element in designing.main if getattr(element, "type", "")]
    kinds = [element.type for element in form]
    labels = [getattr(element, "label", None) for element in form]
    at = next(place for place, label in enumerate(labels) if label == "Name")
    assert kinds[at + 1] == "error"
    assert len(errors(designing)) == 1
    assert names(designing)[0] == "stem"
    widget(designing.text_input, "name_stem").set_value("begin").run()
    assert names(designing)[0] == "begin"
    designing.run()
    assert errors(designing) == []
