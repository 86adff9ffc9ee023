"""Networks of the kinds that tutorials build: imported, they have the same counts, shapes and outputs."""

import keras
import pytest
from keras import layers

from blockwright.importing import ImportProblem
from tests.importing.comparing import check_outputs, imported, shake
from tests.importing.networks import networks

UNSUPPORTED = {
    "images-spectral_normalization": "There is no block `SpectralNormalization`",
    "images-each_picture_of_a_film_alone": "`TimeDistributed` of `Sequential`",
    "images-convolution_step_by_step": "`TimeDistributed` of `Conv2D`",
    "transformers-waves_in_place_of_attention": "There is no block `EinsumDense`",
    "transformers-grouped_queries": "There is no block `GroupQueryAttention`",
    "sequences-stacked_cells": "`RNN` of `StackedRNNCells`",
    "tables-words_weighed_by_frequency": "`idf_weights`",
}
NOTED = {
    "images-super_resolution": ["Initial weights"],
    "sequences-statefully": ["The fixed batch size"],
    "transformers-gated_halves": ["Initial weights"],
    "tables-movies_and_users": ["Regularizers"],
    "tables-quantiles": ["Regularizers", "Weight constraints"],
    "forms-a_fixed_batch": ["The fixed batch size"],
    "forms-objects_in_place_of_words": ["Initial weights", "Regularizers", "Weight constraints"],
    "forms-odd_names": [],
}


@pytest.mark.parametrize(("name", "make"), networks().items(), ids=networks().keys())
def test_an_imported_network_computes_the_same(name, make):
    keras.utils.set_random_seed(4)
    model, *values = make()
    if name in UNSUPPORTED:
        with pytest.raises(ImportProblem, match=UNSUPPORTED[name]):
            imported(model)
        return
    got = check_outputs(shake(model), *values)
    expected = NOTED.get(name, [])
    assert len(got.notes) == len(expected)
    assert all(note.startswith(start) for note, start in zip(got.notes, expected, strict=True))


def test_a_frozen_model_inside_is_one_frozen_block_that_can_be_thawed():
    model, *_ = networks()["forms-base_frozen"]()
    got = imported(model)
    (base, *rest) = got.design.nodes
    assert (base.block, base.trainable, [node.trainable for node in rest]) == ("Base", False, [True, True])
    assert all(node.trainable for node in got.design.composites["Base"].nodes)


def test_frozen_layers_inside_a_model_are_frozen_there():
    model, *_ = networks()["forms-base_frozen_but_for_its_end"]()
    inside = imported(model).design.composites["Base"].nodes
    assert [(node.block, node.trainable) for node in inside] == [
        ("Conv2D", False),
        ("BatchNormalization", False),
        ("Conv2D", True),
    ]


def test_an_operation_of_several_steps_keeps_its_name_at_the_end():
    start = keras.Input((6, 4), name="start")
    keras.backend.clear_session()
    nodes = imported(keras.Model(start, start[:, 1:3, 0])).design.document()["nodes"]
    assert nodes == [
        {"id": "get_item_1", "block": "SliceAxis", "params": {"start": 1, "stop": 3}},
        {"id": "get_item", "block": "Pick", "params": {"axis": 2}},
    ]


def test_a_recurrent_layer_of_a_cell_is_the_layer_of_that_name():
    start = keras.Input((5, 3), name="start")
    model = keras.Model(start, layers.RNN(layers.GRUCell(4), return_sequences=True, name="cells")(start))
    (node,) = imported(model).design.nodes
    assert (node.block, node.params) == ("GRU", {"units": 4, "return_sequences": True})


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda x: keras.ops.einsum("bij,bkj->bik", x, x), "`Einsum`"),
        (lambda x: keras.ops.cast(x, "float16"), "float16"),
        (lambda x: x > 0, "`Greater`"),
        (lambda x: keras.ops.mean(x, axis=0), "along the axis 0"),
        (lambda x: keras.ops.mean(x), "along the axis null"),
        (lambda x: x[0], "examples of the batch"),
        (lambda x: keras.ops.transpose(x), "batch must stay first"),
        (lambda x: keras.ops.pad(x, [[0, 0], [1, 1], [0, 0]], mode="reflect"), "`Pad`"),
        (lambda x: keras.ops.norm(x, ord=1, axis=1), "order 1"),
        (lambda x: keras.ops.repeat(x, 2, axis=2), "`Repeat`"),
        (lambda x: keras.ops.stack([x, x], axis=0), "along the batch"),
        (lambda x: keras.ops.argmax(x, axis=1), "`Argmax`"),
    ],
)
def test_operations_that_a_design_cannot_do_are_named(make, words):
    start = keras.Input((4, 4), name="start")
    with pytest.raises(ImportProblem) as caught:
        imported(keras.Model(start, make(start)))
    assert words in str(caught.value)
    assert "layers[" in str(caught.value)
