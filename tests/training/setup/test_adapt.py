import numpy as np
import pytest

from blockwright.network import build
from blockwright.schema.findings import DesignError
from blockwright.training.setup.adapt import ADAPTED, adapt, adapts, restore_adapted, save_adapted
from tests.training.graphs import dense, graph, node, table

TEXTS = np.array([["red green"], ["red blue"], ["red"]], dtype=object)
NUMBERS = np.array([[1.0, 10.0], [3.0, 30.0], [5.0, 50.0], [7.0, 70.0]], np.float32)
TEXT = {"text": ("text",)}


def words(node_id="words", *inputs, **params):
    return node(
        node_id, "TextVectorization", *inputs, **{"max_tokens": 20, "output_sequence_length": 3, **params}
    )


def vectors(node_id="vectors", *inputs):
    return node(node_id, "Embedding", *inputs, input_dim=20, output_dim=2)


def reader():
    return graph(TEXT, [words(), vectors(), node("mean", "GlobalAveragePooling1D"), dense("end", 1)])


def test_a_vocabulary_is_learned_from_what_is_given_and_nothing_else():
    model = build(reader())
    notes = adapt(model, {"text": TEXTS})
    assert notes == ['`TextVectorization` "words" learned 3 words from the "text" of 3 training examples.']
    assert model.part("words").get_vocabulary() == ["", "[UNK]", "red", "green", "blue"]


def test_means_and_variances_are_those_of_the_scaled_examples():
    model = build(table(2, node("normal", "Normalization"), dense("end", 1)))
    notes = adapt(model, {"features": NUMBERS}, {"features": 0.5})
    assert notes == [
        '`Normalization` "normal" learned the means and variances of 2 values from the "features" of '
        "4 training examples."
    ]
    layer = model.part("normal")
    np.testing.assert_allclose(layer.adapt_mean, (NUMBERS / 2).mean(axis=0))
    np.testing.assert_allclose(layer.adapt_variance, (NUMBERS / 2).var(axis=0), rtol=1e-6)


def test_moments_over_many_batches_are_those_of_all():
    values = np.random.default_rng(0).normal(1000, 1, (1000, 3)).astype(np.float32)
    model = build(table(3, node("normal", "Normalization"), dense("end", 1)))
    adapt(model, {"features": values})
    np.testing.assert_allclose(
        model.part("normal").adapt_mean, values.mean(axis=0, dtype=np.float64), rtol=1e-6
    )
    np.testing.assert_allclose(
        model.part("normal").adapt_variance, values.var(axis=0, dtype=np.float64), rtol=1e-4
    )


def test_a_layer_learns_from_what_the_blocks_before_it_make():
    nodes = [
        node("tenth", "Rescaling", scale=0.1, offset=1.0),
        node("normal", "Normalization"),
        dense("end", 1),
    ]
    model = build(table(2, *nodes))
    notes = adapt(model, {"features": NUMBERS})
    assert notes[0].endswith("of 2 values from 4 training examples.")
    np.testing.assert_allclose(model.part("normal").adapt_mean, (NUMBERS / 10 + 1).mean(axis=0), rtol=1e-6)


def test_a_layer_that_is_used_twice_learns_from_both():
    nodes = [
        words("first", "title"),
        {"id": "second", "block": "TextVectorization", "shares": "first", "inputs": ["body"]},
        vectors("v1", "first"),
        vectors("v2", "second"),
        node("both", "Concatenate", "v1", "v2", axis=1),
        node("mean", "GlobalAveragePooling1D"),
        dense("end", 1),
    ]
    model = build(graph({"title": ("text",), "body": ("text",)}, nodes))
    body = np.array([["sun"], ["sun moon"], ["red"]], dtype=object)
    notes = adapt(model, {"title": TEXTS, "body": body})
    assert notes == [
        '`TextVectorization` "first" learned 5 words from the "title" and "body" of 3 training examples.'
    ]


def test_a_layer_within_a_block_of_the_designs_own_learns_too():
    inside = {"inputs": ["x"], "nodes": [{"id": "normal", "block": "Normalization"}]}
    nodes = [{"id": "front", "block": "Front"}, dense("end", 1)]
    made = graph({"features": (2,)}, nodes, composites={"Front": inside})
    assert adapts(made)
    notes = adapt(build(made), {"features": NUMBERS})
    assert notes[0].endswith('of 2 values from the "features" of 4 training examples.')


def test_what_the_design_gives_is_not_learned():
    nodes = [
        words(vocabulary=["red", "blue"]),
        vectors(),
        node("mean", "GlobalAveragePooling1D"),
        dense("end", 1),
    ]
    model = build(graph(TEXT, nodes))
    assert adapt(model, {"text": TEXTS}) == []
    assert model.part("words").get_vocabulary() == ["", "[UNK]", "red", "blue"]
    bins = node("bins", "Discretization", num_bins=None, bin_boundaries=[0.0, 1.0])
    normal = node("normal", "Normalization", mean=[1.0], variance=[4.0])
    assert adapt(build(table(1, normal, dense("end", 1))), {"features": NUMBERS[:, :1]}) == []
    made = table(
        1, bins, node("places", "Embedding", input_dim=3, output_dim=2), node("f", "Flatten"), dense("e", 1)
    )
    assert adapt(build(made), {"features": NUMBERS[:, :1]}) == []


def test_few_different_values_still_make_all_ranges():
    nodes = [node("bins", "Discretization", num_bins=5, output_mode="one_hot"), dense("end", 1)]
    model = build(table(1, *nodes))
    notes = adapt(model, {"features": np.array([[1.0], [1.0], [2.0]], np.float32)})
    assert notes == [
        '`Discretization` "bins" learned the boundaries of 5 ranges from the "features" of 3 training examples.'
    ]
    assert model(np.array([[1.0], [9.0]], np.float32)).shape == (2, 1)


def test_texts_without_a_word_are_refused():
    with pytest.raises(DesignError, match='"words" found no words from the "text" of 2 training examples'):
        adapt(build(reader()), {"text": np.array([[""], ["  "]], dtype=object)})


def test_designs_without_such_layers_learn_nothing(tmp_path):
    made = table(2, dense("end", 1))
    model = build(made)
    assert (adapts(made), adapt(model, {"features": NUMBERS})) == (False, [])
    save_adapted(model, tmp_path)
    restore_adapted(model, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", ["int", "multi_hot", "count"])
def test_what_was_learned_is_kept_and_comes_back(tmp_path, mode):
    params = {"max_tokens": 20, "output_mode": mode}
    params |= {"output_sequence_length": 3} if mode == "int" else {"pad_to_max_tokens": True}
    rest = [vectors(), node("mean", "GlobalAveragePooling1D")] if mode == "int" else [node("flat", "Flatten")]
    made = graph(TEXT, [node("words", "TextVectorization", **params), *rest, dense("end", 2)])
    model, again = build(made), build(made)
    adapt(model, {"text": TEXTS})
    save_adapted(model, tmp_path)
    restore_adapted(again, tmp_path)
    import tensorflow as tf

    texts = tf.constant([["blue red"], ["unknown green"]])
    np.testing.assert_allclose(again.part("words")(texts), model.part("words")(texts), rtol=1e-6)


def test_ranges_and_values_come_back(tmp_path):
    nodes = [
        node("bins", "Discretization", "number", num_bins=3),
        node("places", "Embedding", input_dim=3, output_dim=2),
        node("a", "Flatten"),
        node("names", "StringLookup", "name", max_tokens=9),
        node("named", "Embedding", input_dim=9, output_dim=2),
        node("b", "Flatten"),
        node("both", "Concatenate", "a", "b"),
        dense("end", 1),
    ]
    made = graph({"number": (1,), "name": ("text",)}, nodes)
    model, again = build(made), build(made)
    notes = adapt(model, {"number": NUMBERS[:3, :1], "name": TEXTS})
    assert [note.split(" learned ")[1].split(" from ")[0] for note in notes] == [
        "the boundaries of 3 ranges",
        "3 values",
    ]
    save_adapted(model, tmp_path)
    restore_adapted(again, tmp_path)
    assert again.part("bins").bin_boundaries == model.part("bins").bin_boundaries
    assert again.part("names").get_vocabulary() == model.part("names").get_vocabulary()


@pytest.mark.parametrize("content", ["", "{}", '{"layers": []}', '{"layers": [{"layer": "StringLookup"}]}'])
def test_what_was_kept_and_does_not_fit_is_refused(tmp_path, content):
    (tmp_path / ADAPTED).write_text(content)
    with pytest.raises(ValueError, match="learned from its data cannot be read"):
        restore_adapted(build(reader()), tmp_path)


def test_more_words_than_there_is_room_for_are_refused_before_training():
    embed = node("vectors", "Embedding", input_dim=4, output_dim=2)
    design = graph(
        TEXT, [words(max_tokens=None), embed, node("mean", "GlobalAveragePooling1D"), dense("end", 1)]
    )
    with pytest.raises(DesignError) as refused:
        adapt(build(design), {"text": TEXTS})
    (finding,) = refused.value.findings
    assert (finding.code, finding.node) == ("tokens-beyond", "vectors")
    assert "numbers up to 5 values" in finding.message
