"""Whatever a file holds, importing it gives a design or a refusal in sentences."""

import json
from functools import cache
from typing import Any

import keras
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras import layers

from blockwright.importing import ImportProblem, import_model
from blockwright.network import describe

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 5),
    st.sampled_from(
        [10**40, -1.5, 0.5, 1e308, "", "x", "relu", "dense", "inner", "Lambda", "é\u202e\x00", "a/1"]
    ),
)
_ANY = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(
            st.sampled_from(
                ["class_name", "config", "name", "args", "kwargs", "module", "layers", "keras_history"]
            ),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=6,
)


@cache
def _texts() -> tuple[str, ...]:
    start = keras.Input((6, 6, 3), name="image")
    inner_in = keras.Input((4,), name="x")
    inner = keras.Model(inner_in, layers.Dense(4, name="d")(inner_in), name="inner")
    x = layers.Conv2D(4, 3, name="conv")(start)
    x = layers.GlobalAveragePooling2D(name="pool")(layers.BatchNormalization(axis=3, name="norm")(x))
    dense = layers.Dense(4, activation="relu", name="dense")
    functional = keras.Model(start, [inner(dense(x)) + dense(inner(x)) * 0.5, x])
    tokens = keras.Input((5,), dtype="int32", name="tokens")
    y = layers.Embedding(7, 4, mask_zero=True, name="embedding")(tokens)
    y = layers.Bidirectional(layers.GRU(3, return_sequences=True), name="both")(y)
    text = keras.Model(tokens, layers.MultiHeadAttention(2, 3, name="look")(y, y))
    old = {
        "class_name": "Functional",
        "keras_version": "2.15.0",
        "config": {
            "name": "old",
            "layers": [
                {
                    "class_name": "InputLayer",
                    "name": "x",
                    "config": {"batch_input_shape": [None, 4]},
                    "inbound_nodes": [],
                },
                {
                    "class_name": "Dense",
                    "name": "d",
                    "config": {"units": 4},
                    "inbound_nodes": [[["x", 0, 0, {}]], [["d", 0, 0, {}]]],
                },
                {
                    "class_name": "TFOpLambda",
                    "name": "f",
                    "config": {"function": "math.multiply"},
                    "inbound_nodes": [["d", 1, 0, {"y": 2.0}]],
                },
            ],
            "input_layers": [["x", 0, 0]],
            "output_layers": [["f", 0, 0]],
        },
    }
    return functional.to_json(), text.to_json(), json.dumps(old)


def _places(value: Any, places: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every spot in a document that something else can be put in."""
    entries = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for key, inner in entries:
        places.append((value, key))
        _places(inner, places)
    return places


def _import(text: str | bytes) -> None:
    findings = []
    try:
        describe(import_model(text).design)
    except ImportProblem as problem:
        findings = problem.findings
    assert all(0 < len(finding.message) < 1500 for finding in findings)


@pytest.mark.slow
@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(data=st.data())
def test_spoilt_models_give_a_design_or_sentences(data):
    document = json.loads(data.draw(st.sampled_from(_texts())))
    for _ in range(data.draw(st.integers(1, 3))):
        places = _places(document, [])
        holder, key = places[data.draw(st.integers(0, len(places) - 1))]
        change = data.draw(st.sampled_from(["replace", "replace", "remove", "copy", "swap"]))
        if change == "replace":
            holder[key] = data.draw(_ANY)
        elif change == "remove":
            del holder[key]
        elif change == "copy" and isinstance(holder, list):
            holder.append(json.loads(json.dumps(holder[key])))
        else:
            other, other_key = places[data.draw(st.integers(0, len(places) - 1))]
            holder[key] = json.loads(json.dumps(other[other_key]))
    _import(json.dumps(document))


@settings(max_examples=150, deadline=None, derandomize=True)
@given(text=st.one_of(st.text(max_size=200), st.binary(max_size=200), _ANY.map(json.dumps)))
def test_any_text_or_bytes_give_sentences(text):
    _import(text)
