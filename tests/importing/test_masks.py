"""Padding: after import the same layers pass over it as before, whatever was computed with operators between."""

import keras
import numpy as np
import pytest
from keras import layers, ops

from blockwright.importing import ImportProblem
from blockwright.network import build
from tests.importing.comparing import check_outputs, copy_weights, imported, shake

WORDS = np.array([[3, 5, 2, 0, 0, 0], [1, 0, 0, 0, 0, 0], [4, 4, 1, 2, 3, 6]], dtype="int32")

pytestmark = pytest.mark.filterwarnings("ignore:Layer .* does not support masking:UserWarning")


def embedded(mask_zero: bool = True):
    words = keras.Input((6,), dtype="int32", name="words")
    return words, layers.Embedding(7, 4, mask_zero=mask_zero, name="embedding")(words)


def attention(x):
    return layers.MultiHeadAttention(2, 3)(x, x)


READERS = {
    "lstm": lambda x: layers.LSTM(3)(x),
    "both_ways": lambda x: layers.Bidirectional(layers.GRU(2))(x),
    "pooling": lambda x: layers.GlobalAveragePooling1D()(x),
    "attention": attention,
}

OPERATIONS = {
    "sum": lambda x: x + x,
    "sum_and_number": lambda x: x * 2.0 + 0.5,
    "difference": lambda x: x - ops.flip(x, axis=1),
    "product": lambda x: x * ops.sigmoid(x),
    "quotient": lambda x: x / (ops.abs(x) + 1.0),
    "largest": lambda x: ops.maximum(x, ops.tanh(x)),
    "smallest": lambda x: ops.minimum(x, 0.1),
    "relu": ops.relu,
    "leaky": lambda x: ops.leaky_relu(x, 0.1),
    "elu": lambda x: ops.elu(x, 0.5),
    "softmax": ops.softmax,
    "softmax_of_steps": lambda x: ops.softmax(x, axis=1),
    "log_softmax": ops.log_softmax,
    "gelu": ops.gelu,
    "exact_gelu": lambda x: ops.gelu(x, approximate=False),
    "negative": lambda x: -x,
    "unit_length": lambda x: ops.normalize(x, axis=-1),
    "joined": lambda x: ops.concatenate([x, x], axis=-1),
    "one_after_the_other": lambda x: ops.concatenate([x, x], axis=1),
    "tiled": lambda x: ops.tile(x, (1, 2, 1)),
    "repeated": lambda x: ops.repeat(x, 2, axis=1),
    "padded": lambda x: ops.pad(x, [[0, 0], [1, 2], [0, 0]]),
    "turned": lambda x: ops.transpose(x, (0, 2, 1)),
    "in_another_shape": lambda x: ops.reshape(x, (-1, 3, 8)),
    "sliced": lambda x: x[:, :4],
    "whole_slice": lambda x: x[:, :],
    "split": lambda x: ops.split(x, 2, axis=1)[0],
    "clipped": lambda x: ops.clip(x, -0.01, 0.01),
    "square": ops.square,
    "power": lambda x: (ops.abs(x) + 1.0) ** 1.5,
    "square_root": lambda x: ops.sqrt(ops.abs(x) + 1.0),
    "without_the_mean": lambda x: x - ops.mean(x, axis=1, keepdims=True),
    "squeezed": lambda x: ops.squeeze(ops.expand_dims(x, 1), axis=1),
    "weighed": lambda x: ops.matmul(ops.softmax(ops.matmul(x, ops.transpose(x, (0, 2, 1)))), x),
}


GROUPS = [list(OPERATIONS)[start : start + 5] for start in range(0, len(OPERATIONS), 5)]


@pytest.mark.parametrize("names", GROUPS, ids=", ".join)
@pytest.mark.parametrize("reader", ["lstm", "pooling", "attention"])
def test_an_operation_ends_a_mask(names, reader):
    words, x = embedded()
    x = layers.Dropout(0.1, name="dropout")(layers.Dense(4, name="dense")(x))
    model = keras.Model(words, [READERS[reader](OPERATIONS[name](x)) for name in names])
    check_outputs(shake(model), WORDS)


@pytest.mark.parametrize("name", ["cast", "swapped", "moved"])
def test_an_operation_that_gives_the_same_tensor_leaves_its_mask(name):
    words, x = embedded()
    same = {
        "cast": lambda: ops.cast(x, "float32"),
        "swapped": lambda: ops.swapaxes(x, 1, 1),
        "moved": lambda: ops.moveaxis(x, 1, 1),
    }
    y = same[name]()
    got = check_outputs(shake(keras.Model(words, [READERS["lstm"](y), READERS["pooling"](y)])), WORDS)
    assert got.design.nodes[1].block == "Identity"


def test_layers_hand_a_mask_on():
    words, x = embedded()
    y = layers.Add(name="add")([layers.Activation("relu", name="relu")(x), x])
    y = layers.LayerNormalization(name="norm")(layers.Multiply(name="multiply")([y, y]))
    got = check_outputs(shake(keras.Model(words, [reader(y) for reader in READERS.values()])), WORDS)
    assert "DropMask" not in {node.block for node in got.design.nodes}


def test_a_mask_worked_out_behind_attention_by_dot_products():
    words, x = embedded()
    y = layers.Concatenate(name="both")([x, layers.Attention(name="attention")([x, x])])
    check_outputs(shake(keras.Model(words, READERS["pooling"](y))), WORDS)


def test_steps_masked_by_their_value():
    steps = keras.Input((5, 3), name="steps")
    x = layers.Masking(name="masking")(steps)
    values = np.random.default_rng(3).normal(size=(4, 5, 3)).astype("float32")
    values[:, 3:] = 0.0
    model = keras.Model(steps, [READERS["lstm"](x * 2.0), READERS["lstm"](x), READERS["both_ways"](x + 1.0)])
    check_outputs(shake(model), values)


@pytest.mark.parametrize("reader", ["lstm", "pooling", "attention"])
def test_attention_leaves_the_mask_to_those_who_read_the_same(reader):
    words, x = embedded()
    for number in range(2):
        attended = layers.MultiHeadAttention(2, 3, name=f"attention_{number}")(x, x)
        x = layers.LayerNormalization(name=f"norm_{number}")(layers.Add(name=f"add_{number}")([x, attended]))
    model = shake(keras.Model(words, READERS[reader](x)))
    got = check_outputs(model, WORDS)
    copy = build(got.design)
    copy_weights(model, copy, got)
    for way in (copy, copy.build_graph()):
        np.testing.assert_allclose(way.predict(WORDS, verbose=0), model(WORDS), rtol=1e-5, atol=1e-5)


def test_a_network_with_padding_and_attention_is_saved_and_loaded(tmp_path):
    words, x = embedded()
    x = layers.Add()([x, attention(x)])
    copy = build(imported(keras.Model(words, READERS["pooling"](x))).design)
    copy.save(tmp_path / "copy.keras")
    loaded = keras.models.load_model(tmp_path / "copy.keras")
    np.testing.assert_allclose(
        loaded.predict(WORDS, verbose=0), copy.predict(WORDS, verbose=0), rtol=1e-6, atol=1e-6
    )


def test_a_model_inside_ends_the_masks_that_come_from_outside():
    words, x = embedded()
    start = keras.Input((6, 4))
    y = ops.relu(start * 2.0) + start
    inside = keras.Model(start, [y, READERS["lstm"](y), READERS["lstm"](start)], name="inside")
    first, *rest = inside(x)
    model = keras.Model(words, [READERS["pooling"](first), *rest])
    got = check_outputs(shake(model), WORDS)
    blocks = [node.block for node in got.design.composites["Inside"].nodes]
    assert blocks.count("DropMask") == 1


def test_a_model_inside_that_is_called_without_a_mask_first_ends_one_later():
    words, x = embedded()
    plain = keras.Input((6, 4), name="plain")
    start = keras.Input((6, 4))
    inside = keras.Model(start, READERS["lstm"](start + 1.0), name="inside")
    model = keras.Model([plain, words], [inside(plain), inside(x)])
    check_outputs(shake(model), np.ones((3, 6, 4), "float32"), WORDS)


@pytest.mark.parametrize(
    ("mask_zero", "end"),
    [
        (False, lambda x: READERS["lstm"](x * 2.0 + x)),
        (True, lambda x: layers.Dense(2)(layers.Flatten()(x * 2.0 + x))),
        (True, lambda x: READERS["lstm"](ops.clip(x[:, 1:], 0, 1))),
        (True, lambda x: READERS["lstm"](layers.Add()([x, x]))),
    ],
    ids=["no mask", "nothing reads it", "blocks end it by themselves", "layers only"],
)
def test_no_block_is_put_in_where_no_mask_could_be_read(mask_zero, end):
    words, x = embedded(mask_zero)
    got = check_outputs(shake(keras.Model(words, end(x))), WORDS)
    assert "DropMask" not in {node.block for node in got.design.nodes}


def test_one_block_ends_a_mask_for_all_that_read_the_same():
    words, x = embedded()
    got = imported(keras.Model(words, READERS["lstm"](x * ops.sigmoid(x) + x * 2.0)))
    (dropped,) = [node for node in got.design.nodes if node.block == "DropMask"]
    assert dropped.id == "embedding_unmasked"


def test_a_sequence_that_is_given_keeps_no_mask_for_the_loss():
    words, x = embedded()
    got = imported(keras.Model(words, layers.Dense(3, name="tags")(x * 2.0)))
    assert [node.block for node in got.design.nodes] == ["Embedding", "DropMask", "Rescaling", "Dense"]


def test_a_mask_given_behind_an_operation_is_refused():
    words = keras.Input((6,), dtype="int32", name="words")
    embedding = layers.Embedding(7, 4, mask_zero=True, name="embedding")
    x = layers.LSTM(3, name="reader")(embedding(words) * 2.0, mask=embedding.compute_mask(words))
    with pytest.raises(ImportProblem, match="'reader' \\(LSTM\\): It is called with its own `mask`"):
        imported(keras.Model(words, x))
