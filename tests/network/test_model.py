import os
import subprocess
import sys

import keras
import numpy as np
import pytest
from keras import ops

from blockwright.design.parse import read_design
from blockwright.inference.naming import layer_names
from blockwright.network import DesignedModel, build
from blockwright.schema.findings import DesignError
from tests.network.designs import classifier, design, node

SMALL = classifier(
    node("ConvBlock", "stem", filters=4),
    node("InceptionBlock", "mix", filters_1x1=2, filters_3x3=3),
    node("ResidualBlock", "res", filters_1=2, filters_2=3, filters_3=4),
    units=3,
    shape=(8, 8, 1),
)
TWO = read_design(
    {
        "format": 1,
        "inputs": [{"id": "left", "shape": [8, 8, 1]}, {"id": "right", "shape": [8, 8, 3]}],
        "nodes": [
            node("ConvBlock", "a", ["left"], filters=4),
            node("ConvBlock", "b", ["right"], filters=4),
            node("Add", "sum", ["a", "b"]),
            node("GlobalAveragePooling2D", "pool"),
            node("Dense", "kind", ["pool"], units=3, activation="softmax"),
            node("Dense", "size", ["pool"], units=1),
        ],
        "outputs": ["kind", "size"],
    }
)


def images(*shape: int) -> np.ndarray:
    return np.random.default_rng(1).normal(size=shape).astype("float32")


def numbers(tensor) -> np.ndarray:
    return ops.convert_to_numpy(tensor)


def test_the_model_holds_one_layer_for_each_node():
    model = build(SMALL)
    assert isinstance(model, keras.Model)
    assert [layer.name for layer in model.parts] == ["stem", "mix", "res", "pool", "head"]
    assert type(model.part("mix")).__name__ == "InceptionBlock"
    assert model.built
    assert model(images(2, 8, 8, 1)).shape == (2, 3)


@pytest.mark.parametrize("expanded", [False, True])
def test_the_graph_has_the_same_layers_and_fits(expanded):
    model = build(SMALL)
    graph = model.build_graph(expanded=expanded)
    x = images(8, 8, 8, 1)
    np.testing.assert_array_equal(numbers(graph(x)), numbers(model(x)))
    assert {id(weight) for weight in graph.weights} == {id(weight) for weight in model.weights}
    before = numbers(model(x))
    graph.compile("sgd", "sparse_categorical_crossentropy")
    history = graph.fit(x, np.arange(8) % 3, verbose=0)
    assert np.isfinite(history.history["loss"][0])
    assert not np.array_equal(numbers(model(x)), before)
    np.testing.assert_array_equal(numbers(graph(x)), numbers(model(x)))


def test_the_subclassed_model_itself_fits():
    model = build(SMALL)
    model.compile("sgd", "sparse_categorical_crossentropy")
    model.fit(images(8, 8, 8, 1), np.arange(8) % 3, verbose=0)
    assert model.get_metrics_result()["loss"] > 0


def test_the_opened_graph_holds_plain_layers_named_after_their_place():
    graph = build(SMALL).build_graph(expanded=True)
    assert {type(layer).__module__.split(".")[0] for layer in graph.layers} == {"keras"}
    assert [layer.name for layer in graph.layers][:10] == [
        "image",
        "stem.conv",
        "stem.norm",
        "stem.relu",
        "mix.conv_1x1.conv",
        "mix.conv_3x3.conv",
        "mix.conv_1x1.norm",
        "mix.conv_3x3.norm",
        "mix.conv_1x1.relu",
        "mix.conv_3x3.relu",
    ]


@pytest.mark.slow
def test_the_opened_graph_loads_where_blockwright_is_not(tmp_path):
    model = build(SMALL)
    x = images(2, 8, 8, 1)
    model.build_graph(expanded=True).save(tmp_path / "opened.keras")
    np.save(tmp_path / "x.npy", x)
    script = (
        "import sys, keras, numpy\n"
        "model = keras.models.load_model('opened.keras')\n"
        "numpy.save('y.npy', model.predict(numpy.load('x.npy'), verbose=0))\n"
        "sys.exit(any(name.split('.')[0] in ('blocks', 'blockwright') for name in sys.modules))\n"
    )
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, env=environment, check=True, timeout=120)
    np.testing.assert_allclose(np.load(tmp_path / "y.npy"), numbers(model(x)), atol=1e-5)


@pytest.mark.parametrize("kind", ["model", "graph"])
def test_saving_and_loading_with_the_blocks(tmp_path, kind):
    model = build(SMALL)
    x = images(2, 8, 8, 1)
    (model if kind == "model" else model.build_graph()).save(tmp_path / "it.keras")
    loaded = keras.models.load_model(tmp_path / "it.keras")
    np.testing.assert_array_equal(numbers(loaded(x)), numbers(model(x)))
    if kind == "model":
        assert loaded.design == SMALL


def test_weights_survive_a_new_build_of_the_same_design(tmp_path):
    first, second = build(SMALL), build(SMALL)
    first.build_graph().save_weights(tmp_path / "it.weights.h5")
    second.build_graph().load_weights(tmp_path / "it.weights.h5")
    x = images(2, 8, 8, 1)
    np.testing.assert_array_equal(numbers(second(x)), numbers(first(x)))


def test_several_inputs_and_outputs():
    model = build(TWO)
    left, right = images(4, 8, 8, 1), images(4, 8, 8, 3)
    kind, size = model([left, right])
    assert (kind.shape, size.shape) == ((4, 3), (4, 1))
    by_name, _ = model({"left": left, "right": right})
    np.testing.assert_array_equal(numbers(by_name), numbers(kind))
    graph = model.build_graph()
    graph.compile("sgd", ["sparse_categorical_crossentropy", "mse"])
    graph.fit([left, right], [np.arange(4) % 3, np.ones((4, 1))], verbose=0)


def test_a_disabled_node_is_left_out():
    off = {**node("DownsampleBlock", "down", filters=4), "enabled": False}
    model = build(classifier(node("ConvBlock", "stem", filters=4), off, shape=(8, 8, 1)))
    assert [layer.name for layer in model.parts] == ["stem", "pool", "head"]
    with pytest.raises(KeyError):
        model.part("down")


def test_a_wrong_design_is_refused_with_all_its_findings():
    wrong = design(
        node("Conv2D", "big", filters=0, kernel_size=3),
        node("Nonsense", "what"),
        node("Dense", "head", ["ghost"], units=10),
    )
    with pytest.raises(DesignError) as refused:
        build(wrong)
    codes = {(finding.code, finding.node) for finding in refused.value.findings}
    assert codes == {("dangling", "head"), ("param", "big"), ("unknown-block", "what")}


def test_a_design_whose_shapes_do_not_fit_is_refused_in_plain_words():
    with pytest.raises(DesignError, match='`Conv2D` "conv" needs an image or feature map'):
        build(design(node("Flatten"), node("Conv2D", "conv", filters=4, kernel_size=3)))


def test_ten_billion_parameters_are_refused_before_anything_is_made():
    wide = [node("Dense", f"wide{place}", units=100_000) for place in (1, 2)]
    with pytest.raises(DesignError, match=r"10,000,100,000 parameters"):
        build(design(node("Flatten"), *wide))


def test_names_that_keras_could_not_take():
    ids = ['a"b/c\\d', "a'b c d", "été", "ete", "图像", "-_x", " ", "stem.conv", "stem", "image"]
    nodes = [node("ReLU", one) for one in ids[:-1]]
    made = classifier(node("ConvBlock", "image2", filters=2), *nodes, shape=(6, 6, 1))
    model = build(made)
    names = [layer.name for layer in model.parts]
    assert len(set(names)) == len(names)
    assert names[1:10] == ["a_b_c_d", "a_b_c_d_2", "ete", "ete_2", "node", "x", "node_2", "stem_conv", "stem"]
    x = images(2, 6, 6, 1)
    np.testing.assert_array_equal(numbers(model.build_graph(True)(x)), numbers(model(x)))


def test_names_are_cleaned_without_regard_to_case():
    assert layer_names(["Stem", "stem", "x" * 90]) == {"Stem": "Stem", "stem": "stem_2", "x" * 90: "x" * 60}


def test_the_head_stays_precise_in_sixteen_bits():
    keras.config.set_dtype_policy("mixed_bfloat16")
    try:
        model = build(SMALL)
    finally:
        keras.config.set_dtype_policy("float32")
    assert [layer.compute_dtype for layer in model.parts] == ["bfloat16"] * 4 + ["float32"]
    assert keras.backend.standardize_dtype(model(images(2, 8, 8, 1)).dtype) == "float32"


def test_the_model_refuses_a_design_by_itself():
    with pytest.raises(DesignError):
        DesignedModel(design(node("Lambda", "x")))


def test_two_builds_with_one_seed_are_the_same():
    outputs = []
    for _ in range(2):
        keras.utils.set_random_seed(5)
        outputs.append(numbers(build(SMALL)(images(2, 8, 8, 1))))
    np.testing.assert_array_equal(*outputs)
