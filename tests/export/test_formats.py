"""Every layer, and networks of several inputs and outputs, in every format; and what a format says when it cannot."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from blockwright.codegen import generate
from blockwright.codegen.program.layer_naming import input_names
from blockwright.codegen.program.program import output_names
from blockwright.design.parse import read_design
from blockwright.design.presets import presets
from blockwright.export.formats import FORMATS, CannotExport
from blockwright.export.formats.keras_files import foreign_classes
from blockwright.export.usage import class_name
from blockwright.export.verify import _seeded, predict, predict_with_network
from blockwright.inference.catalog import catalog, layer_class
from blockwright.network import DesignedModel, build
from blockwright.schema.design import Design
from blockwright.training.artifacts import WEIGHTS, load_weights
from blockwright.training.setup.adapt import adapt, save_adapted
from blockwright.training.setup.pipeline import as_tensor
from tests.codegen.apis.test_network import composed, made
from tests.codegen.learning import OUTER, RANGES, WORDS
from tests.codegen.running import values_of
from tests.layers.layer_inputs import VOCABULARY, suitable, values
from tests.network.designs import node

ENDINGS = {
    "keras_plain": "net.keras",
    "keras_blocks": "net.keras",
    "weights": "net.weights.h5",
    "saved_model": "net.zip",
    "onnx": "net.onnx",
    "tflite": "net.tflite",
}
TOLERANCES = dict.fromkeys(FORMATS, 1e-6) | {"saved_model": 1e-5, "onnx": 2e-5, "tflite": 2e-5}
WIDE = {"height": 10, "width": 10}


def layer(block: str, **params: Any) -> dict[str, Any]:
    return {"block": block, "params": params}


def chain(*nodes: dict[str, Any], shape: tuple[int | None, ...] = (12, 12, 3), **more: Any) -> Design:
    named = [{"id": f"n{index}", **node} for index, node in enumerate(nodes)]
    inputs = [{"id": 'the "input" ü', "shape": list(shape)}]
    return read_design({"format": 1, "name": "größe/..", "inputs": inputs, "nodes": named, **more})


EVERY_LAYER = chain(
    layer("Rescaling", scale=0.5),
    layer("RandomFlip"),
    layer("RandomRotation", factor=0.2),
    layer("RandomTranslation", height_factor=0.3, width_factor=0.3),
    layer("Resizing", height=14, width=13),
    layer("CenterCrop", **WIDE),
    layer("ConvBlock", filters=6),
    layer("InceptionBlock", filters_1x1=4, filters_3x3=4),
    layer("ResidualBlock", filters_1=4, filters_2=4, filters_3=8),
    {**layer("Conv2D", filters=8, kernel_size=3, padding="same"), "id": "a"},
    {**layer("Conv2D", filters=8, kernel_size=1, activation="gelu"), "id": "b"},
    {**layer("Add"), "id": "sum", "inputs": ["a", "b"]},
    {**layer("Multiply"), "id": "product", "inputs": ["sum", "b"]},
    {**layer("Concatenate"), "inputs": ["product", "a"]},
    layer("LayerNormalization"),
    layer("DownsampleBlock", filters=8),
    layer("ZeroPadding2D"),
    layer("SeparableConv2D", filters=8, kernel_size=3, padding="same"),
    layer("DepthwiseConv2D", kernel_size=3),
    layer("BatchNormalization"),
    layer("UpSampling2D"),
    layer("ReLU"),
    layer("SpatialDropout2D", rate=0.5),
    layer("MaxPooling2D"),
    {**layer("AveragePooling2D", padding="same"), "id": "last"},
    {**layer("GlobalAveragePooling2D"), "id": "mean", "inputs": ["last"]},
    {**layer("GlobalMaxPooling2D"), "id": "most", "inputs": ["last"]},
    {**layer("Concatenate"), "inputs": ["mean", "most"]},
    layer("Reshape", target_shape=[4, -1]),
    layer("Flatten"),
    layer("Dense", units=12),
    layer("Activation", activation="silu"),
    layer("Dropout", rate=0.5),
    layer("Dense", units=5, activation="softmax"),
)


def trained(design: Design) -> DesignedModel:
    """A network with weights and averages that are not those it began with."""
    network = build(design)
    numbers = np.random.default_rng(0)
    for weight in network.weights:
        if "moving_variance" in weight.path:
            weight.assign(numbers.uniform(0.5, 1.5, weight.shape))
        elif "moving_mean" in weight.path or "bias" in weight.path:
            weight.assign(numbers.normal(0, 0.1, weight.shape))
    return network


def inputs_of(design: Design, count: int = 5) -> list[np.ndarray]:
    numbers = np.random.default_rng(1)
    return [
        numbers.random((count, *(size or 12 for size in entry.shape)), dtype=np.float32)
        for entry in design.inputs
    ]


def difference(network: DesignedModel, kind: str, folder: Path) -> float:
    path = folder / ENDINGS[kind]
    inputs = inputs_of(network.design)
    FORMATS[kind].write(network, path)
    outputs = FORMATS[kind].open(path, network)(inputs)
    expected = network(inputs if len(inputs) > 1 else inputs[0], training=False)
    expected = expected if isinstance(expected, list) else [expected]
    return max(float(np.abs(a - np.asarray(b)).max()) for a, b in zip(outputs, expected, strict=True))


@pytest.fixture(scope="module")
def every_layer() -> DesignedModel:
    return trained(EVERY_LAYER)


@pytest.mark.parametrize("kind", FORMATS)
def test_every_layer_gives_the_same_answers(every_layer: DesignedModel, kind: str, tmp_path: Path):
    assert difference(every_layer, kind, tmp_path) <= TOLERANCES[kind]
    assert [path.name for path in tmp_path.iterdir()] == [ENDINGS[kind]]


def test_plain_file_names_keras_classes_only(every_layer: DesignedModel, tmp_path: Path):
    plain, blocks = tmp_path / "plain.keras", tmp_path / "blocks.keras"
    FORMATS["keras_plain"].write(every_layer, plain)
    FORMATS["keras_blocks"].write(every_layer, blocks)
    assert foreign_classes(plain) == set()
    assert foreign_classes(blocks) == {"ConvBlock", "DownsampleBlock", "InceptionBlock", "ResidualBlock"}


def test_a_block_that_does_not_open_is_named(
    every_layer: DesignedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("blocks.base.Block.opens", False)
    with pytest.raises(
        CannotExport, match="because ConvBlock, DownsampleBlock, InceptionBlock, ResidualBlock"
    ):
        FORMATS["keras_plain"].write(every_layer, tmp_path / "plain.keras")


@pytest.mark.parametrize("kind", ["onnx", "tflite", "saved_model"])
def test_several_inputs_and_outputs_keep_their_order(kind: str, tmp_path: Path):
    design = read_design(
        {
            "format": 1,
            "name": "Two",
            "inputs": [{"id": "right", "shape": [6]}, {"id": "left", "shape": [4]}],
            "nodes": [
                {"id": "both", "block": "Concatenate", "inputs": ["left", "right"]},
                {"id": "wide", "block": "Dense", "params": {"units": 7}},
                {"id": "slim", "block": "Dense", "params": {"units": 2}, "inputs": ["both"]},
            ],
            "outputs": ["wide", "slim"],
        }
    )
    assert difference(trained(design), kind, tmp_path) <= 1e-5


@pytest.mark.parametrize("kind", ["onnx", "tflite"])
def test_images_of_any_size_stay_so(kind: str, tmp_path: Path):
    head = [layer("ConvBlock", filters=4), layer("GlobalAveragePooling2D"), layer("Dense", units=2)]
    network = trained(chain(*head, shape=(None, None, 3)))
    assert difference(network, kind, tmp_path) <= 1e-5
    images = np.random.default_rng(2).random((3, 20, 9, 3), dtype=np.float32)
    (output,) = FORMATS[kind].open(tmp_path / ENDINGS[kind], network)([images])
    assert np.allclose(output, network(images, training=False), atol=1e-5)


def test_onnx_names_inputs_outputs_and_open_axes(tmp_path: Path):
    import onnx

    network = trained(chain(layer("Flatten"), {**layer("Dense", units=3), "id": "head"}, shape=(4, 4, 1)))
    FORMATS["onnx"].write(network, tmp_path / "net.onnx")
    model = onnx.load(tmp_path / "net.onnx")
    onnx.checker.check_model(model, full_check=True)
    (model_input,), (model_output,) = model.graph.input, model.graph.output
    assert (model_input.name, model_output.name) == ("the_input_u", "head")
    assert [axis.dim_param or axis.dim_value for axis in model_input.type.tensor_type.shape.dim] == [
        "batch",
        4,
        4,
        1,
    ]
    assert [axis.dim_param or axis.dim_value for axis in model_output.type.tensor_type.shape.dim] == [
        "batch",
        3,
    ]


def test_tflite_names_the_operator_that_it_lacks(tmp_path: Path):
    resizing = layer("Resizing", height=20, width=20, interpolation="bicubic")
    network = trained(chain(resizing, layer("Flatten"), layer("Dense", units=2)))
    with pytest.raises(
        CannotExport, match=r"^TFLite has no operator for ResizeBicubic, which this network uses"
    ):
        FORMATS["tflite"].write(network, tmp_path / "net.tflite")
    assert list(tmp_path.iterdir()) == []


def test_onnx_names_the_operator_that_it_lacks(
    every_layer: DesignedModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(
        "blockwright.export.formats.onnx_file._known", lambda onnx, node: node.op_type != "Erf"
    )
    with pytest.raises(CannotExport, match=r"^ONNX has no operator for Erf, which this network uses"):
        FORMATS["onnx"].write(every_layer, tmp_path / "net.onnx")
    assert list(tmp_path.iterdir()) == []


def test_saved_model_is_one_folder_in_the_zip(tmp_path: Path):
    network = trained(chain(layer("Flatten"), layer("Dense", units=3), shape=(4, 4, 1)))
    FORMATS["saved_model"].write(network, tmp_path / "net.zip")
    with zipfile.ZipFile(tmp_path / "net.zip") as archive:
        assert {name.split("/")[0] for name in archive.namelist()} == {"saved_model"}
        assert "saved_model/saved_model.pb" in archive.namelist()


def alone(block: str) -> tuple[DesignedModel, list[Any]]:
    """A network of one layer that takes what the layer takes, and two examples for it."""
    kind = catalog().blocks[block]
    if kind.origin == "block":
        taken = layer_class(block).examples[0]
        shapes = [(None, *shape) for shape in (taken if isinstance(taken[0], tuple) else [taken])]
        dtypes = [layer_class(block).takes] * len(shapes)
    else:
        shapes, dtypes = suitable(kind)
    names = [f"x{index}" for index in range(len(shapes))]
    entries = [
        {"id": name, "shape": list(shape[1:]), "dtype": dtype}
        for name, shape, dtype in zip(names, shapes, dtypes, strict=True)
    ]
    params = catalog().starting_params(block) | VOCABULARY.get(block, {})
    node = {"id": "only", "block": block, "params": params, "inputs": names}
    design = read_design({"format": 1, "name": "Alone", "inputs": entries, "nodes": [node]})
    return trained(design), values(shapes, dtypes)


def difference_alone(block: str, kind: str, folder: Path) -> float:
    network, inputs = alone(block)
    path = folder / ENDINGS[kind]
    FORMATS[kind].write(network, path)
    outputs = FORMATS[kind].open(path, network)([np.asarray(array) for array in inputs])
    expected = network(inputs if len(inputs) > 1 else inputs[0], training=False)
    expected = expected if isinstance(expected, list | tuple) else [expected]
    return max(float(np.abs(a - np.asarray(b)).max()) for a, b in zip(outputs, expected, strict=True))


OTHER_LAYERS = sorted(set(catalog().blocks) - {node.block for node in EVERY_LAYER.nodes})


@pytest.mark.parametrize("block", OTHER_LAYERS)
def test_every_other_layer_gives_the_same_answers_in_plain_layers(block: str, tmp_path: Path):
    assert difference_alone(block, "keras_plain", tmp_path) <= TOLERANCES["keras_plain"]


def test_what_a_layer_holds_as_constants_is_in_the_onnx_file(tmp_path: Path):
    assert difference_alone("Normalization", "onnx", tmp_path) <= TOLERANCES["onnx"]


@pytest.mark.allcode
@pytest.mark.parametrize("kind", ["keras_blocks", "saved_model", "onnx", "tflite"])
@pytest.mark.parametrize("block", OTHER_LAYERS)
def test_every_other_layer_gives_the_same_answers_or_is_refused(block: str, kind: str, tmp_path: Path):
    refusals = (CannotExport,) if kind in ("onnx", "tflite") else ()
    try:
        difference = difference_alone(block, kind, tmp_path)
    except refusals:
        return
    assert difference <= TOLERANCES[kind]


# Networks that read text learn its words first; the tests of trained runs export them.
PRESETS = [
    preset
    for preset in presets()
    if not preset.big and all(entry.dtype == "float32" for entry in preset.design.inputs)
]


def covering(candidates: list[Any]) -> list[Any]:
    """A few presets with every block that `EVERY_LAYER` lacks: formats convert node by node."""
    missing = {node.block for preset in candidates for node in preset.design.nodes}
    missing -= {node.block for node in EVERY_LAYER.nodes}
    chosen = []
    while missing:
        best = max(candidates, key=lambda preset: len(missing & {node.block for node in preset.design.nodes}))
        missing -= {node.block for node in best.design.nodes}
        chosen.append(best)
    return chosen


COVERING = covering(PRESETS)


@pytest.mark.slow
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("preset", COVERING, ids=lambda preset: preset.key)
def test_presets_give_the_same_answers(preset: Any, kind: str, tmp_path: Path):
    assert difference(trained(preset.design), kind, tmp_path) <= TOLERANCES[kind]


@pytest.mark.allcode
@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize(
    "preset", [preset for preset in PRESETS if preset not in COVERING], ids=lambda preset: preset.key
)
def test_every_other_preset_gives_the_same_answers(preset: Any, kind: str, tmp_path: Path):
    assert difference(trained(preset.design), kind, tmp_path) <= TOLERANCES[kind]


def several() -> Design:
    """Two inputs; two outputs whose names are not in the order of the design."""
    return made(
        [("numbers", (4,)), ("two words", (6, 5))],
        [
            node("LSTM", "read", ["two words"], units=4),
            node("Concatenate", "all", ["numbers", "read"]),
            node("Dense", "b", units=2),
            node("Dense", "a", ["all"], units=3),
        ],
        ["b", "a"],
    )


@pytest.mark.parametrize("kind", ["keras_plain", "keras_blocks", "weights", "onnx"])
@pytest.mark.parametrize("design", [several, composed])
def test_a_file_gives_all_answers_of_the_network(kind, design, tmp_path):
    network = build(design())
    examples = _seeded(design())
    expected = predict_with_network(network, examples)
    path = tmp_path / ENDINGS[kind]
    FORMATS[kind].write(network, path)
    outputs = predict(FORMATS[kind].open(path, network), examples.inputs)
    for output, reference in zip(outputs, expected, strict=True):
        np.testing.assert_allclose(output, reference, atol=1e-4)


def nested() -> Design:
    """Blocks within blocks, repeated at every level, shared inside and outside, in the order that code runs in.

    One is called as a class that code needs itself, so that it has another name there, and so have parts of it.
    """
    inner = {
        "inputs": ["x"],
        "nodes": [
            {**node("Dense", "zz", units=4, activation="tanh"), "repeat": 2},
            node("LayerNormalization", "parts"),
            node("Dense", "a", ["parts"], units=4),
            {"id": "b", "block": "Dense", "shares": "a", "inputs": ["a"]},
            {**node("Dense", "off", units=4), "enabled": False},
        ],
    }
    outer = {
        "inputs": ["x"],
        "params": {"size": 4},
        "nodes": [
            {**node("Model", "twice"), "repeat": 2},
            node("Model", "call"),
            {"id": "again", "block": "Model", "shares": "call", "inputs": ["call"]},
            node("Dense", "dense", units={"param": "size"}),
            node("MLPBlock", "build", units=[5, 4]),
        ],
    }
    return made(
        [("row", (4,))],
        [
            {**node("Outer", "outer", size=3), "repeat": 2},
            node("Outer", "one"),
            {"id": "two", "block": "Outer", "shares": "one", "inputs": ["one"]},
            node("Model", "model"),
            node("Dense", "answer", units=3),
        ],
        composites={"Model": inner, "Outer": outer},
    )


@pytest.mark.slow
@pytest.mark.parametrize("design", [several, composed, nested])
def test_weights_fit_the_code_of_a_network(design: Callable[[], Design], tmp_path: Path):
    plan = design()
    network, examples = build(plan), _seeded(plan)
    numbers = np.random.default_rng(0)
    for weight in network.weights:
        weight.assign(numbers.uniform(0.1, 0.9, weight.shape))
    expected = predict_with_network(network, examples)
    path = tmp_path / "a.weights.h5"
    FORMATS["weights"].write(network, path)
    text = generate(plan, "subclassing").text
    model = values_of(text)[class_name(text)]()
    model.build_graph().load_weights(path)
    named = dict(zip(input_names(plan), examples.inputs, strict=True))
    outputs = model(named if len(named) > 1 else examples.inputs[0], training=False)
    outputs = [outputs[key] for key in output_names(plan)] if isinstance(outputs, dict) else [outputs]
    for output, reference in zip(outputs, expected, strict=True):
        np.testing.assert_allclose(output, reference, rtol=1e-6, atol=1e-6)
    # Writing leaves the network as it was, to train on or to be kept.
    network.save_weights(tmp_path / "b.weights.h5")
    again = build(plan)
    again.load_weights(tmp_path / "b.weights.h5")
    for output, reference in zip(predict_with_network(again, examples), expected, strict=True):
        np.testing.assert_array_equal(output, reference)


def learnt() -> Design:
    """Words and ranges that are learnt inside blocks, in blocks and repeated."""
    ranges = [{**node("Ranged", "ranged"), "repeat": 2}, node("Dense", "progression", ["ranged"], units=1)]
    words = [
        node("Outer", "body words", ["body"]),
        {"id": "again", "block": "Outer", "shares": "body words", "inputs": ["title"]},
        node("Add", "sum", ["body words", "again"]),
    ]
    return made(
        [("body", (1,), "string"), ("title", (1,), "string"), ("patient", (4,))],
        [*words, {**ranges[0], "inputs": ["patient"]}, ranges[1]],
        ["sum", "progression"],
        composites={"Words": WORDS, "Outer": OUTER, "Ranged": RANGES},
    )


@pytest.mark.parametrize("kind", ["keras_plain", "keras_blocks"])
def test_a_file_keeps_what_was_learnt_inside_blocks(kind: str, tmp_path: Path):
    design = learnt()
    network = build(design)
    numbers = np.random.default_rng(0)
    texts = np.array([["a good day"], ["the bad one"], ["so it is good"], ["or not"]], dtype=object)
    inputs = {"body": texts, "title": texts[::-1], "patient": numbers.normal(size=(4, 4)).astype("float32")}
    assert len(adapt(network, inputs)) == 7
    save_adapted(network, tmp_path)
    network.save_weights(tmp_path / WEIGHTS)
    expected = network([as_tensor(array) for array in inputs.values()], training=False)
    FORMATS[kind].write(network, tmp_path / "a.keras")
    again = build(design)
    load_weights(again, tmp_path)
    for outputs in (
        again([as_tensor(array) for array in inputs.values()], training=False),
        FORMATS[kind].open(tmp_path / "a.keras", network)([as_tensor(array) for array in inputs.values()]),
    ):
        for output, reference in zip(outputs, expected, strict=True):
            np.testing.assert_allclose(output, reference, atol=1e-6)
