import contextlib
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blockwright.design.parse import MAX_BYTES, read_design
from blockwright.schema.design import MAX_NODES
from blockwright.schema.findings import DesignError
from tests.design.designs import abc, graphs

SMALL = {
    "format": 1,
    "name": "Small",
    "inputs": [{"id": "image", "shape": [28, 28, 1]}],
    "nodes": [{"id": "head", "block": "Dense", "params": {"units": 10}}],
}


def refusal(source: object) -> list[tuple[str, str | None, str]]:
    with pytest.raises(DesignError) as caught:
        read_design(source)
    return [(finding.code, finding.node, finding.message) for finding in caught.value.findings]


def test_a_design_is_read_back_from_its_own_text():
    design = read_design(SMALL)
    assert read_design(design.text()) == design
    assert json.loads(design.text()) == SMALL


@given(graphs())
def test_any_design_survives_the_way_through_text(design):
    assert read_design(design.text()) == design


def test_left_out_keys_take_their_defaults():
    design = read_design({**SMALL, "nodes": [{"id": "a", "block": "ReLU"}]})
    assert (design.nodes[0].params, design.nodes[0].inputs, design.nodes[0].enabled) == ({}, None, True)
    assert design.outputs is None


def test_a_byte_order_mark_is_no_obstacle():
    assert read_design(b"\xef\xbb\xbf" + json.dumps(SMALL).encode()).name == "Small"


def test_every_problem_of_form_is_told_at_once_with_its_place():
    document = {
        "format": 1,
        "inputs": [{"id": "image", "shape": [0, "wide", True]}],
        "nodes": [{"id": "a", "block": 3, "colour": "red"}, {"block": "ReLU", "enabled": 1}],
        "author": "x",
    }
    assert refusal(document) == [
        ("form", None, "`inputs[0].shape[0]` must be at least 1. Received: 0."),
        ("form", None, '`inputs[0].shape[1]` must be a whole number. Received: "wide".'),
        ("form", None, "`inputs[0].shape[2]` must be a whole number. Received: true."),
        ("form", "a", "`nodes[0].block` must be text. Received: 3."),
        ("form", "a", "`nodes[0].colour` is not a key of the design format; remove it."),
        ("form", None, "`nodes[1].id` is missing."),
        ("form", None, "`nodes[1].enabled` must be true or false. Received: 1."),
        ("form", None, "`author` is not a key of the design format; remove it."),
    ]


@pytest.mark.parametrize(
    ("source", "code", "words"),
    [
        ("{", "not-json", "line 1, column 2"),
        ("", "not-json", "This is not valid JSON"),
        ('{"format": NaN}', "not-json", "NaN"),
        (b"\xff\xfe\x00", "not-json", "UTF-8"),
        ("[1]", "not-a-design", "a list"),
        ("3", "not-a-design", "a number"),
        ("{}", "not-a-design", '"format": 1'),
        ('{"format": 3}', "newer-format", "format 3; this one reads up to 1"),
        ('{"format": true}', "form", "`format` must be 1"),
        ("[" * 100_000, "too-deep", "deep"),
        ('{"format":1,"name":' + "[" * 40 + "]" * 40 + "}", "too-deep", "16 levels"),
        (" " * (MAX_BYTES + 1), "too-large", "2 MB"),
        ('{"format": 1, "inputs": [], "nodes": []}', "form", "at least 1 entry"),
        ('{"format": 1, "name": "' + "x" * 500 + '"}', "form", "at most 120 characters"),
        ("9" * 5000, "not-json", "This is not valid JSON"),
    ],
)
def test_what_is_no_design_is_refused_with_a_sentence(source, code, words):
    found = refusal(source)
    assert found[0][0] == code
    assert words in " ".join(message for _, _, message in found)


def test_too_many_nodes_are_refused():
    nodes = [{"id": f"n{number}", "block": "ReLU"} for number in range(MAX_NODES + 1)]
    assert refusal({**SMALL, "nodes": nodes})[0][2].startswith("`nodes` must have at most 2000 entries.")


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_nothing_but_a_design_error_comes_of_strange_json(value):
    for document in (
        value,
        {**SMALL, "nodes": value},
        {**SMALL, "inputs": value},
        {**SMALL, "outputs": value},
    ):
        with contextlib.suppress(DesignError):
            assert read_design(json.dumps(document)).inputs


def test_a_node_is_trainable_and_does_not_say_so():
    assert abc().node("b").trainable is True
    assert "trainable" not in abc().text()
