"""The page Train with tables, texts, several inputs and outputs, and tables of one's own."""

import io

import numpy as np
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from blockwright.design.parse import read_design
from blockwright.design.presets import preset
from blockwright.design.wiring import resolve_reads
from blockwright.recipe.settings import Settings
from blockwright.recipe.validation import part_counts
from blockwright.schema.data.dataset_cards import card_of
from blockwright.ui.shell import state
from blockwright.ui.train import training_time
from tests.ui import synthetic
from tests.ui.find_widget import shown_tables
from tests.ui.page_harness import MINE, keys, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")

IRIS = {
    "format": 1,
    "name": "Iris net",
    "inputs": [{"id": "features", "shape": [4]}],
    "nodes": [{"id": "head", "block": "Dense", "params": {"units": 3, "activation": "softmax"}}],
}
FLATS = {
    "format": 1,
    "name": "Flats",
    "inputs": [{"id": "features", "shape": [2]}],
    "nodes": [{"id": "price", "block": "Dense", "params": {"units": 1}}],
}
TWO = {
    "format": 1,
    "name": "Two outputs",
    "inputs": [{"id": "tags", "shape": [12]}],
    "nodes": [
        {"id": "priority", "block": "Dense", "params": {"units": 1, "activation": "sigmoid"}},
        {"id": "department", "block": "Dense", "params": {"units": 4}, "inputs": ["tags"]},
    ],
    "outputs": ["priority", "department"],
}
TABLE = "rooms;area;price\n" + "\n".join(
    f"{1 + row % 5};{30 + 7 * (row % 11)};{900 + 13 * row}" for row in range(60)
)


def training(document: dict, data: str = "iris") -> AppTest:
    app = visit("train")
    app.session_state[state.HISTORY] = state.History.start(read_design(document))
    app.session_state[state.SETTINGS] = {"data": {"name": data}}
    return app.run()


def uploaded(app: AppTest, content: str, name: str = "flats.csv") -> AppTest:
    st.cache_data.clear()
    app.selectbox(key="train_set_data").set_value("upload").run()
    return app.file_uploader(key="train_set_upload").upload(name, content.encode()).run()


def said(app: AppTest) -> str:
    return words(app).replace("\\", "")


def test_a_table_shows_its_first_rows_and_how_its_classes_are_spread():
    app = training(IRIS)
    (table,) = shown_tables(app)
    assert len(table["rows"]) == 8
    assert "sepal_length" in table["columns"]
    assert table["columns"][-1] == "species"
    assert "Distribution of species" in {one.label for one in app.expander}
    assert not app.button(key="train_start").disabled


def test_small_data_is_offered_more_epochs():
    app = training(IRIS)
    assert "20 steps in all" in said(app)
    app.button(key="train_more_epochs").click().run()
    assert app.number_input(key="train_set_epochs").value == 100
    assert "400 steps in all" in said(app)
    assert "train_more_epochs" not in {one.key for one in app.button}


def test_short_texts_stand_in_the_table_and_large_numbers_have_their_thousands_separated():
    rows = "".join(
        f"{place % 7},{colour},{10_000 * place + 20_000}\n"
        for place, colour in enumerate(["red", "blue"] * 30)
    )
    app = uploaded(training(IRIS), f"rooms,colour,price\n{rows}")
    app.selectbox(key="train_set_target").set_value("price").run()
    (table,) = shown_tables(app)
    assert table["columns"] == ["rooms", "colour", "price"]
    assert table["rows"][0][1:] == ["red", "320,000"]


def test_texts_are_shown_as_texts():
    app = training(preset("support_tickets").design.document(), "tickets")
    shown = said(app)
    assert "title: " in shown
    assert "department: " in shown
    assert {"Distribution of priority", "Distribution of department"} <= {one.label for one in app.expander}


def test_how_inputs_and_outputs_meet_the_data_is_said_in_sentences():
    app = training(TWO, "tickets")
    shown = said(app)
    assert 'The input "tags" reads tags: 12 tags, each 0 or 1.' in shown
    assert 'The output "priority" learns to predict priority: a number.' in shown
    assert 'The output "department" learns to predict department: one of 4 classes.' in shown
    assert not app.button(key="train_start").disabled


def test_each_output_has_a_loss_a_weight_and_a_target_which_go_into_the_run():
    app = training(TWO, "tickets")
    app.selectbox(key="train_set_output_priority_loss").select("mean_absolute_error").run()
    app.number_input(key="train_set_output_department_weight").set_value(0.5).run()
    app.number_input(key="train_set_output_department_label_smoothing").set_value(0.1).run()
    app.selectbox(key="train_set_output_priority_target").select("priority").run()
    app.button(key="train_start").click().run()
    (run,) = store().runs(MINE)
    assert run.settings["outputs"] == {
        "priority": {"loss": "mean_absolute_error", "weight": 1.0, "target": "priority"},
        "department": {"loss": "auto", "weight": 0.5, "label_smoothing": 0.1},
    }


def test_class_weights_of_an_output_are_balanced_or_by_hand_and_what_is_wrong_can_be_fixed():
    app = training(TWO, "tickets")
    app.selectbox(key="train_set_output_department_class_weight").select("balanced").run()
    assert app.session_state[state.SETTINGS]["outputs"] == {"department": {"class_weight": "balanced"}}
    app.selectbox(key="train_set_output_department_class_weight").select("by hand").run()
    field = app.text_input(key="train_set_output_department_class_weights")
    names = [part.rpartition(":")[0].strip() for part in field.value.split(",")]
    assert len(names) == 4
    field.set_value("nobody: 2").run()
    assert 'has weights for "nobody", but "department" has no such class.' in said(app)
    app.text_input(key="train_set_output_department_class_weights").set_value("2").run()
    assert app.button(key="train_start").disabled
    app.text_input(key="train_set_output_department_class_weights").set_value(f"{names[1]}: 2").run()
    app.button(key="train_start").click().run()
    (run,) = store().runs(MINE)
    assert run.settings["outputs"]["department"]["class_weight"] == {names[1]: 2.0}


def test_what_is_set_back_to_its_default_is_left_out():
    app = training(TWO, "tickets")
    app.number_input(key="train_set_output_department_weight").set_value(0.5).run()
    app.number_input(key="train_set_output_department_weight").set_value(1.0).run()
    assert app.session_state[state.SETTINGS]["outputs"] == {}


def test_a_weight_that_cannot_be_used_is_named():
    app = training(TWO, "tickets")
    app.number_input(key="train_set_output_department_weight").set_value(-1.0).run()
    assert "outputs.department.weight" in said(app)
    assert app.button(key="train_start").disabled


def test_outputs_without_a_target_are_a_sentence_and_nothing_starts():
    app = training({**TWO, "outputs": None, "nodes": TWO["nodes"][:1]}, "iris")
    app.session_state[state.HISTORY] = state.History.start(
        read_design(
            {
                **TWO,
                "inputs": [{"id": "words", "shape": [1], "dtype": "string"}],
                "nodes": [
                    {"id": "a", "block": "Dense", "params": {"units": 1}},
                    {"id": "b", "block": "Dense", "params": {"units": 2}},
                ],
                "outputs": ["a", "b"],
            }
        )
    )
    app.run()
    assert '"words" takes text, but "Iris"' in said(app)
    assert app.button(key="train_start").disabled


def test_an_image_design_with_one_output_looks_as_ever():
    app = training(synthetic.DESIGN, "digits")
    assert "Inputs and targets" not in said(app)
    assert not [one.key for one in app.selectbox if "output" in (one.key or "")]


def test_the_classes_of_an_only_output_are_balanced_by_one_click():
    app = training(synthetic.DESIGN, "digits")
    (toggle,) = [one for one in app.toggle if (one.key or "").endswith("_balanced")]
    toggle.set_value(True).run()
    (settings,) = app.session_state[state.SETTINGS]["outputs"].values()
    assert settings == {"class_weight": "balanced"}
    (select,) = [one for one in app.selectbox if (one.key or "").endswith("_class_weight")]
    assert select.value == "balanced"
    select.select("").run()
    assert app.session_state[state.SETTINGS]["outputs"] == {}


def test_a_table_of_ones_own_asks_which_column_is_to_be_told():
    app = uploaded(training(FLATS), TABLE)
    assert "Choose the column that the network learns to predict from the others." in said(app)
    assert "60 rows, 3 columns" in said(app)
    assert app.button(key="train_start").disabled
    app.selectbox(key="train_set_target").select("price").run()
    app.selectbox(key="train_set_task").select("number").run()
    assert app.session_state[state.SETTINGS]["data"]["target"] == "price"
    assert "Distribution of price" in {one.label for one in app.expander}
    assert 'The output "price" learns to predict price: a number.' in said(app)
    assert not app.button(key="train_start").disabled


def test_a_ragged_table_is_refused_with_its_row_and_the_choice_stays():
    app = uploaded(training(IRIS), "a,b\n1,2\n1,2,3\n")
    assert "flats.csv" in said(app)
    assert not app.exception
    assert app.session_state[state.SETTINGS]["data"].get("path") is None


def test_texts_are_written_by_number_and_seed():
    app = training(TWO, "tickets")
    app.number_input(key="train_set_tickets_examples").set_value(300).run()
    assert app.session_state[state.SETTINGS]["data"] == {"name": "tickets", "examples": 300, "seed": 0}


def test_several_outputs_have_a_curve_and_a_number_each():
    run = synthetic.kinds(store(), MINE)
    app = visit("train", run.id)
    shown = {metric.label: metric.value for metric in app.metric}
    assert shown["Test error, price"] == "12.5 euro"
    assert shown["Test accuracy, kind"] == "90.0 %"


def test_an_input_is_fitted_to_the_rows_of_a_table_with_one_click():
    app = training({**FLATS, "inputs": [{"id": "features", "shape": [8, 8, 1]}]}, "diabetes")
    assert "the data holds vectors of 10 values" in said(app)
    app.button(key="train_adapt").click().run()
    assert app.session_state[state.HISTORY].current.inputs[0].shape == (10,)
    assert 'The output "price" learns to predict progression: a number.' in said(app)


TOPICS = "size,weight,topics\n" + "\n".join(
    f"{row},{row % 7},{('billing', 'billing;login', 'login;slow', '')[row % 4]}" for row in range(60)
)
MIXED = "size,weight,colour,note,kind\n" + "\n".join(
    f"{row},{row % 7},{('red', 'blue')[row % 2]},note {row} of {row * row % 61},k{row % 2}"
    for row in range(60)
)
PAIR = {
    "format": 1,
    "name": "Pair",
    "inputs": [{"id": "values", "shape": [2]}],
    "nodes": [
        {"id": "hidden", "block": "Dense", "params": {"units": 8, "activation": "relu"}},
        {"id": "end", "block": "Dense", "params": {"units": 3, "activation": "sigmoid"}},
    ],
}


def test_a_column_of_tags_is_seen_as_one_and_trained_on():
    app = uploaded(training({**PAIR, "inputs": [{"id": "features", "shape": [2]}]}), TOPICS)
    app.selectbox(key="train_set_target").set_value("topics").run()
    assert "Tags: billing, login, slow" in said(app)
    assert 'The output "end" learns to predict topics: any of 3 tags.' in said(app)
    assert '"topics" holds 3 tags separated by semicolons; 30 rows have more than one.' in said(app)
    app.button(key="train_start").click().run()
    (run,) = store().runs(MINE)
    assert run.settings["data"]["target"] == "topics"


def test_a_file_that_comes_before_the_service_is_kept_and_looked_at_later(service):
    app = training(PAIR)
    service.starting = True
    app = uploaded(app, TOPICS)
    assert "The file has been uploaded, and is read as soon as the design service has started." in said(app)
    service.starting = False
    app.selectbox(key="train_set_optimizer").set_value("sgd").run()
    app.selectbox(key="train_set_target").set_value("topics").run()
    assert "Tags: billing, login, slow" in said(app)


def test_cells_that_hold_lists_may_be_classes_all_the_same():
    app = uploaded(training(PAIR), TOPICS)
    app.selectbox(key="train_set_target").set_value("topics").run()
    app.selectbox(key="train_set_task").set_value("classes").run()
    assert "Classes: billing, billing;login, login;slow" in said(app)


def test_arrays_of_0_and_1_say_that_they_are_tags_and_may_be_said_to_be_something_else():
    arrays = io.BytesIO()
    np.savez(arrays, x_train=np.zeros((40, 2)), y_train=np.eye(3)[np.arange(40) % 3])
    app = training(PAIR)
    st.cache_data.clear()
    app.selectbox(key="train_set_data").set_value("upload").run()
    app.file_uploader(key="train_set_upload").upload("own.npz", arrays.getvalue()).run()
    assert "Classes: 0, 1, 2" in said(app)
    app.selectbox(key="train_set_task").set_value("tags").run()
    assert "Tags: 0, 1, 2" in said(app)
    app.button(key="train_start").click().run()
    assert store().runs(MINE)[0].settings["data"]["task"] == "tags"


def test_a_design_that_leaves_columns_out_can_be_let_read_them_all():
    app = uploaded(training(PAIR), MIXED)
    app.selectbox(key="train_set_target").set_value("kind").run()
    assert "Not used by the design: colour (one of 2), note (text)." in said(app)
    app.button(key="train_read_all").click().run()
    design = app.session_state[state.HISTORY].current
    assert [(one.id, one.shape, one.dtype) for one in design.inputs] == [
        ("features", (2,), "float32"),
        ("colour", (1,), "string"),
        ("note", (1,), "string"),
    ]
    reads = resolve_reads(design)
    assert reads["joined"] == ("features", "colour as numbers", "note as numbers")
    assert reads["hidden"] == ("joined",)
    assert [design.node(one).block for one in reads["joined"][1:]] == ["StringLookup", "TextVectorization"]
    assert "train_read_all" not in keys(app)
    for name in ("features", "colour", "note"):
        assert f'The input "{name}" reads {name}' in said(app)


def test_an_input_of_another_size_is_mended_with_the_rest():
    app = uploaded(training({**PAIR, "inputs": [{"id": "values", "shape": [9]}]}), MIXED)
    app.selectbox(key="train_set_target").set_value("kind").run()
    assert "Set the design's input to 2." in said(app)
    app.button(key="train_read_all").click().run()
    assert app.session_state[state.HISTORY].current.inputs[0].shape == (2,)


def test_an_epoch_is_estimated_before_it_is_measured(monkeypatch):
    monkeypatch.setattr(training_time, "cores", lambda: 2)
    card = card_of("digits")
    counts = part_counts(Settings(), card.train_examples, card.test_examples)
    # 1,350 examples three times and 150 once, by hand, and 14 steps.
    seconds = 1e9 * (3 * 1350 + 150) / 30e9 + 14 * 0.003
    assert training_time.estimate(10**9, counts, 100, 2) == pytest.approx(seconds)
    app = training(IRIS)
    assert "A few seconds per epoch on this machine, by a rough estimate." in said(app)
    monkeypatch.setattr(training_time, "estimate", lambda *_: 42.0)
    assert "About 40 seconds per epoch on this machine: a rough estimate from" in said(training(IRIS))


def test_an_epoch_is_said_to_take_as_long_as_it_took(monkeypatch):
    monkeypatch.setattr(training_time, "SHORT_SECONDS", 0)
    synthetic.finished(store(), MINE)
    assert "as fast as in its last run" not in said(training(IRIS))
    app = training(read_design(synthetic.DESIGN).document(), "digits")
    assert "on this machine: as fast as in its last run, 1," in said(app)
