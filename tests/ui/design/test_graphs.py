"""Branches, outputs, shared weights and composite blocks on the page Design, by its ordinary widgets."""

import pytest
from streamlit.testing.v1 import AppTest

from blockwright.schema.design import Composite, Design
from tests.ui.find_widget import widget


def design(app: AppTest) -> Design:
    return app.session_state["history"].current


def errors(app: AppTest) -> list[str]:
    assert not app.exception
    return [box.value for box in (*app.error, *app.toast)]


def select(app: AppTest, node: str | None) -> AppTest:
    app.session_state["selection"] = [node]
    return app.run()


def network(app: AppTest) -> AppTest:
    """Show the ends and the composite blocks in the inspector."""
    return widget(app.button_group, "inspector_tab").set_value("Network").run()


def block(app: AppTest) -> AppTest:
    """Show the selected block in the inspector."""
    return widget(app.button_group, "inspector_tab").set_value("Block").run()


def compose(app: AppTest, *nodes: str, name: str = "") -> AppTest:
    network(app)
    widget(app.multiselect, "compose_nodes").set_value(list(nodes)).run()
    widget(app.text_input, "compose_name").set_value(name).run()
    return app.button(key="compose").click().run()


@pytest.fixture
def unit(designing: AppTest) -> AppTest:
    """The tutorial Inception with two of its blocks made a block of its own."""
    compose(designing, "mix1", "mix2", name="TwoMixes")
    return designing.run()


def test_a_block_in_the_middle_is_taken_as_another_output_and_left_out_again(designing):
    select(designing, "down1")
    widget(designing.toggle, "output_down1").set_value(True).run()
    assert design(designing).outputs == ("head", "down1")
    widget(designing.toggle, "output_down1").set_value(False).run()
    assert design(designing).outputs is None
    assert errors(designing) == []


def test_the_only_output_stays_one(designing):
    select(designing, "head")
    widget(designing.toggle, "output_head").set_value(False).run()
    assert "the only output" in errors(designing)[0]
    assert design(designing).outputs is None
    assert widget(designing.toggle, "output_head").value is True


def test_a_block_is_repeated(designing):
    select(designing, "mix2")
    widget(designing.number_input, "repeat_mix2").set_value(3).run()
    assert design(designing).node("mix2").repeat == 3
    widget(designing.number_input, "repeat_mix2").set_value(1000).run()
    assert "1 to 100" in errors(designing)[0]
    assert design(designing).node("mix2").repeat == 3


def test_a_block_shares_the_weights_of_another_of_its_kind(designing):
    select(designing, "mix2")
    assert "stem" not in widget(designing.selectbox, "shares_mix2").options
    widget(designing.selectbox, "shares_mix2").select("mix1").run()
    assert design(designing).node("mix2").shares == "mix1"
    assert [one.key for one in designing.number_input if (one.key or "").startswith("param_")] == []
    widget(designing.selectbox, "shares_mix2").select_index(0).run()
    assert design(designing).node("mix2").shares is None
    assert design(designing).node("mix2").params == design(designing).node("mix1").params


def test_inputs_are_added_renamed_set_and_removed(designing):
    network(designing)
    designing.button(key="input_add").click().run()
    assert [one.id for one in design(designing).inputs] == ["image", "input1"]
    widget(designing.text_input, "name_input1").set_value("tags").run()
    designing.button(key="input_open_tags").click().run()
    widget(designing.text_input, "input_text").set_value("12").run()
    widget(designing.selectbox, "input_dtype").select("string").run()
    assert design(designing).inputs[1].document() == {"id": "tags", "shape": [12], "dtype": "string"}
    network(designing)
    designing.button(key="input_remove_tags").click().run()
    assert [one.id for one in design(designing).inputs] == ["image"]
    assert designing.button(key="input_remove_image").disabled
    assert errors(designing) == []


def test_outputs_are_named_added_and_taken_away(designing):
    network(designing)
    widget(designing.text_input, "output_name_0").set_value("digit").run()
    assert design(designing).nodes[-1].id == "digit"
    widget(designing.selectbox, "output_more").select("pool").run()
    assert design(designing).outputs == ("digit", "pool")
    widget(designing.text_input, "output_name_1").set_value("digit").run()
    assert "is taken" in errors(designing)[0]
    designing.button(key="output_remove_0").click().run()
    assert design(designing).outputs == ("pool",)


def test_blocks_are_put_together_under_a_name(unit):
    made = design(unit).composites["TwoMixes"]
    assert [node.id for node in made.nodes] == ["mix1", "mix2"]
    assert [node.block for node in design(unit).nodes][:3] == ["ConvBlock", "TwoMixes", "DownsampleBlock"]
    assert unit.session_state["selection"] == ["two_mixes1"]
    assert errors(unit) == []


def test_blocks_with_another_between_them_are_not_put_together(designing):
    compose(designing, "mix1", "down1")
    assert "is between the selected blocks" in errors(designing)[0]
    assert not design(designing).composites


def test_a_name_that_is_no_class_name_is_refused(designing):
    before = design(designing)
    compose(designing, "mix1", "mix2", name="two mixes")
    assert "begins with a capital" in errors(designing)[0]
    assert design(designing) == before
    assert widget(designing.multiselect, "compose_nodes").value == ["mix1", "mix2"]


def test_the_designs_own_blocks_come_first_in_the_palette_and_are_used_like_others(unit):
    keys = [button.key for button in unit.button if button.key.startswith("add_")]
    assert keys[0] == "add_TwoMixes"
    unit.button(key="add_TwoMixes").click().run()
    assert [node.block for node in design(unit).nodes][1:3] == ["TwoMixes", "TwoMixes"]


def test_inside_a_block_the_same_widgets_edit_its_definition(unit):
    block(unit)
    unit.button(key="enter_two_mixes1").click().run().run()
    assert "add_TwoMixes" not in {button.key for button in unit.button}
    select(unit, "mix2")
    widget(unit.number_input, "param_mix2_filters_1x1").set_value(8).run()
    unit.button(key="block_duplicate").click().run()
    inside = design(unit).composites["TwoMixes"]
    assert [(node.id, node.params["filters_1x1"]) for node in inside.nodes] == [
        ("mix1", 32),
        ("mix2", 8),
        ("mix3", 8),
    ]
    assert "Tutorial Inception" in {button.label for button in unit.button}
    unit.button(key="leave_0").click().run()
    assert unit.session_state["selection"] == ["two_mixes1"]
    assert errors(unit) == []


def test_an_argument_of_a_node_becomes_one_of_the_block_and_is_set_where_it_is_used(unit):
    block(unit)
    unit.button(key="enter_two_mixes1").click().run()
    select(unit, "mix2")
    unit.selectbox(key="expose_param_mix2").select("filters_3x3").run()
    unit.text_input(key="expose_name_mix2_filters_3x3").set_value("wide").run()
    unit.button(key="expose_do_mix2").click().run()
    shown = [one.value for one in unit.text_input if one.disabled]
    assert shown == ["argument wide of TwoMixes"]
    unit.button(key="leave_0").click().run().run()
    widget(unit.number_input, "param_two_mixes1_wide").set_value(99).run()
    assert design(unit).node("two_mixes1").params == {"wide": 99}
    assert errors(unit) == []


def exposed(app: AppTest) -> Composite:
    block(app)
    app.button(key="enter_two_mixes1").click().run()
    select(app, "mix2")
    app.selectbox(key="expose_param_mix2").select("filters_3x3").run()
    app.button(key="expose_do_mix2").click().run()
    return design(app).composites["TwoMixes"]


def test_the_default_of_an_argument_is_changed_and_the_argument_taken_away(unit):
    default = exposed(unit).params["filters_3x3"]
    network(unit)
    widget(unit.number_input, "param_TwoMixes_filters_3x3").set_value(default + 1).run()
    assert design(unit).composites["TwoMixes"].params == {"filters_3x3": default + 1}
    unit.button(key="unexpose_filters_3x3").click().run()
    inside = design(unit).composites["TwoMixes"]
    assert inside.params == {}
    assert inside.nodes[1].params["filters_3x3"] == default + 1


def test_an_argument_gets_another_name_and_undo_gives_the_old_one_back(unit):
    default = exposed(unit).params["filters_3x3"]
    before = design(unit)
    network(unit)
    widget(unit.text_input, "argument_name_filters_3x3").set_value("wide").run()
    inside = design(unit).composites["TwoMixes"]
    assert inside.params == {"wide": default}
    assert inside.nodes[1].params["filters_3x3"] == {"param": "wide"}
    assert widget(unit.number_input, "param_TwoMixes_wide").value == default
    assert errors(unit) == []
    unit.button(key="undo").click().run()
    assert design(unit) == before
    assert widget(unit.text_input, "argument_name_filters_3x3").value == "filters_3x3"


def test_a_name_that_no_argument_can_have_is_refused_and_the_old_one_stands_there_again(unit):
    exposed(unit)
    before = design(unit)
    network(unit)
    widget(unit.text_input, "argument_name_filters_3x3").set_value("two words").run()
    assert "has letters" in errors(unit)[0]
    assert design(unit) == before
    unit.run()
    assert widget(unit.text_input, "argument_name_filters_3x3").value == "filters_3x3"


def select_on_canvas(app: AppTest, *nodes: str) -> AppTest:
    app.session_state["selection"] = list(nodes)
    return app.run()


def chosen_for_a_block(app: AppTest) -> list[str]:
    return widget(app.multiselect, "compose_nodes").value


def test_what_is_selected_on_the_canvas_stands_in_the_form_that_makes_a_block(designing):
    network(designing)
    assert chosen_for_a_block(designing) == []
    select_on_canvas(designing, "mix2", "image", "mix1")
    assert chosen_for_a_block(designing) == ["mix1", "mix2"]
    designing.button(key="compose").click().run()
    assert [node.id for node in design(designing).composites["Block1"].nodes] == ["mix1", "mix2"]
    assert errors(designing) == []


def test_the_form_keeps_what_is_changed_there_until_something_else_is_selected(designing):
    network(designing)
    select_on_canvas(designing, "mix1", "mix2")
    widget(designing.multiselect, "compose_nodes").set_value(["mix1"]).run().run()
    assert chosen_for_a_block(designing) == ["mix1"]
    select_on_canvas(designing, "mix2", "down1")
    assert chosen_for_a_block(designing) == ["mix2", "down1"]
    select_on_canvas(designing, "mix2")
    assert chosen_for_a_block(designing) == ["mix2", "down1"]


def test_an_argument_gets_a_value_of_its_own_again(unit):
    default = exposed(unit).params["filters_3x3"]
    unit.button(key="own_mix2_filters_3x3").click().run()
    assert design(unit).composites["TwoMixes"].nodes[1].params["filters_3x3"] == default


def test_an_open_block_is_renamed_and_stays_open(unit):
    block(unit)
    unit.button(key="enter_two_mixes1").click().run()
    network(unit)
    widget(unit.text_input, "own_name").set_value("Pair").run()
    assert list(design(unit).composites) == ["Pair"]
    assert design(unit).node("two_mixes1").block == "Pair"
    widget(unit.text_input, "own_name").set_value("no name").run()
    assert "begins with a capital" in errors(unit)[0]
    assert [one["composite"] for one in unit.session_state["inside"]] == ["Pair"]


def test_undo_closes_a_block_that_it_takes_away(unit):
    block(unit)
    unit.button(key="enter_two_mixes1").click().run().run()
    unit.button(key="undo").click().run()
    assert not design(unit).composites
    assert unit.session_state["inside"] == []
    assert not unit.exception


def test_a_block_is_taken_apart_and_its_unused_definition_goes(unit):
    block(unit)
    unit.button(key="decompose_two_mixes1").click().run()
    assert [node.id for node in design(unit).nodes][:3] == ["stem", "mix1", "mix2"]
    assert not design(unit).composites


def test_a_definition_that_nothing_uses_is_removed(unit):
    select(unit, "two_mixes1")
    block(unit)
    unit.button(key="block_remove").click().run()
    network(unit)
    unit.button(key="own_open_TwoMixes").click().run()
    assert "Nothing uses TwoMixes yet" in " ".join(one.value for one in unit.caption)
    unit.button(key="leave_0").click().run()
    unit.button(key="own_remove_TwoMixes").click().run()
    assert not design(unit).composites
