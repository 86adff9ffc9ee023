"""Findings about words as numbers, and about networks whose ends are right without classes."""

import numpy as np
import pytest

from blockwright.design.edits import apply_edits
from blockwright.design.parse import read_design
from blockwright.design.presets import preset
from blockwright.network.describe import describe
from blockwright.network.model import build

COUNTED = {"output_mode": "multi_hot", "max_tokens": 50, "pad_to_max_tokens": True}


def design(*nodes, **more):
    return read_design(
        {
            "format": 1,
            "inputs": [{"id": "text", "shape": [1], "dtype": "string"}],
            "nodes": list(nodes),
            **more,
        }
    )


def findings(of, code):
    return [one for one in describe(of)["findings"] if one["code"] == code]


def words(**params):
    return {"id": "words", "block": "TextVectorization", "params": params}


HEAD = {"id": "head", "block": "Dense", "params": {"units": 2, "activation": "softmax"}}


def test_counted_words_before_a_dense_layer_ask_for_flatten():
    given = design(words(**COUNTED), HEAD)
    (finding,) = findings(given, "text-shape")
    assert (finding["node"], finding["severity"]) == ("words", "warning")
    assert finding["message"] == (
        '`TextVectorization` "words" outputs 50 values for each text when the network runs, but Keras counts them as '
        '1 x 50 when it builds it. Add Flatten after "words", and both are the same.'
    )
    mended = apply_edits(given, finding["fix"]["edits"])
    assert describe(mended)["findings"] == []
    network = build(design(words(**COUNTED, vocabulary=["a", "b"]), {"id": "flat", "block": "Flatten"}, HEAD))
    assert network(np.array([["a b"], ["c"]])).shape == (2, 2) == (2, *network.build_graph().output_shape[1:])


def test_a_layer_that_reads_the_dimension_that_is_not_there_is_an_error():
    given = design(words(**COUNTED), {"id": "lstm", "block": "LSTM", "params": {"units": 3}}, HEAD)
    (finding,) = findings(given, "text-shape")
    assert finding["severity"] == "error"
    assert '`LSTM` "lstm" is built for a shape that it never reads' in finding["message"]


def test_flatten_goes_before_all_that_read_counted_words():
    given = design(
        words(**COUNTED),
        {"id": "a", "block": "Dense", "params": {"units": 4}},
        {"id": "b", "block": "Dense", "params": {"units": 4}, "inputs": ["words"]},
        {"id": "sum", "block": "Add", "inputs": ["a", "b"]},
        HEAD,
        outputs=["head", "words"],
    )
    (finding,) = findings(given, "text-shape")
    mended = apply_edits(given, finding["fix"]["edits"])
    assert findings(mended, "text-shape") == []
    assert mended.outputs == ("head", "flatten1")


@pytest.mark.parametrize(
    "rest",
    [
        [{"id": "flat", "block": "Flatten"}, HEAD],
        [{"id": "flat", "block": "Reshape", "params": {"target_shape": [-1]}}, HEAD],
    ],
)
def test_flattened_words_are_fine(rest):
    assert findings(design(words(**COUNTED), *rest), "text-shape") == []


def embedding(room):
    return {"id": "embed", "block": "Embedding", "params": {"input_dim": room, "output_dim": 4}}


POOL = {"id": "pool", "block": "GlobalAveragePooling1D"}


@pytest.mark.parametrize(
    ("params", "room", "severity", "label"),
    [
        ({"max_tokens": 1000}, 100, "warning", "Set input_dim to 1,000"),
        ({}, 100, "warning", "Set max_tokens to 100"),
        ({"vocabulary": ["a", "b", "c"]}, 4, "error", "Set input_dim to 5"),
        ({"vocabulary": ["", "[UNK]", "a"]}, 2, "error", "Set input_dim to 3"),
    ],
)
def test_more_words_than_the_embedding_has_room_for(params, room, severity, label):
    given = design(words(**params, output_sequence_length=6), embedding(room), POOL, HEAD)
    (finding,) = findings(given, "tokens-beyond")
    assert (finding["node"], finding["severity"], finding["fix"]["label"]) == ("embed", severity, label)
    assert findings(apply_edits(given, finding["fix"]["edits"]), "tokens-beyond") == []


@pytest.mark.parametrize(
    ("params", "room"),
    [({"max_tokens": 100}, 100), ({"vocabulary": ["a", "b", "c"]}, 5), ({"max_tokens": 9}, 10)],
)
def test_words_that_fit_are_not_mentioned(params, room):
    given = design(words(**params, output_sequence_length=6), embedding(room), POOL, HEAD)
    assert findings(given, "tokens-beyond") == []


def test_categories_beyond_their_encoding_are_found():
    given = design(
        {"id": "look", "block": "StringLookup", "params": {"vocabulary": ["a", "b", "c"]}},
        {"id": "code", "block": "CategoryEncoding", "params": {"num_tokens": 3}},
        HEAD,
    )
    (finding,) = findings(given, "tokens-beyond")
    assert finding["message"] == (
        '`StringLookup` "look" numbers up to 4 values, but `CategoryEncoding` "code" has room for 3 (num_tokens), and '
        "leaves out those beyond. Set `num_tokens` to 4."
    )


@pytest.mark.parametrize("name", ["support_tickets", "autoencoder", "text_attention"])
def test_networks_that_are_right_have_no_findings(name):
    assert describe(preset(name).design)["findings"] == []
