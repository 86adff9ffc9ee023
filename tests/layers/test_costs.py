"""Multiply-adds of the layers for sequences, worked out by hand."""

import pytest

from blockwright.inference.cost_estimator import measure

SEQUENCE = (None, 7, 3)
CASES = {
    # steps * units * (features + units), once for each gate
    "SimpleRNN": ("SimpleRNN", {"units": 5}, [SEQUENCE], 7 * 5 * (3 + 5)),
    "GRU": ("GRU", {"units": 5}, [SEQUENCE], 3 * 7 * 5 * (3 + 5)),
    "LSTM": ("LSTM", {"units": 5}, [SEQUENCE], 4 * 7 * 5 * (3 + 5)),
    "LSTM in both directions": ("Bidirectional", {"units": 5}, [SEQUENCE], 2 * 4 * 7 * 5 * (3 + 5)),
    # steps * kernel size * channels * filters
    "Conv1D": ("Conv1D", {"filters": 4, "kernel_size": 2}, [SEQUENCE], 6 * 2 * 3 * 4),
    "Conv1D in groups": ("Conv1D", {"filters": 6, "kernel_size": 2, "groups": 3}, [SEQUENCE], 6 * 2 * 1 * 6),
    "DepthwiseConv1D": ("DepthwiseConv1D", {"kernel_size": 2}, [SEQUENCE], 6 * 2 * 3),
    "SeparableConv1D": ("SeparableConv1D", {"filters": 4, "kernel_size": 2}, [SEQUENCE], 6 * 3 * (2 + 4)),
    "Conv1DTranspose": ("Conv1DTranspose", {"filters": 4, "kernel_size": 2}, [SEQUENCE], 7 * 3 * 2 * 4),
    "Conv3D": ("Conv3D", {"filters": 4, "kernel_size": 2}, [(None, 3, 3, 3, 2)], 8 * 8 * 2 * 4),
    # query, key and value, scores and what they weigh, and the way back: 2 heads of 4
    "self-attention": (
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 4},
        [SEQUENCE],
        3 * (7 * 3 * 8) + 2 * (7 * 7 * 8) + 7 * 8 * 3,
    ),
    "attention to another": (
        "MultiHeadAttention",
        {"num_heads": 2, "key_dim": 4, "value_dim": 5},
        [SEQUENCE, (None, 9, 6)],
        7 * 3 * 8 + 9 * 6 * 8 + 9 * 6 * 10 + 7 * 9 * (8 + 10) + 7 * 10 * 3,
    ),
    "Attention": ("Attention", {}, [SEQUENCE, (None, 9, 3)], 7 * 9 * (3 + 3)),
    "Attention by sums": ("Attention", {"score_mode": "concat"}, [SEQUENCE, (None, 9, 3)], 7 * 9 * 3),
    "AdditiveAttention": ("AdditiveAttention", {}, [SEQUENCE, (None, 9, 3)], 7 * 9 * (3 + 3)),
    "Dot of lists": ("Dot", {"axes": -1}, [(None, 8), (None, 8)], 8),
    "Dot of sequences": ("Dot", {"axes": [2, 2]}, [SEQUENCE, (None, 9, 3)], 7 * 9 * 3),
    "LSTM of open length": ("LSTM", {"units": 5}, [(None, None, 3)], None),
    "PReLU": ("PReLU", {}, [SEQUENCE], 0),
    "LayerNormalization": ("LayerNormalization", {"axis": [1, 2]}, [SEQUENCE], 0),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_multiply_adds(case):
    block, params, shapes, macs = case
    assert measure(block, params, shapes, ["float32"] * len(shapes)).macs == macs


def test_looking_up_an_embedding_multiplies_nothing():
    cost = measure("Embedding", {"input_dim": 1000, "output_dim": 16}, [(None, 20)], ["int32"])
    assert (cost.macs, cost.params, cost.shape) == (0, 16_000, (None, 20, 16))
