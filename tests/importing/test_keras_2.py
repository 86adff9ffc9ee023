"""JSON in the form that Keras 2 and tf.keras wrote: other inbound nodes, other counting of inner models' calls."""

import json
from typing import Any

import pytest

from blockwright.importing import ImportProblem, import_model
from blockwright.network import describe


def entry(class_name: str, name: str, inbound: list[Any], **config: Any) -> dict[str, Any]:
    config = {"name": name, "trainable": True, "dtype": "float32", **config}
    return {"class_name": class_name, "config": config, "name": name, "inbound_nodes": inbound}


def start(name: str, *shape: int, dtype: str = "float32") -> dict[str, Any]:
    config = {
        "batch_input_shape": [None, *shape],
        "dtype": dtype,
        "sparse": False,
        "ragged": False,
        "name": name,
    }
    return {"class_name": "InputLayer", "config": config, "name": name, "inbound_nodes": []}


def functional(name: str, layers: list[dict[str, Any]], inputs: list[Any], outputs: Any) -> dict[str, Any]:
    config = {"name": name, "layers": layers, "input_layers": inputs, "output_layers": outputs}
    return {"class_name": "Functional", "config": config, "keras_version": "2.15.0", "backend": "tensorflow"}


def read(document: dict[str, Any]) -> dict[str, Any]:
    return import_model(json.dumps(document)).design.document()


def refusal(document: dict[str, Any]) -> str:
    with pytest.raises(ImportProblem) as caught:
        import_model(json.dumps(document))
    return str(caught.value)


def function(name: str, of: str, *inbound: Any) -> dict[str, Any]:
    return entry("TFOpLambda", name, list(inbound), function=of)


def test_a_functional_model_with_branches():
    layers = [
        start("image", 8, 8, 3),
        entry(
            "Conv2D",
            "conv",
            [[["image", 0, 0, {}]]],
            filters=4,
            kernel_size=[3, 3],
            groups=1,
            activation="swish",
        ),
        entry("BatchNormalization", "norm", [[["conv", 0, 0, {}]]], axis=[3], momentum=0.9, epsilon=0.001),
        entry("LeakyReLU", "leaky", [[["norm", 0, 0, {}]]], alpha=0.30000001192092896),
        entry("Concatenate", "both", [[["leaky", 0, 0, {}], ["conv", 0, 0, {}]]], axis=3),
    ]
    document = functional("old", layers, [["image", 0, 0]], [["both", 0, 0]])
    assert read(document)["nodes"] == [
        {"id": "conv", "block": "Conv2D", "params": {"filters": 4, "kernel_size": 3, "activation": "silu"}},
        {"id": "norm", "block": "BatchNormalization"},
        {"id": "leaky", "block": "LeakyReLU", "params": {"negative_slope": 0.30000001192092896}},
        {"id": "both", "block": "Concatenate", "inputs": ["leaky", "conv"]},
    ]


def test_calls_of_inner_models_count_from_one():
    inside = [start("x", 4), entry("Dense", "two", [[["x", 0, 0, {}]]], units=2)]
    inside.append(entry("Dense", "one", [[["x", 0, 0, {}]]], units=1))
    fork = functional("fork", inside, [["x", 0, 0]], [["two", 0, 0], ["one", 0, 0]])
    fork = {**fork, "name": "fork", "inbound_nodes": [[["a", 0, 0, {}]], [["b", 0, 0, {}]]]}
    sequence = [{"class_name": "InputLayer", "config": {"batch_input_shape": [None, 2], "name": "in"}}]
    sequence.append({"class_name": "Dense", "config": {"name": "d", "units": 3}})
    tail = entry("Sequential", "tail", [[["fork", 2, 0, {}]]], layers=sequence)
    layers = [start("a", 4), start("b", 4), fork, tail]
    document = functional("outer", layers, [["a", 0, 0], ["b", 0, 0]], [["fork", 1, 1], ["tail", 1, 0]])
    design = read(document)
    assert design["nodes"] == [
        {"id": "fork", "block": "Fork"},
        {"id": "fork_2", "block": "Fork", "inputs": ["b"], "shares": "fork"},
        {"id": "tail", "block": "Tail"},
    ]
    assert design["outputs"] == ["fork/1", "tail"]


def test_recorded_functions_of_tensorflow_become_layers():
    layers = [
        start("a", 8),
        start("b", 8),
        function("tf.__operators__.add", "__operators__.add", ["a", 0, 0, {"y": ["b", 0, 0], "name": None}]),
        function("half", "math.multiply", ["tf.__operators__.add", 0, 0, {"y": 0.5, "name": None}]),
        function(
            "turned", "math.subtract", ["_CONSTANT_VALUE", -1, 2.0, {"y": ["half", 0, 0], "name": None}]
        ),
        function("relu", "nn.relu", ["turned", 0, 0, {"name": None}]),
        function("joined", "concat", [["relu", 0, 0, {"axis": -1}], ["half", 0, 0, {"axis": -1}]]),
    ]
    document = functional("functions", layers, [["a", 0, 0], ["b", 0, 0]], [["joined", 0, 0]])
    assert read(document)["nodes"] == [
        {"id": "tf.__operators__.add", "block": "Add", "inputs": ["a", "b"]},
        {"id": "half", "block": "Rescaling", "params": {"scale": 0.5}},
        {"id": "turned", "block": "Rescaling", "params": {"scale": -1.0, "offset": 2.0}},
        {"id": "relu", "block": "Activation", "params": {"activation": "relu"}},
        {"id": "joined", "block": "Concatenate", "inputs": ["relu", "half"]},
    ]


def test_tensors_given_by_name_and_outputs_by_key():
    layers = [
        start("tokens", 5, dtype="int32"),
        entry("Embedding", "words", [[["tokens", 0, 0, {}]]], input_dim=9, output_dim=4, input_length=None),
        entry(
            "MultiHeadAttention",
            "look",
            [[["words", 0, 0, {"value": ["words", 0, 0], "use_causal_mask": True}]]],
            num_heads=2,
            key_dim=4,
            value_dim=4,
            attention_axes=[1],
            query_shape=[None, 5, 4],
            softmax_robust_masking=False,
        ),
    ]
    document = functional(
        "attention", layers, [["tokens", 0, 0]], {"z": ["look", 0, 0], "a": ["words", 0, 0]}
    )
    design = read(document)
    assert design["inputs"] == [{"id": "tokens", "shape": [5], "dtype": "int32"}]
    assert design["nodes"][1]["params"]["use_causal_mask"] is True
    assert design["outputs"] == ["words", "look"]


def test_a_sequential_model_of_the_first_years_has_a_bare_list():
    layers = [
        {"class_name": "Dense", "config": {"name": "d1", "units": 8, "batch_input_shape": [None, 4]}},
        {"class_name": "Dense", "config": {"name": "d2", "units": 2, "activation": "softmax"}},
    ]
    document = {
        "class_name": "Sequential",
        "config": layers,
        "keras_version": "2.1.6",
        "backend": "tensorflow",
    }
    described = describe(import_model(json.dumps(document)).design)
    assert described["total_params"] == 4 * 8 + 8 + 8 * 2 + 2


def test_dropout_that_never_ran_is_noted():
    layers = [start("x", 4), entry("Dropout", "drop", [[["x", 0, 0, {"training": False}]]], rate=0.5)]
    got = import_model(json.dumps(functional("still", layers, [["x", 0, 0]], [["drop", 0, 0]])))
    assert [note.split(":")[0][:26] for note in got.notes] == ["Layers that always ran in "]


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        (
            entry("LSTM", "l", [[["x", 0, 0, {}]]], units=2, recurrent_activation="hard_sigmoid"),
            "is not the one of Keras 3",
        ),
        (entry("LSTM", "l", [[["x", 0, 0, {}]]], units=2, time_major=True), "`time_major` true"),
        (entry("SlicingOpLambda", "l", [["x", 0, 0, {"slice_spec": []}]], function="getitem"), "`GetItem`"),
        (function("l", "os.system", ["x", 0, 0, {"y": "rm"}]), "`os.system` is not supported"),
        (function("l", "", ["x", 0, 0, {}]), "is not supported"),
        (entry("TFOpLambda", "l", [["x", 0, 0, {}]], function=["nn.relu"]), "is not supported"),
        (entry("ReLU", "l", [[["x", 0]]]), "names the layers that it reads"),
        (entry("ReLU", "l", [[["x", 0, 0, []]]]), "names the layers that it reads"),
        (entry("ReLU", "l", [[]]), "names the layers that it reads"),
        (entry("ReLU", "l", [{"a": 3}]), "names the layers that it reads"),
    ],
)
def test_what_keras_2_wrote_and_is_not_supported_is_named(layer, words):
    document = functional("wrong", [start("x", 4, 4), layer], [["x", 0, 0]], [["l", 0, 0]])
    message = refusal(document)
    assert words in message
    assert "layers[1] 'l'" in message


def early(*layers: dict[str, Any]) -> dict[str, Any]:
    return {"class_name": "Sequential", "config": list(layers), "keras_version": "2.0.8"}


def gru(**more: Any) -> dict[str, Any]:
    config = {"name": "memory", "units": 4, "batch_input_shape": [None, 5, 3], **more}
    return {"class_name": "GRU", "config": config}


def test_a_gru_from_before_the_choice_of_its_reset_gate():
    left_out, stated = read(early(gru())), read(early(gru(reset_after=True)))
    assert left_out["nodes"][0]["params"]["reset_after"] is False
    assert "reset_after" not in stated["nodes"][0]["params"]
    counts = [describe(document)["total_params"] for document in (left_out, stated)]
    assert counts == [3 * (3 * 4 + 4 * 4 + 4), 3 * (3 * 4 + 4 * 4 + 2 * 4)]


def test_keras_1_is_told_by_its_layers():
    layer = {
        "class_name": "Convolution2D",
        "config": {"name": "conv", "nb_filter": 4, "nb_row": 3, "nb_col": 3, "border_mode": "same"},
    }
    message = refusal({"class_name": "Sequential", "config": [layer], "keras_version": "1.2.1"})
    assert "Keras 1" in message


@pytest.mark.parametrize(
    "around",
    [
        lambda model: {"format": "layers-model", "modelTopology": {"model_config": model}},
        lambda model: {"modelTopology": {"keras_version": "2.3.0-tf", "model_config": model}},
        lambda model: {"modelTopology": {"keras_version": "tfjs-layers 4.22.0", **model}},
        lambda model: {"modelTopology": model, "weightsManifest": [{"paths": ["a.bin"], "weights": []}]},
        lambda model: {"model_config": model},
    ],
    ids=["by the converter", "with the version beside", "by the browser", "with weights", "as in an h5 file"],
)
def test_a_layers_model_of_tensorflow_js_holds_a_keras_model(around):
    model = early(gru())
    if "tfjs" in json.dumps(around({"x": 1})):
        del model["keras_version"]
    assert read(around(model))["nodes"] == read(early(gru()))["nodes"]


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ({"format": "graph-model", "modelTopology": {"node": []}}, "graph model"),
        ({"modelTopology": {"node": [], "library": {}}}, "graph model"),
        ({"modelTopology": [1]}, "must be an object"),
        ({"modelTopology": {}}, "class_name"),
        ({"model_config": "text"}, "class_name"),
    ],
)
def test_what_tensorflow_js_wrote_and_is_no_layers_model(document, words):
    assert words in refusal(document)
