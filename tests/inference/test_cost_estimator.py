"""Every declared layer: what is measured is what Keras builds and what comes out when it runs."""

import math
import random

import keras
import pytest
from keras import tree

from blocks._shapes import without_weights
from blockwright.inference.catalog import catalog, make_layer
from blockwright.inference.cost_estimator import ShapeError, measure
from blockwright.inference.layer_call import call_layer, result_count
from blockwright.layers import SPECS
from tests.layers.layer_inputs import VOCABULARY, suitable, values
from tests.network.test_any_design import any_value, fits

KINDS = catalog().blocks
every_layer = pytest.mark.parametrize("name", SPECS)


def built(name, params, shapes, dtypes):
    """Shapes, data types and counts of the layer as Keras builds it, without weights."""
    layer = make_layer(name, params)
    with without_weights():
        tensors = [keras.Input(shape[1:], dtype=dtype) for shape, dtype in zip(shapes, dtypes, strict=True)]
        results = tree.flatten(call_layer(layer, KINDS[name], params, tensors))
    counts = [
        sum(math.prod(one.shape) for one in group) for group in (layer.weights, layer.trainable_weights)
    ]
    return tuple(tuple(one.shape) for one in results), results[0].dtype, *counts


def measured(name, params, shapes, dtypes):
    cost = measure(name, params, shapes, dtypes)
    return cost.shapes, cost.dtype, cost.params, cost.trainable_params


def _bag_of_words(name, params):
    """Keras says 1 x words of these, and gives the words without the 1; see the card."""
    return name == "TextVectorization" and params.get("output_mode", "int") != "int"


@every_layer
def test_a_layer_as_it_is_placed_is_measured_as_keras_builds_it(name):
    params = {**catalog().starting_params(name), **VOCABULARY.get(name, {})}
    given = suitable(KINDS[name])
    assert measured(name, params, *given) == built(name, params, *given)


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
@every_layer
def test_a_layer_with_any_arguments_gives_what_was_measured(name):
    kind = KINDS[name]
    works = 0
    for seed in range(8):
        chance = random.Random(f"{name} {seed}")
        shapes, dtypes = suitable(kind)
        params = {
            one.name: any_value(chance, one) for one in kind.params if one.required or chance.random() < 0.2
        }
        params.update(VOCABULARY.get(name, {}))
        found = measure(name, params, shapes, dtypes)
        if isinstance(found, ShapeError) or _bag_of_words(name, params):
            continue
        layer = make_layer(name, params)
        results = tree.flatten(call_layer(layer, kind, params, values(shapes, dtypes, tokens=1)))
        assert layer.count_params() == found.params
        assert len(results) == len(found.shapes) == result_count(kind, params)
        assert all(fits(one.shape, list(shape)) for one, shape in zip(results, found.shapes, strict=True))
        works += 1
    assert works or name in ("Permute", "Dot", "Reshape")


def test_a_bag_of_words_behind_flatten_has_the_shape_that_was_measured():
    params = {
        "output_mode": "count",
        "max_tokens": 9,
        "pad_to_max_tokens": True,
        **VOCABULARY["TextVectorization"],
    }
    found = measure("TextVectorization", params, *suitable(KINDS["TextVectorization"]))
    assert found.shape == (None, 1, 9)
    flat = measure("Flatten", {}, [found.shape], [found.dtype])
    words = make_layer("TextVectorization", params)(values(*suitable(KINDS["TextVectorization"]))[0])
    assert make_layer("Flatten", {})(words).shape == (2, 9)
    assert flat.shape == (None, 9)


@every_layer
def test_a_layer_runs_in_short_numbers(name):
    kind = KINDS[name]
    params = {**catalog().starting_params(name), **VOCABULARY.get(name, {})}
    shapes, dtypes = suitable(kind)
    layer = make_layer(name, params, dtype="mixed_bfloat16")
    result = tree.flatten(call_layer(layer, kind, params, values(shapes, dtypes, tokens=1)))[0]
    assert keras.backend.standardize_dtype(result.dtype) in ("bfloat16", "int64", "int32", "float32")


@pytest.mark.parametrize(
    ("name", "states"), [("LSTM", 2), ("GRU", 1), ("SimpleRNN", 1), ("Bidirectional", None)]
)
@pytest.mark.parametrize("return_sequences", [True, False])
def test_recurrent_layers_give_their_states(name, states, return_sequences):
    params = {"units": 5, "return_state": True, "return_sequences": return_sequences}
    given = [(None, 7, 3)], ["float32"]
    found = measured(name, params, *given)
    assert found == built(name, params, *given)
    assert len(found[0]) == result_count(KINDS[name], params) == (5 if states is None else 1 + states)
    width = 10 if states is None else 5
    assert found[0][0] == ((None, 7, width) if return_sequences else (None, width))


@pytest.mark.parametrize(("name", "states"), [("LSTM", 2), ("GRU", 1), ("SimpleRNN", 1)])
def test_recurrent_layers_begin_with_the_states_they_are_given(name, states):
    params = {"units": 5}
    shapes, dtypes = [(None, 7, 3), *[(None, 5)] * states], ["float32"] * (1 + states)
    assert measured(name, params, shapes, dtypes) == built(name, params, shapes, dtypes)
    layer = make_layer(name, params)
    first, *rest = values(shapes, dtypes)
    zero = [one * 0 for one in rest]
    with_states = call_layer(layer, KINDS[name], params, [first, *rest])
    assert not keras.ops.all(with_states == call_layer(layer, KINDS[name], params, [first]))
    assert keras.ops.all(
        call_layer(layer, KINDS[name], params, [first, *zero])
        == call_layer(layer, KINDS[name], params, [first])
    )


@pytest.mark.parametrize("name", ["MultiHeadAttention", "Attention", "AdditiveAttention"])
@pytest.mark.parametrize("count", [1, 2, 3])
def test_attention_reads_one_to_three_nodes(name, count):
    params = catalog().starting_params(name)
    shapes = [(None, 7, 6), (None, 4, 6), (None, 4, 6)][:count]
    assert measured(name, params, shapes, ["float32"] * count) == built(
        name, params, shapes, ["float32"] * count
    )


def test_a_causal_mask_hides_later_steps():
    params = {"num_heads": 2, "key_dim": 4, "use_causal_mask": True}
    layer = make_layer("MultiHeadAttention", params)
    kind = KINDS["MultiHeadAttention"]
    (sequence,) = values([(None, 6, 3)], ["float32"])
    whole = call_layer(layer, kind, params, [sequence])
    start = call_layer(layer, kind, params, [sequence[:, :3]])
    assert keras.ops.all(keras.ops.isclose(whole[:, :3], start, atol=1e-5))


def test_a_mask_from_an_embedding_reaches_the_layers_behind_it():
    tokens = keras.ops.convert_to_tensor([[3, 2, 0, 0]])
    embedding = make_layer("Embedding", {"input_dim": 5, "output_dim": 4, "mask_zero": True})
    pooling = make_layer("GlobalAveragePooling1D", {})
    pooled = pooling(embedding(tokens))
    assert keras.ops.all(keras.ops.isclose(pooled, pooling(embedding(tokens[:, :2])), atol=1e-6))


def test_bidirectional_takes_the_arguments_of_its_layer():
    layer = make_layer(
        "Bidirectional", {"units": 3, "layer": "GRU", "reset_after": False, "merge_mode": "sum"}
    )
    assert layer.merge_mode == "sum"
    inner = layer.forward_layer
    assert (type(inner), inner.units, inner.reset_after) == (keras.layers.GRU, 3, False)
    assert layer.backward_layer.go_backwards


@pytest.mark.parametrize(
    ("name", "params", "shape", "dtype", "count"),
    [
        (
            "Embedding",
            {"input_dim": 10_000_000, "output_dim": 65_536},
            (None, 100_000),
            "int32",
            655_360_000_000,
        ),
        ("PReLU", {}, (None, 4096, 4096, 512), "float32", 8_589_934_592),
        ("Conv1D", {"filters": 4096, "kernel_size": 4096}, (None, 100_000, 65_536), "float32", 2**40 + 4096),
        ("RepeatVector", {"n": 100_000}, (None, 100_000), "float32", 0),
    ],
)
def test_layers_that_no_machine_holds_are_measured(name, params, shape, dtype, count):
    assert measure(name, params, [shape], [dtype]).params == count
