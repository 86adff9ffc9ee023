import numpy as np
import pytest
import tensorflow as tf

from blockwright.inference.catalog import catalog, make_layer
from blockwright.inference.layer_call import call_arguments, call_layer, constructor_params, result_count

KINDS = catalog().blocks


@pytest.mark.parametrize(
    ("block", "params", "reads", "args", "kwargs"),
    [
        ("Dense", {}, ["x"], ["x"], {}),
        ("Add", {}, ["x"], [["x"]], {}),
        ("Subtract", {}, ["x", "y"], [["x", "y"]], {}),
        ("MultiHeadAttention", {}, ["x"], ["x", "x"], {}),
        ("MultiHeadAttention", {}, ["q", "v", "k"], ["q", "v", "k"], {}),
        ("MultiHeadAttention", {"use_causal_mask": True}, ["x"], ["x", "x"], {"use_causal_mask": True}),
        ("MultiHeadAttention", {"use_causal_mask": False}, ["x"], ["x", "x"], {}),
        ("Attention", {"use_causal_mask": True}, ["x"], [["x", "x"]], {"use_causal_mask": True}),
        ("AdditiveAttention", {}, ["q", "v", "k"], [["q", "v", "k"]], {}),
        ("LSTM", {}, ["x"], ["x"], {}),
        ("LSTM", {}, ["x", "h", "c"], ["x"], {"initial_state": ["h", "c"]}),
        ("GRU", {}, ["x", "h"], ["x"], {"initial_state": "h"}),
        ("ConvBlock", {}, ["x"], ["x"], {}),
    ],
)
def test_how_a_layer_is_called(block, params, reads, args, kwargs):
    assert call_arguments(KINDS[block], params, reads) == (args, kwargs)


def test_arguments_of_the_call_do_not_go_to_the_constructor():
    params = {"num_heads": 2, "use_causal_mask": True}
    assert constructor_params("MultiHeadAttention", params) == {"num_heads": 2}
    assert constructor_params("Dense", {"units": 3}) == {"units": 3}


@pytest.mark.parametrize(
    ("block", "params", "count"),
    [
        ("Dense", {}, 1),
        ("LSTM", {}, 1),
        ("LSTM", {"return_state": True}, 3),
        ("GRU", {"return_state": True}, 2),
        ("Bidirectional", {"return_state": True}, 5),
        ("Bidirectional", {"return_state": True, "layer": "GRU"}, 3),
    ],
)
def test_how_many_results_a_layer_gives(block, params, count):
    assert result_count(KINDS[block], params) == count


@pytest.mark.parametrize(
    ("block", "given", "what"),
    [
        ("TextVectorization", [["a"]], "vocabulary"),
        ("StringLookup", [["a"]], "vocabulary"),
        ("IntegerLookup", np.array([[1]]), "vocabulary"),
        ("Discretization", np.array([[1.0]]), "list of boundaries"),
    ],
)
def test_a_layer_that_has_not_learned_says_so(block, given, what):
    layer = make_layer(block, catalog().starting_params(block), name="words")
    with pytest.raises(ValueError, match=f'`{block}` "words" has learned nothing yet') as caught:
        call_layer(layer, KINDS[block], {}, [tf.constant(given)])
    assert str(caught.value).endswith(f"Train the network, or give this layer a {what}.")
    layer.adapt(np.array(given))
    assert call_layer(layer, KINDS[block], {}, [tf.constant(given)]).shape == (1, 1)


def test_normalization_begins_with_mean_0_and_variance_1():
    given = tf.constant([[3.0, -2.0]])
    result = call_layer(make_layer("Normalization", {}), KINDS["Normalization"], {}, [given])
    np.testing.assert_allclose(result, given, rtol=1e-6)
