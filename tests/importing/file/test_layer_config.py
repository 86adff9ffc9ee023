"""What becomes of the arguments of layers: carried, dropped as Keras's default, or told in a note."""

import json

import keras
import numpy as np
import pytest
from keras import layers

from blockwright.importing import ImportProblem, import_model
from tests.importing.comparing import check_outputs, imported, model_of, shake


def numbers(*shape: int) -> np.ndarray:
    return np.random.default_rng(5).normal(size=shape).astype("float32")


IMAGES = [
    layers.Conv2D(4, (3, 5), strides=2, padding="same", dilation_rate=1, activation="gelu", use_bias=False),
    layers.Conv2D(6, 3, groups=3, dilation_rate=(2, 2)),
    layers.SeparableConv2D(4, 3, depth_multiplier=2, activation="silu"),
    layers.DepthwiseConv2D(3, padding="same", strides=2),
    layers.Conv2DTranspose(4, 3, strides=2, padding="same"),
    layers.ZeroPadding2D(((0, 1), (2, 3))),
    layers.ZeroPadding2D((1, 2)),
    layers.Cropping2D(((1, 0), (0, 2))),
    layers.UpSampling2D(2, interpolation="bilinear"),
    layers.MaxPooling2D((2, 3), strides=1, padding="same"),
    layers.AveragePooling2D(3, strides=(1, 1)),
    layers.GlobalMaxPooling2D(keepdims=True),
    layers.BatchNormalization(momentum=0.9, epsilon=1e-5, scale=False),
    layers.LayerNormalization(epsilon=1e-6, center=False),
    layers.LayerNormalization(axis=(1, 2, 3)),
    layers.GroupNormalization(3),
    layers.ReLU(max_value=6.0, negative_slope=0.1),
    layers.LeakyReLU(0.2),
    layers.PReLU(shared_axes=[1, 2]),
    layers.ELU(),
    layers.Softmax(),
    layers.Activation("hard_silu"),
    layers.Rescaling(1 / 127.5, offset=-1),
    layers.Rescaling([0.1, 0.2, 0.3], offset=[1.0, 2.0, 3.0]),
    layers.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 2.0, 3.0]),
    layers.Dropout(0.3),
    layers.SpatialDropout2D(0.3),
    layers.Permute((3, 1, 2)),
    layers.Reshape((6, -1)),
    layers.TimeDistributed(layers.Dense(4, activation="relu")),
    layers.Identity(),
]
SEQUENCES = [
    layers.Conv1D(4, 3, padding="same", strides=2),
    layers.MaxPooling1D(2),
    layers.GlobalAveragePooling1D(),
    layers.LSTM(4, return_sequences=True, go_backwards=True),
    layers.LSTM(4, recurrent_activation="hard_sigmoid", unit_forget_bias=False),
    layers.GRU(4, reset_after=False),
    layers.SimpleRNN(3, activation="relu"),
    layers.Bidirectional(layers.LSTM(3, return_sequences=True), merge_mode="sum"),
    layers.Bidirectional(layers.GRU(3, dropout=0.1)),
    layers.Masking(0.5),
    layers.ZeroPadding1D((1, 2)),
]


def _named(layer: keras.layers.Layer) -> str:
    return type(layer).__name__


@pytest.mark.parametrize("layer", IMAGES, ids=_named)
def test_layers_of_images_give_the_same_after_import(layer):
    check_outputs(shake(model_of(layer, 6, 6, 3)), numbers(2, 6, 6, 3))


@pytest.mark.parametrize("layer", SEQUENCES, ids=_named)
def test_layers_of_sequences_give_the_same_after_import(layer):
    check_outputs(shake(model_of(layer, 6, 3)), numbers(2, 6, 3))


def test_every_layer_of_the_catalog_that_keras_makes_by_its_defaults_comes_back():
    from blockwright.inference.catalog import catalog, make_layer

    started = {"Bidirectional", "RepeatVector", "Embedding"}
    wrong = []
    for name, block in catalog().blocks.items():
        if block.origin != "keras" or name in started or (block.max_inputs or 2) > 1:
            continue
        layer = make_layer(name, {**block.defaults()}, name="it")
        entry = keras.saving.serialize_keras_object(layer)
        first = {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [None, 8]}}
        text = json.dumps({"class_name": "Sequential", "config": {"layers": [first, entry]}}, default=list)
        (node,) = import_model(text).design.nodes
        needed = {param.name: param.default for param in block.params if param.required}
        plain = json.loads(json.dumps(needed))
        if node.block != name or {key: node.params.get(key) for key in plain} != plain:
            wrong.append((name, node))
        if set(node.params) - set(plain):
            wrong.append((name, node.params))
    assert wrong == []


def test_whole_numbers_through_an_embedding_with_masks():
    tokens = keras.Input((5,), dtype="int32", name="tokens")
    embedded = layers.Embedding(10, 4, mask_zero=True, name="embedding")(tokens)
    sequence, state, cell = layers.LSTM(3, return_sequences=True, return_state=True, name="first")(embedded)
    second = layers.LSTM(3, name="second")(embedded, initial_state=[state, cell])
    attended = layers.MultiHeadAttention(2, 4, name="attention")(sequence, sequence, use_causal_mask=True)
    both_ways = layers.Bidirectional(layers.GRU(3), name="both")(embedded)
    model = keras.Model(tokens, [second, attended, both_ways, cell])
    got = check_outputs(shake(model), np.array([[1, 2, 3, 0, 0], [4, 5, 6, 7, 8]], "int32"))
    assert {node.id: node.inputs for node in got.design.nodes} == {
        "embedding": None,
        "first": None,
        "both": ("embedding",),
        "second": ("embedding", "first/1", "first/2"),
        "attention": ("first",),
    }
    assert got.design.outputs == ("second", "attention", "both", "first/2")


def test_masks_that_keras_works_out_by_itself_leave_no_trace():
    tokens = keras.Input((4,), dtype="int32", name="tokens")
    left, right = (layers.Embedding(9, 6, mask_zero=True, name=name)(tokens) for name in ("left", "right"))
    both = layers.Concatenate(name="both")([left, right])
    model = keras.Model(
        tokens,
        [
            layers.LSTM(3, name="of_sum")(layers.Add(name="sum")([left, right])),
            layers.LSTM(3, name="of_both")(both),
            layers.TimeDistributed(layers.Dense(2), name="steps")(both),
        ],
    )
    got = check_outputs(shake(model), np.array([[1, 2, 0, 0], [3, 4, 5, 0]], "int32"))
    assert sorted(node.id for node in got.design.nodes) == sorted(
        ["left", "right", "both", "sum", "of_sum", "of_both", "steps"]
    )


def test_the_small_epsilon_of_large_language_models_is_carried():
    check_outputs(shake(model_of(layers.LayerNormalization(epsilon=1e-12), 4, 6)), numbers(2, 4, 6))


def test_what_a_form_does_not_support_is_told_in_a_note():
    layer = layers.Dense(
        3,
        name="noted",
        kernel_initializer=keras.initializers.RandomNormal(stddev=0.3),
        bias_initializer="ones",
        kernel_regularizer="l2",
        bias_constraint="non_neg",
    )
    got = imported(model_of(layer, 4))
    assert [note.split(":")[0][:12] for note in got.notes] == [
        "Initial weig",
        "Regularizers",
        "Weight const",
    ]
    assert all('"noted".' in note for note in got.notes)
    assert got.design.nodes[0].params == {"units": 3}


def test_a_model_made_in_mixed_precision_is_refused():
    model = model_of(layers.Dense(3, dtype="mixed_bfloat16", name="short"), 4)
    with pytest.raises(ImportProblem, match=r"'short' \(Dense\).*mixed_bfloat16"):
        imported(model)
