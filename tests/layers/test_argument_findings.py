"""What layers for sequences, text and tables cannot take, said in plain words and without Keras."""

import pytest

from blockwright.design.parse import read_design
from blockwright.inference.cost_estimator import measure
from blockwright.network import describe

S = (None, 7, 3)
CASES = {
    "no sequence": ("LSTM", {"units": 4}, [(None, 8)], "It reads sequences (steps, channels)."),
    "no volume": ("Conv3D", {"filters": 4, "kernel_size": 2}, [S], "It reads volumes"),
    "window too long": ("MaxPooling1D", {"pool_size": 8}, [S], "Its window covers 8 steps"),
    "gaps too long": (
        "Conv1D",
        {"filters": 2, "kernel_size": 3, "dilation_rate": 4},
        [S],
        "Its window covers 9 steps",
    ),
    "one state of two": (
        "LSTM",
        {"units": 4},
        [S, (None, 4)],
        "It has 2 initial states: connect a sequence and all of them",
    ),
    "state of another size": (
        "GRU",
        {"units": 4},
        [S, (None, 5)],
        "An initial state must have 4 values",
    ),
    "keys without values": (
        "MultiHeadAttention",
        {"num_heads": 1, "key_dim": 2},
        [S, (None, 5, 3), (None, 6, 3)],
        "There must be as many keys as values",
    ),
    "channels of attention": ("Attention", {}, [S, (None, 5, 4)], "both must have as many of them"),
    "no list to repeat": ("RepeatVector", {"n": 3}, [S], "It repeats a vector"),
    "dimensions": ("Permute", {"dims": [1, 3]}, [S], "`dims` must hold each of 1, 2 once"),
    "axis": (
        "LayerNormalization",
        {"axis": 3},
        [S],
        "`axis` must be 1 to 2, or -1 for the last; 0 is the batch.",
    ),
    "axis of the scale": ("RMSNormalization", {"axis": 1}, [S], "`axis` must name the last dimension"),
    "axis twice": ("Softmax", {"axis": [2, -1]}, [S], "`axis` must name each dimension once"),
    "groups": ("GroupNormalization", {"groups": 2}, [S], "`groups` must divide the 3 channels"),
    "slopes of open sizes": ("PReLU", {}, [(None, None, 3)], "share the open ones by `shared_axes`"),
    "noise": ("Dropout", {"rate": 0.5, "noise_shape": [None, 1]}, [S], "`noise_shape` must have 3 entries"),
    "scales": (
        "Rescaling",
        {"scale": [1.0, 2.0]},
        [S],
        "`scale` must be one number, or one for each channel.",
    ),
    "half of two": ("Normalization", {"mean": 1.0}, [S], "`mean` and `variance` belong together"),
    "means": (
        "Normalization",
        {"mean": [1.0, 2.0], "variance": [1.0, 2.0]},
        [S],
        "must hold 3 numbers, one for each position along its axis. Received: 2.",
    ),
    "means of pixels": (
        "Normalization",
        {"axis": [1, 2, 3], "mean": 0.0, "variance": 1.0},
        [(None, 4096, 4096, 3)],
        "It would keep 50,331,648 means",
    ),
    "crop": ("Cropping1D", {"cropping": [4, 3]}, [S], "It would cut off everything"),
    "borders": (
        "ZeroPadding2D",
        {"padding": [1, 2, 3]},
        [(None, 4, 4, 1)],
        "`padding` must be one number, a pair",
    ),
    "output padding": (
        "Conv1DTranspose",
        {"filters": 2, "kernel_size": 4, "strides": 2, "padding": "same", "output_padding": 0},
        [S],
        "`output_padding` must be less than the strides, and at least 1 where the kernel size is even",
    ),
    "sizes of a dot": ("Dot", {"axes": -1}, [S, (None, 4)], "they have 3 and 4"),
    "ranges twice": (
        "Discretization",
        {"num_bins": 3, "bin_boundaries": [1.0]},
        [(None, 3)],
        "It takes either `num_bins`",
    ),
    "falling ranges": (
        "Discretization",
        {"num_bins": None, "bin_boundaries": [1.0, 0.5]},
        [(None, 3)],
        "`bin_boundaries` must rise",
    ),
}
TEXT = {
    "two texts": ("TextVectorization", {}, (None, 2), "It reads one text for each example"),
    "open width": (
        "TextVectorization",
        {"output_mode": "multi_hot"},
        (None, 1),
        "set `max_tokens` and `pad_to_max_tokens`",
    ),
    "length of a bag": (
        "TextVectorization",
        {"output_mode": "count", "output_sequence_length": 5},
        (None, 1),
        '`output_sequence_length` goes with `output_mode` "int" only.',
    ),
    "words twice": ("TextVectorization", {"vocabulary": ["a", "a"]}, (None, 1), "must name each value once"),
    "reserved word": ("StringLookup", {"vocabulary": ["a", "[UNK]"]}, (None, 1), "must not hold '[UNK]'"),
    "more than room": (
        "StringLookup",
        {"vocabulary": ["a", "b", "c"], "max_tokens": 3},
        (None, 1),
        "holds 3 values, more than `max_tokens` leaves room for. Received: 3.",
    ),
    "several values": (
        "Hashing",
        {"num_bins": 4, "output_mode": "one_hot"},
        (None, 3),
        'for several use "multi_hot"',
    ),
    "half a salt": ("Hashing", {"num_bins": 4, "salt": [1]}, (None, 1), "must be one whole number or two"),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_what_cannot_work_is_said(case):
    block, params, shapes, sentence = case
    found = measure(block, params, shapes, ["float32"] * len(shapes))
    assert sentence in str(found)
    assert str(found)[-1] == "." or "Received" in str(found)


@pytest.mark.parametrize("case", TEXT.values(), ids=TEXT.keys())
def test_what_cannot_be_done_with_text_is_said(case):
    block, params, shape, sentence = case
    assert sentence in str(measure(block, params, [shape], ["string"]))


def finding(dtype, shape, block, **params):
    made = read_design(
        {
            "format": 1,
            "name": "Wrong",
            "inputs": [{"id": "it", "shape": shape, "dtype": dtype}],
            "nodes": [{"id": "node", "block": block, "params": params}],
        }
    )
    (error,) = [one for one in describe(made)["findings"] if one["severity"] == "error"]
    return error


def test_text_where_numbers_were_wanted_gets_a_vectorization_offered():
    error = finding("string", [1], "Embedding", input_dim=10, output_dim=4)
    assert error["code"] == "needs-numbers"
    assert '"it" outputs text (string). Add TextVectorization before it' in error["message"]
    assert error["fix"]["label"] == "Insert TextVectorization"
    assert error["fix"]["output_shape"] == [None, None, 4]


def test_numbers_where_text_was_wanted():
    error = finding("float32", [1], "TextVectorization")
    assert (error["code"], error["fix"]) == ("needs-text", None)
    assert error["message"] == (
        '`TextVectorization` "node" reads text, but "it" outputs fractions (float32). Connect an input of text.'
    )


def test_a_list_where_a_sequence_was_wanted_is_reshaped():
    error = finding("float32", [12], "LSTM", units=3)
    assert error["code"] == "unsuitable"
    assert error["message"] == (
        '`LSTM` "node" cannot take the output of "it", 12 values. It reads sequences (steps, channels).'
    )
    assert error["fix"]["label"] == "Reshape to 12 x 1"


def test_an_argument_that_does_not_fit_can_go_back_to_its_default():
    error = finding("float32", [4, 3], "LayerNormalization", axis=4)
    assert error["fix"]["label"] == "Use the default of axis"
