"""Findings about what a design reads and gives, for data of several features and targets."""

import pytest

from blockwright.design.edits import apply_edits
from blockwright.network import describe
from blockwright.schema.data.dataset_cards import card
from tests.network.designs import node

TICKETS = card("tickets").brief()
IRIS = card("iris").brief()
DIABETES = card("diabetes").brief()
DIGITS = card("digits").brief()


def made(inputs, *nodes, outputs=None):
    document = {"format": 1, "name": "Net", "inputs": inputs, "nodes": list(nodes)}
    return document | ({"outputs": outputs} if outputs else {})


def entry(name, shape, dtype="float32"):
    return {"id": name, "shape": shape, "dtype": dtype}


def table(units, activation=None, size=4):
    params = {"units": units} | ({"activation": activation} if activation else {})
    return made([entry("features", [size])], node("Dense", "wide", units=8), node("Dense", "head", **params))


def two_heads(priority=1, department=4, first="sigmoid", names=("priority", "department")):
    return made(
        [entry("tags", [12])],
        node("Dense", "wide", units=8),
        {**node("Dense", names[0], units=priority, activation=first), "inputs": ["wide"]},
        {**node("Dense", names[1], units=department, activation="softmax"), "inputs": ["wide"]},
        outputs=list(names),
    )


def about(design, data):
    """Code, node, severity and message of every finding but notes."""
    found = describe(design, data)["findings"]
    return [
        (one["code"], one["node"], one["severity"], one["message"])
        for one in found
        if one["severity"] != "note"
    ]


@pytest.mark.parametrize(
    ("design", "data"),
    [
        (table(3, "softmax"), IRIS),
        (table(1, None, 10), DIABETES),
        (table(1, "relu", 10), DIABETES),
        (two_heads(), TICKETS),
        (two_heads(names=("a", "b")), TICKETS),
    ],
)
def test_a_design_that_suits_the_data_has_no_findings(design, data):
    assert about(design, data) == []


CASES = {
    "regression, many units": (
        table(3, None, 10),
        DIABETES,
        (
            "head-units",
            "head",
            "error",
            '`Dense` "head" outputs 3 values, but the target "progression" is one number. Set units=1.',
        ),
    ),
    "regression, softmax": (
        table(1, "softmax", 10),
        DIABETES,
        (
            "softmax-of-one",
            "head",
            "error",
            '`Dense` "head" has one unit with softmax, which always outputs 1. For "progression" remove its '
            "activation.",
        ),
    ),
    "classes": (
        table(4, "softmax"),
        IRIS,
        (
            "head-units",
            "head",
            "warning",
            '`Dense` "head" outputs 4 values, but the target "species" has 3 classes. Set units=3.',
        ),
    ),
    "one of two heads": (
        two_heads(department=3),
        TICKETS,
        (
            "head-units",
            "department",
            "error",
            '`Dense` "department" outputs 3 values, but the target "department" has 4 classes. Set units=4.',
        ),
    ),
    "the other head": (
        two_heads(priority=2),
        TICKETS,
        (
            "head-units",
            "priority",
            "error",
            '`Dense` "priority" outputs 2 values, but the target "priority" is one number. Set units=1.',
        ),
    ),
    "another size": (
        table(3, "softmax", 5),
        IRIS,
        (
            "input-kind",
            "features",
            "error",
            'Input "features": The design reads 5 values, but the data holds vectors of 4. '
            "Set the design's input to 4.",
        ),
    ),
    "numbers for text": (
        made(
            [entry("tags", [12]), entry("title", [1])],
            node("Concatenate", inputs=["tags", "title"]),
            node("Dense", "priority", units=1),
        ),
        TICKETS,
        (
            "input-kind",
            "title",
            "error",
            'The input "title" takes numbers, but "title" holds text. Set '
            "the input's type to string, or rename one of them.",
        ),
    ),
}


@pytest.mark.parametrize(("design", "data", "finding"), CASES.values(), ids=CASES)
def test_what_does_not_suit_is_said_at_its_place(design, data, finding):
    assert finding in about(design, data)


@pytest.mark.parametrize(
    "name", ["regression, many units", "regression, softmax", "one of two heads", "another size"]
)
def test_a_fix_mends_what_was_found(name):
    design, data, finding = CASES[name]
    found = next(one for one in describe(design, data)["findings"] if one["code"] == finding[0])
    assert finding not in about(apply_edits(design_of(design), found["fix"]["edits"]), data)


def design_of(document):
    from blockwright.design.parse import read_design

    return read_design(document)


def test_an_input_with_nothing_to_read_is_named_with_what_there_is():
    design = made(
        [entry("left", [4]), entry("right", [4])],
        node("Concatenate", inputs=["left", "right"]),
        node("Dense", "head", units=3, activation="softmax"),
    )
    code, place, severity, message = about(design, IRIS)[0]
    assert (code, place, severity) == ("input-data", "left", "error")
    assert message.startswith(
        'The design\'s inputs "left" and "right" take numbers, but "Iris" has "features" left'
    )


def test_outputs_whose_targets_cannot_be_told_apart_are_named():
    design = two_heads(priority=2, department=2, names=("a", "b"))
    three = design | {"outputs": ["a", "b", "wide"]}
    code, place, severity, message = about(three, TICKETS)[0]
    assert (code, place, severity) == ("output-data", "a", "error")
    assert message.startswith(
        'The design has the outputs "a", "b" and "wide", but "Support tickets" has the targets'
    )


def test_a_chosen_target_is_what_an_output_is_held_to():
    design = two_heads(priority=4, department=1, names=("a", "b"), first="softmax")
    data = TICKETS | {"chosen": {"a": "department", "b": "priority"}}
    codes = [one[:2] for one in about(design, data)]
    assert ("head-units", "a") not in codes
    assert ("head-units", "b") not in codes


def test_an_autoencoder_is_no_classifier_without_a_head():
    design = made(
        [entry("image", [8, 8, 1])],
        node("Conv2D", filters=4, kernel_size=3, padding="same"),
        node("Conv2D", "decoded", filters=1, kernel_size=3, padding="same", activation="sigmoid"),
    )
    assert about(design, DIGITS) == []
