"""Which parts of the page Design are drawn again after a gesture: those that show something else, and no other."""

import pytest
from streamlit.testing.v1 import AppTest

from blockwright.ui.reactive import fragments
from blockwright.ui.reactive.fragments import draws_whole_page
from tests.ui.find_widget import widget

FIELDS = {"inspector_tab", "inspector", "block_buttons", "form"}


@pytest.fixture
def redrawn(designing: AppTest, monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The fragments that each gesture of the test changed, in order."""
    gestures = []

    def changed(refused: bool) -> list[str]:
        gestures.append(set(original(refused)))
        return list(original(refused))

    original = fragments.changed_fragments
    monkeypatch.setattr(fragments, "changed_fragments", changed)
    return gestures


def select(app: AppTest, node: str) -> AppTest:
    return widget(app.selectbox, "node").select(node).run()


def test_selecting_another_block_of_its_kind_draws_the_choice_and_the_form(designing, redrawn):
    select(designing, "mix1")
    select(designing, "mix2")
    assert redrawn == [{"inspector", "form", "block_buttons", "card"}, {"inspector", "form"}]


def test_an_argument_leaves_the_choice_the_buttons_the_card_and_the_form_as_they_are(designing, redrawn):
    select(designing, "stem")
    widget(designing.number_input, "param_stem_filters").set_value(64).run()
    assert redrawn[-1] == {"toolbar_undo", "toolbar_totals"}


def test_a_duplicate_leaves_the_buttons_and_the_card_as_they_are(designing, redrawn):
    select(designing, "mix1")
    designing.button(key="block_duplicate").click().run()
    assert redrawn[-1] == {"toolbar_undo", "toolbar_totals", "inspector", "form"}


def test_undo_draws_redo_as_well(designing, redrawn):
    select(designing, "mix1")
    designing.button(key="block_duplicate").click().run()
    designing.button(key="undo").click().run()
    assert {"toolbar_undo", "toolbar_redo", "toolbar_totals", "form"} <= redrawn[-1]


def test_what_is_refused_draws_the_fields_again_and_nothing_else(designing, redrawn):
    select(designing, "stem")
    widget(designing.number_input, "param_stem_filters").set_value(0).run()
    assert redrawn[-1] == FIELDS


def test_a_gesture_without_effect_draws_the_fields_again(designing, redrawn):
    select(designing, "stem")
    designing.button(key="block_up").click().run()
    assert redrawn[-1] == FIELDS


def test_the_other_side_of_the_inspector_draws_the_inspector(designing, redrawn):
    widget(designing.button_group, "inspector_tab").set_value("Network").run()
    assert redrawn[-1] == {"inspector_tab", "inspector", "form"}


def test_what_changes_together_with_the_view_does_not_keep_the_page_from_being_drawn(designing, monkeypatch):
    monkeypatch.setattr(fragments, "draws_whole_page", draws_whole_page)
    widget(designing.text_input, "design_name").set_value("Mine")
    widget(designing.button_group, "design_view").set_value("Canvas").run()
    assert designing.session_state["history"].current.name == "Mine"
    drawn = [element.proto.component_name for element in designing.get("bidi_component")]
    assert any("blockwright_canvas" in name for name in drawn)


def test_a_name_draws_the_toolbar_and_the_side_of_the_page(designing, redrawn):
    widget(designing.text_input, "design_name").set_value("Mine").run()
    assert {"toolbar_name", "toolbar", "toolbar_undo", "sidebar"} <= redrawn[-1]
    assert not redrawn[-1] & {"card", "toolbar_totals"}


def test_a_notice_of_the_toolbar_goes_with_the_next_gesture(designing, redrawn):
    designing.button(key="save").click().run()
    assert len(designing.success) == 1
    select(designing, "mix1")
    assert "toolbar_notices" in redrawn[-1]
    assert len(designing.success) == 0


def test_what_is_set_seldom_is_drawn_when_it_is_opened(designing):
    designing.session_state["more_open"] = False
    designing.session_state["selection"] = ["mix1"]
    designing.run()
    assert [one.key for one in designing.number_input if one.key.startswith("repeat")] == []
    assert "More: connections, repeat, sharing, output" in [one.label for one in designing.expander]
    designing.session_state["more_open"] = True
    designing.run()
    assert [one.key for one in designing.number_input if one.key.startswith("repeat")] == ["repeat_mix1"]


def test_one_number_stands_for_both_sides_until_more_is_asked_for(designing):
    designing.session_state["more_open"] = False
    designing.session_state["selection"] = ["stem"]
    designing.run()
    assert [one.key for one in designing.number_input if "kernel_size" in one.key] == [
        "param_stem_kernel_size"
    ]
    widget(designing.number_input, "param_stem_kernel_size").set_value(5).run()
    assert designing.session_state["history"].current.node("stem").params["kernel_size"] == 5
    designing.session_state["more_open"] = True
    designing.run()
    widget(designing.number_input, "param_stem_kernel_size_2").set_value(7).run()
    designing.session_state["more_open"] = False
    designing.run()
    widget(designing.number_input, "param_stem_kernel_size").set_value(3).run()
    assert designing.session_state["history"].current.node("stem").params["kernel_size"] == [3, 7]


def test_the_buttons_act_on_the_block_that_was_drawn_last(designing):
    """A selection that arrives together with a click has not been seen by whoever clicked."""
    select(designing, "mix1")
    designing.session_state["selection"] = ["mix2"]
    designing.button(key="block_remove").click().run()
    names = [node.id for node in designing.session_state["history"].current.nodes]
    assert "mix1" not in names
    assert "mix2" in names


def test_a_download_gives_the_design_as_it_is_now(designing):
    from blockwright.ui.design import toolbar

    give = toolbar._text(designing.session_state["downloaded"])
    widget(designing.text_input, "design_name").set_value("Mine").run()
    assert '"Mine"' in give()
