"""Data sets brought to designs with several inputs and outputs, or of other kinds than images."""

from typing import NamedTuple

import numpy as np
import pytest

from blockwright.data.loading import DataSet, Part, load
from blockwright.data.prepare import prepare_design
from blockwright.recipe.settings import Settings
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.dataset_cards import card
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.features import DataSummary, Feature, class_target, number_target
from blockwright.tasks.feature_matching import match_inputs, match_outputs


class Entry(NamedTuple):
    id: str
    shape: tuple = (1,)
    dtype: str = "float32"


TICKETS = {"name": "tickets", "examples": 100}
TICKET_INPUTS = [Entry("title", (1,), "string"), Entry("body", (1,), "string"), Entry("tags", (12,))]
TICKET_OUTPUTS = {"priority": (1,), "department": (4,)}


def held(features, targets=()):
    return DataSummary(title="Mine", features=tuple(features), targets=tuple(targets))


def text(name):
    return Feature(name=name, kind="text", shape=(1,), dtype="string")


def vector(name, size, columns=()):
    return Feature(name=name, kind="vector", shape=(size,), columns=columns)


def test_tickets_go_into_three_inputs_and_two_outputs():
    dataset = load(TICKETS)
    prepared = prepare_design(dataset, TICKET_INPUTS, TICKET_OUTPUTS, settings=Settings(seed=3))
    for name, values in dataset.train.features.items():
        assert np.array_equal(prepared.inputs[name], values)
        assert np.array_equal(prepared.test_inputs[name], dataset.test.features[name])
    assert list(prepared.targets) == ["priority", "department"]
    assert np.array_equal(prepared.targets["department"], dataset.train.targets["department"])
    assert {name: task.kind for name, task in prepared.tasks.items()} == {
        "priority": "number",
        "department": "classes",
    }
    assert (len(prepared.train), len(prepared.validation), prepared.test_examples) == (90, 10, 20)
    assert sorted([*prepared.train, *prepared.validation]) == list(range(100))
    assert prepared.scales == {"title": 1.0, "body": 1.0, "tags": 1.0}
    assert prepared.notes[-1].startswith(
        'Of 100 training examples 90 train and 10 validate (split by seed 3, stratified by "department");'
    )


def test_names_come_before_order():
    shuffled = [Entry("body", (1,), "string"), Entry("tags", (12,)), Entry("title", (1,), "string")]
    outputs = {"department": (4,), "priority": (1,)}
    prepared = prepare_design(load(TICKETS), shuffled, outputs)
    assert {name: one.name for name, one in prepared.reads.items()} == {
        "body": "body",
        "tags": "tags",
        "title": "title",
    }
    assert {name: one.name for name, one in prepared.tasks.items()} == {
        "department": "department",
        "priority": "priority",
    }


@pytest.mark.parametrize(
    ("inputs", "reads"),
    [
        (
            [Entry("a", dtype="string"), Entry("b", dtype="string"), Entry("c", (12,))],
            ["title", "body", "tags"],
        ),
        (
            [Entry("c", (12,)), Entry("a", dtype="string"), Entry("b", dtype="string")],
            ["tags", "title", "body"],
        ),
        (
            [Entry("a", dtype="string"), Entry("title", dtype="string"), Entry("c", (12,))],
            ["body", "title", "tags"],
        ),
        ([Entry("only", (12,))], ["tags"]),
        ([Entry("body", dtype="string")], ["body"]),
    ],
)
def test_what_has_no_name_in_common_is_matched_in_order_by_kind(inputs, reads):
    matched = match_inputs(card("tickets"), inputs)
    assert [matched[one.id].source for one in inputs] == reads


def test_sizes_decide_where_names_do_not():
    matched = match_inputs(
        held([vector("long", 9), vector("short", 4)]), [Entry("a", (4,)), Entry("b", (9,))]
    )
    assert (matched["a"].source, matched["b"].source) == ("short", "long")


def test_an_input_may_be_a_single_column_of_a_table():
    dataset = load("iris")
    inputs = [Entry("petal_width"), Entry("sepal_length")]
    prepared = prepare_design(dataset, inputs, {"head": (3,)}, settings=Settings(scaling="none"))
    assert np.array_equal(prepared.inputs["petal_width"], dataset.x_train[:, 3:4])
    assert prepared.reads["sepal_length"].columns == ("sepal_length",)


@pytest.mark.parametrize(
    ("known", "inputs", "sentence"),
    [
        (
            card("tickets"),
            [Entry("words", dtype="string")],
            'The design\'s input "words" takes text, but "Support tickets" has "title" and "body" left for that. '
            "It holds title, body, tags: give every input the name of what it reads, and remove the rest.",
        ),
        (
            card("reviews"),
            [Entry("image", (28, 28, 1))],
            'input "image" takes numbers, but "Reviews" has no numbers',
        ),
        (
            card("iris"),
            [Entry("text", dtype="string")],
            'input "text" takes text, but "Iris" has no text left',
        ),
        (
            card("iris"),
            [Entry("a", (4,)), Entry("b", (4,))],
            'The design\'s inputs "a" and "b" take numbers, but "Iris" has "features" left for that.',
        ),
        (
            card("tickets"),
            [Entry("title", (8,))],
            'The input "title" takes numbers, but "title" holds text. Set the input\'s type to string',
        ),
        (
            held([vector("size", 2)]),
            [Entry("size", (1,), "string")],
            'The input "size" takes text, but "size" holds numbers. Set the input\'s type to float32',
        ),
        (card("reviews"), [Entry("text", (3,), "string")], "takes 3 texts per example, but"),
        (
            card("iris"),
            [Entry("features", (5,))],
            "The design reads 5 values, but the data holds vectors of 4.",
        ),
    ],
)
def test_inputs_that_have_nothing_to_read_are_refused_with_both_names(known, inputs, sentence):
    with pytest.raises(DataError) as refusal:
        match_inputs(known, inputs)
    assert sentence in str(refusal.value)


@pytest.mark.parametrize(
    ("outputs", "chosen", "tasks"),
    [
        ({"a": (1,), "b": (4,)}, {}, ["priority", "department"]),
        ({"a": (4,)}, {}, ["department"]),
        ({"a": (1,)}, {}, ["priority"]),
        ({"a": None, "department": None}, {}, ["priority", "department"]),
        ({"a": (1,), "b": (4,)}, {"a": "department"}, ["department", "priority"]),
        ({"a": (12,)}, {"a": "tags"}, ["tags"]),
    ],
)
def test_outputs_learn_what_is_chosen_named_or_left(outputs, chosen, tasks):
    matched = match_outputs(card("tickets"), outputs, chosen)
    assert [matched[one].name for one in outputs] == tasks


def test_a_single_target_is_learnt_by_every_output():
    matched = match_outputs(card("digits"), {"helper": (10,), "head": (10,)}, {})
    assert {name: one.name for name, one in matched.items()} == {"helper": "class", "head": "class"}


@pytest.mark.parametrize(
    ("outputs", "chosen", "sentence"),
    [
        (
            {"a": (7,)},
            {},
            'The design has the output "a", but "Support tickets" has the targets "priority" and "department".',
        ),
        (
            {"a": (1,), "b": (4,), "c": (2,)},
            {},
            'The design has the outputs "a", "b" and "c", but "Support tickets" has the targets "priority" and',
        ),
        (
            {"a": (1,)},
            {"a": "mood"},
            'The output "a" is to learn "mood", but in "Support tickets" that does not exist. '
            "Choose one of: priority, department, tags.",
        ),
        ({"a": (1,)}, {"a": "body"}, "that is text, which cannot be reconstructed"),
    ],
)
def test_outputs_without_a_target_are_refused_with_both_names(outputs, chosen, sentence):
    with pytest.raises(DataError) as refusal:
        match_outputs(card("tickets"), outputs, chosen)
    assert sentence in str(refusal.value)


def test_columns_are_standardized_by_the_examples_that_train_alone():
    dataset = load("wine")
    prepared = prepare_design(
        dataset, [Entry("features", (13,))], {"head": (3,)}, settings=Settings(validation_share=0.3)
    )
    x = prepared.inputs["features"]
    assert x.dtype == np.float32
    assert np.abs(x[prepared.train].mean(axis=0)).max() < 1e-5
    assert np.abs(x[prepared.train].std(axis=0) - 1).max() < 1e-4
    assert np.abs(x[prepared.validation].mean(axis=0)).max() > 0.01
    mean = dataset.x_train[prepared.train].astype(np.float64).mean(axis=0)
    spread = dataset.x_train[prepared.train].astype(np.float64).std(axis=0)
    assert np.allclose(prepared.test_inputs["features"], (dataset.x_test - mean) / spread, atol=1e-5)
    assert np.allclose(prepared.columns["features"].shift, mean)
    assert prepared.scales == {"features": 1.0}
    assert prepared.notes[0].startswith("Each column is standardized: its mean is subtracted")


@pytest.mark.parametrize(("scaling", "scaled"), [("auto", ("features",)), ("none", ())])
def test_columns_stay_as_they_are_where_the_design_or_the_settings_say_so(scaling, scaled):
    dataset = load("wine")
    prepared = prepare_design(
        dataset, [Entry("features", (13,))], {"head": (3,)}, settings=Settings(scaling=scaling), scaled=scaled
    )
    assert np.array_equal(prepared.inputs["features"], dataset.x_train)
    assert prepared.columns == {}


def test_the_unit_scale_brings_every_column_to_0_and_1():
    prepared = prepare_design(
        load("wine"), [Entry("features", (13,))], {"head": (3,)}, settings=Settings(scaling="unit")
    )
    x = prepared.inputs["features"][prepared.train]
    assert x.min(axis=0).tolist() == [0.0] * 13
    assert x.max(axis=0) == pytest.approx([1.0] * 13)


def test_a_column_that_never_changes_becomes_zero():
    x = np.column_stack([np.full(20, 1e6), np.arange(20)]).astype(np.float32)
    dataset = table(vector("features", 2, ("same", "other")), x)
    prepared = prepare_design(dataset, [Entry("features", (2,))], {"kind": (2,)})
    assert prepared.inputs["features"][:, 0].tolist() == [0.0] * 20


def table(feature, x, target=None, y=None):
    y = np.arange(len(x), dtype=np.int32) % 2 if y is None else y
    known = Card.model_validate(
        {
            "name": "upload",
            "title": "Mine",
            "summary": "-",
            "source": "-",
            "licence": "-",
            "train_examples": len(x),
            "test_examples": 4,
            "embedded": False,
            "features": (feature,),
            "targets": (target or class_target(("no", "yes"), "kind"),),
        }
    )
    name = known.targets[0].name
    return DataSet(known, Part({feature.name: x}, {name: y}), Part({feature.name: x[:4]}, {name: y[:4]}))


def test_a_number_is_split_at_random_and_keeps_its_unit():
    target = number_target("price", "EUR")
    y = np.arange(20, dtype=np.float32).reshape(-1, 1) * 1000
    dataset = table(vector("features", 2, ("a", "b")), np.ones((20, 2), np.float32), target, y)
    prepared = prepare_design(
        dataset, [Entry("features", (2,))], {"head": (1,)}, settings=Settings(validation_share=0.25)
    )
    assert np.array_equal(prepared.targets["head"], y)
    assert prepared.tasks["head"].unit == "EUR"
    assert (len(prepared.train), len(prepared.validation)) == (15, 5)
    assert prepared.notes[-1] == (
        "Of 20 training examples 15 train and 5 validate (split by seed 0, at random); 4 test."
    )
    assert prepared.tasks["head"].class_names == ()


def test_whole_numbers_go_unscaled_into_inputs_of_whole_numbers():
    x = np.arange(40, dtype=np.float32).reshape(20, 2)
    dataset = table(vector("codes", 2), x)
    prepared = prepare_design(dataset, [Entry("codes", (2,), "int32")], {"head": (2,)})
    assert prepared.inputs["codes"].dtype == np.int32
    assert prepared.inputs["codes"].tolist() == x.tolist()


@pytest.mark.parametrize(
    ("value", "sentence"),
    [(0.5, 'takes whole numbers (int32), but "codes" holds 0.5'), (1e10, "holds values from 1 to 1e+10")],
)
def test_other_numbers_do_not_go_into_inputs_of_whole_numbers(value, sentence):
    x = np.ones((20, 2), np.float32)
    x[3, 1] = value
    with pytest.raises(DataError) as refusal:
        prepare_design(table(vector("codes", 2), x), [Entry("codes", (2,), "int32")], {"head": (2,)})
    assert sentence in str(refusal.value)


@pytest.mark.parametrize("shape", [(28, 28, 1), (784,), None, (None, None, 1)])
def test_an_autoencoder_gives_back_what_its_input_reads(shape):
    prepared = prepare_design(
        load("digits"), [Entry("image", (28, 28, 1))], {"decoded": shape}, chosen={"decoded": "image"}
    )
    wanted = shape if shape == (784,) else (28, 28, 1)
    assert prepared.targets["decoded"].shape == (1500, *wanted)
    assert prepared.tasks["decoded"].kind == "reconstruction"
    assert prepared.tasks["decoded"].shape == wanted
    assert prepared.target_scales["decoded"] == prepared.scales["image"] == 1 / 255
    x, x_test = prepared.inputs["image"], prepared.test_inputs["image"]
    assert np.array_equal(prepared.targets["decoded"].reshape(x.shape), x)
    assert np.array_equal(prepared.test_targets["decoded"].reshape(x_test.shape), x_test)


def test_an_autoencoder_of_another_size_is_refused():
    with pytest.raises(DataError, match=r'"decoded" has the shape 7 x 7 x 1, but "image" has 28 x 28 x 1'):
        prepare_design(
            load("digits"), [Entry("image", (28, 28, 1))], {"decoded": (7, 7, 1)}, chosen={"decoded": "image"}
        )


def test_what_a_design_does_not_use_is_said():
    prepared = prepare_design(load(TICKETS), [Entry("tags", (12,))], {"priority": (1,)})
    assert prepared.notes[:2] == [
        "Not used by the design: title, body.",
        "Not learned by the design: department.",
    ]


def test_bytes_stay_whole_numbers_where_the_design_takes_whole_numbers():
    prepared = prepare_design(load("digits"), [Entry("image", (16, 16, 1), "int32")], {"head": (10,)})
    assert prepared.inputs["image"].dtype == np.int32
    assert prepared.inputs["image"].max() == 255
    assert prepared.scales == {"image": 1.0}
