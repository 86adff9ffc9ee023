"""Files that are no model's JSON, are cut off, or were made to do harm: each is refused with a sentence."""

import json
import zipfile
from io import BytesIO
from typing import Any

import keras
import pytest
from keras import layers

from blockwright.importing import ImportProblem, import_model
from blockwright.importing.file.json_input import MAX_BYTES

HOW = "model.to_json()"


def refusal(file: Any) -> str:
    text = file if isinstance(file, str | bytes) else json.dumps(file)
    with pytest.raises(ImportProblem) as caught:
        import_model(text)
    assert all(finding.severity == "error" for finding in caught.value.findings)
    return str(caught.value)


def small() -> dict[str, Any]:
    """The JSON of a small functional model, to be spoilt."""
    start = keras.Input((8,), name="start")
    dense = layers.Dense(4, activation="relu", name="dense")(start)
    added = layers.Add(name="sum")([dense, layers.Dense(4, name="other")(start)])
    return json.loads(keras.Model(start, added, name="small").to_json())


def sequential(*entries: dict[str, Any]) -> dict[str, Any]:
    first = {"class_name": "InputLayer", "config": {"name": "x", "batch_shape": [None, 8]}}
    return {"class_name": "Sequential", "config": {"name": "s", "layers": [first, *entries]}}


def layer(class_name: str, name: str = "it", **config: Any) -> dict[str, Any]:
    return {"module": "keras.layers", "class_name": class_name, "config": {"name": name, **config}}


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("", "empty"),
        ("  \n", "empty"),
        ("[]", "a list"),
        ("7", "a number"),
        ("null", "nothing"),
        ("{", "line 1"),
        ("\x00\x01", "line 1"),
        (b"\xff\xfe\x00", "UTF-8"),
        ("{}", "class_name"),
        ('{"class_name": "Functional"}', "config"),
        ('{"class_name": "Functional", "config": 3}', "a number"),
        ('{"class_name": "Functional", "config": {}}', "layers"),
        ('{"class_name": "Sequential", "config": {"layers": []}}', "layers"),
        ('{"class_name": "Dense", "config": {}}', "does not list its layers"),
        ('{"class_name": ["Functional"], "config": {}}', "class_name"),
        ('{"class_name": "MyModel", "module": "__main__", "config": {}}', "__main__"),
        ('{"format": 1, "nodes": [], "inputs": []}', "already a design"),
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "Infinity"),
        ('{"a": 1e999}', "1e999"),
        ('{"a": ' + "9" * 5000 + "}", "not valid JSON"),
    ],
)
def test_what_is_no_model_is_told_so(file, words):
    assert words in refusal(file)


def test_a_file_that_was_cut_off_says_where():
    text = json.dumps(small())
    for length in range(1, len(text), 97):
        assert "Is the file complete?" in refusal(text[:length])


def test_a_keras_file_is_never_loaded_and_the_way_to_the_json_is_told(tmp_path):
    path = tmp_path / "model.keras"
    keras.Sequential([keras.Input((3,)), layers.Dense(2)]).save(path)
    message = refusal(path.read_bytes())
    assert ".keras" in message
    assert "never loaded" in message
    assert HOW in message


def test_the_config_inside_a_keras_file_is_read(tmp_path):
    path = tmp_path / "model.keras"
    keras.Sequential([keras.Input((3,)), layers.Dense(2, name="two")]).save(path)
    with zipfile.ZipFile(BytesIO(path.read_bytes())) as archive:
        design = import_model(archive.read("config.json")).design
    assert [node.id for node in design.nodes] == ["two"]


@pytest.mark.parametrize("start", [b"\x89HDF\r\n\x1a\n", b"\x80\x04\x95", b"\x1f\x8b\x08"])
def test_other_model_files_are_told_apart_by_their_first_bytes(start):
    assert HOW in refusal(start + b"\x00" * 100)


def test_the_size_is_checked_before_anything_is_read():
    assert "up to 5 MB" in refusal("[" * (MAX_BYTES + 1))
    assert "up to 5 MB" in refusal(b"\x00" * (MAX_BYTES + 1))


@pytest.mark.parametrize("depth", [150, 1000, 100_000])
@pytest.mark.parametrize("brackets", ["[]", '{"a":,}'])
def test_lists_and_objects_nested_too_deep_are_refused(depth, brackets):
    opening, closing = ("[", "]") if brackets == "[]" else ('{"a":', "}")
    text = '{"class_name": "Functional", "config": ' + opening * depth + "1" + closing * depth + "}"
    assert "deep" in refusal(text)


def test_models_nested_too_deep_are_refused():
    inner = layer("Dense", units=2)
    for number in range(15):
        inner = layer("Sequential", f"level{number}", layers=sequential(inner)["config"]["layers"])
    assert "deep" in refusal(sequential(inner))


def test_models_nested_a_thousand_deep_are_refused():
    start, end = '{"class_name":"Sequential","config":{"layers":[', "]}}"
    assert "deep" in refusal(start * 1000 + end * 1000)


def test_models_that_multiply_inside_each_other_are_refused():
    """Each level calls the one below four times, so that five levels stand for thousands of layers."""
    body = [layer("Dense", "d0", units=8), *(layer("ReLU", f"r{number}") for number in range(9))]
    for number in range(5):
        inside = sequential(*body)["config"]["layers"]
        body = [_called(layer("Sequential", f"m{number}", layers=inside), 4)]
    document = {
        "class_name": "Functional",
        "config": {
            "name": "bomb",
            "layers": body[0]["config"]["layers"],
            "input_layers": [["x", 0, 0]],
            "output_layers": body[0]["config"]["output_layers"],
        },
    }
    assert "at most 5,000 are supported" in refusal(document)


def _called(entry: dict[str, Any], times: int) -> dict[str, Any]:
    """A functional model that calls `entry` on its own result several times."""
    name = entry["config"]["name"]
    wires = ["x", *[name] * times]
    calls = [
        {
            "args": [
                {
                    "class_name": "__keras_tensor__",
                    "config": {"keras_history": [layer_name, max(0, number - 1), 0]},
                }
            ]
        }
        for number, layer_name in enumerate(wires[:-1])
    ]
    start = {**layer("InputLayer", "x", batch_shape=[None, 8]), "inbound_nodes": []}
    inside = [start, {**entry, "name": name, "inbound_nodes": [{**call, "kwargs": {}} for call in calls]}]
    ends = {"input_layers": [["x", 0, 0]], "output_layers": [[name, times - 1, 0]]}
    return layer("Functional", f"{name}f", layers=inside, **ends)


def test_too_many_layers_are_refused():
    many = [layer("ReLU", f"r{number}") for number in range(6000)]
    assert "5,000" in refusal(sequential(*many))
    assert "2,000" in refusal(sequential(*many[:2500]))


def test_a_lambda_is_refused_with_its_name_and_place():
    document = sequential(layer("Dense", "d", units=2), layer("Lambda", "sneaky", function="x"))
    with pytest.raises(ImportProblem) as caught:
        import_model(json.dumps(document))
    (finding,) = caught.value.findings
    assert finding.code == "code-refused"
    assert finding.message.startswith("layers[2] 'sneaky' (Lambda): `Lambda` contains code")


def test_a_real_lambda_is_refused_and_never_runs(tmp_path):
    mark = tmp_path / "ran"
    start = keras.Input((3,))
    model = keras.Model(start, layers.Lambda(lambda x: x, name="mine")(start))
    text = model.to_json().replace('"__lambda__"', json.dumps(f"open('{mark}', 'w')"))
    assert "'mine' (Lambda)" in refusal(text)
    assert not mark.exists()


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (layer("Frobnicate"), "There is no block `Frobnicate`"),
        (layer("__import__"), "There is no block"),
        (layer("ConvBlock"), "There is no block `ConvBlock`"),
        ({**layer("Dense", units=2), "module": "os"}, "(module os)"),
        ({**layer("Dense", units=2), "module": "keras.layers.evil;"}, "(module"),
        ({**layer("Dense", units=2), "module": 7}, "(module 7)"),
        ({**layer("Dense", units=2), "registered_name": "mypackage>Dense"}, "mypackage>Dense"),
        ({**layer("Dense", units=2), "module": "subprocess", "class_name": "Popen"}, "subprocess"),
        ({**layer("LayerScale", init_values=1), "module": "mine"}, "(module mine)"),
        ({**layer("LayerScale", init_values=1), "module": None}, "None"),
        ({**layer("Add"), "module": "keras.src.ops.numpy"}, "neither a tensor nor a number"),
        ({"class_name": 3, "config": {}}, "class_name"),
        ({"class_name": "Dense"}, "`units` is missing"),
        ({"class_name": "Dense", "config": []}, "a list"),
        *(
            ({"class_name": kind, "config": "text"}, "`config` must be an object")
            for kind in ("Sequential", "Functional")
        ),
        ({"class_name": "Dense", "config": {"name": 3}}, "`name` must be text"),
        (layer("Dense"), "`units` is missing"),
        (layer("Dense", units=0), "units=0"),
        (layer("Dense", units="many"), 'units="many"'),
        (layer("Dense", units=10**30), "units=1000"),
        (layer("Dense", units=2, activation="evil"), 'activation="evil"'),
        (layer("Dense", units=2, activation={"class_name": "function", "config": "f"}), 'activation="f"'),
        (
            layer("Dense", units=2, activation={"module": "m", "class_name": "function", "config": "f"}),
            "custom function (m)",
        ),
        (layer("Dense", units=2, activation={"config": {"a": 1}}), "activation is a layer"),
        (layer("Dense", units=2, dtype="mixed_bfloat16"), "mixed_bfloat16"),
        (layer("Dense", units=2, dtype={"class_name": "QuantizedDTypePolicy"}), "data type"),
        (
            layer("Dense", units=2, dtype={"class_name": "DTypePolicy", "config": {"name": "float64"}}),
            "float64",
        ),
        (layer("Dense", units=2, lora_rank=4), "`lora_rank` 4 is not supported"),
        (layer("Dense", units=2, surprise=True), "`surprise` true is not supported"),
        (layer("Conv2D", filters=2, kernel_size=3, data_format="channels_first"), "channels_first"),
        (layer("BatchNormalization", axis=0), "`axis` 0"),
        (layer("LayerNormalization", axis="last"), '"last"'),
        (layer("Dropout", rate=0.5, noise_shape=[None, 3]), "noise_shape"),
        (layer("Bidirectional", layer=7), "`layer` must be a layer"),
        (layer("Bidirectional", layer=layer("Lambda")), "contains code"),
        (layer("Bidirectional", layer={**layer("LSTM", units=2), "module": "m"}), "(module m)"),
        (layer("Bidirectional", layer=layer("Dense", units=2)), "`Bidirectional` of `Dense`"),
        (
            layer("TimeDistributed", layer=layer("Conv2D", filters=2, kernel_size=3)),
            "`TimeDistributed` of `Conv2D`",
        ),
        (layer("LSTM", units=3, stateful=True), "`stateful` true is not supported"),
        (layer("InputLayer", batch_shape=[None, 3]), "middle"),
    ],
)
def test_a_layer_that_cannot_be_imported_is_named_with_its_place(entry, words):
    message = refusal(sequential(entry))
    assert "layers[1]" in message
    assert words in message


def test_every_problem_is_told_at_once_and_the_list_ends():
    message = refusal(sequential(layer("Nope", "a"), layer("Lambda", "b"), layer("Dense", "c")))
    assert all(path in message for path in ("layers[1]", "layers[2]", "layers[3]"))
    with pytest.raises(ImportProblem) as caught:
        import_model(json.dumps(sequential(*[layer("Nope", f"n{number}") for number in range(900)])))
    assert len(caught.value.findings) == 31
    assert "870 more" in caught.value.findings[-1].message


def test_what_only_follows_from_another_problem_is_not_told():
    document = sequential(
        layer("Lambda", "bad"), layer("BatchNormalization", "norm", axis=1), layer("Dense", "last", units=2)
    )
    with pytest.raises(ImportProblem) as caught:
        import_model(json.dumps(document))
    assert len(caught.value.findings) == 1


def test_problems_inside_a_model_tell_the_way_to_it():
    inner = layer("Sequential", "inner", layers=sequential(layer("Lambda", "bad"))["config"]["layers"])
    assert "layers[1] 'inner' (Sequential) > layers[1] 'bad' (Lambda)" in refusal(sequential(inner))


def spoilt(change: Any) -> str:
    document = small()
    change(document["config"], {entry["name"]: entry for entry in document["config"]["layers"]})
    return refusal(document)


def _wire(entry: dict[str, Any], history: Any, position: int = 0) -> None:
    entry["inbound_nodes"][0]["args"][position]["config"]["keras_history"] = history


def _reading(name: str) -> dict[str, Any]:
    tensor = {"class_name": "__keras_tensor__", "config": {"keras_history": [name, 0, 0]}}
    return {"args": [tensor], "kwargs": {}}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda c, n: _wire(n["dense"], ["nowhere", 0, 0]), "reads 'nowhere'"),
        (lambda c, n: _wire(n["dense"], ["start", 3, 0]), "call 3"),
        (lambda c, n: _wire(n["dense"], ["start", 0, 2]), "output 2"),
        (lambda c, n: _wire(n["dense"], ["start", -1, 0]), "where it comes from"),
        (lambda c, n: _wire(n["dense"], "start"), "where it comes from"),
        (lambda c, n: _wire(n["dense"], ["dense", 0, 0]), "part of a cycle"),
        (lambda c, n: _wire(n["dense"], ["sum", 0, 0]), "part of a cycle"),
        (lambda c, n: n["dense"]["inbound_nodes"].insert(0, _reading("dense")), "part of a cycle"),
        (lambda c, n: c.update(layers=[*c["layers"], c["layers"][1]]), "the same name"),
        (lambda c, n: c.update(layers={}), "layers"),
        (lambda c, n: c.update(layers=[7]), "must be an object"),
        (lambda c, n: c.update(input_layers=[["missing", 0, 0]]), "There is no layer 'missing'"),
        (lambda c, n: c.update(input_layers=[["dense", 0, 0]]), "not an InputLayer"),
        (lambda c, n: c.update(input_layers=[]), "input_layers"),
        (lambda c, n: c.update(output_layers=[["missing", 0, 0]]), "missing"),
        (lambda c, n: c.update(output_layers=[["sum", 5, 0]]), "call 5"),
        (lambda c, n: c.update(output_layers=3), "a number"),
        (
            lambda c, n: c.update(output_layers=[["sum", 0, 0]] * 100_000),
            "There are 100,000; a design has at most 16",
        ),
        (lambda c, n: c.pop("output_layers"), "nothing"),
        (lambda c, n: n["sum"].update(inbound_nodes=7), "must be a list"),
        (lambda c, n: n["sum"].update(inbound_nodes=[7]), "names the layers that it reads"),
        (lambda c, n: n["sum"].update(inbound_nodes=[{"args": 1}]), "the list `args`"),
        (lambda c, n: n["sum"]["inbound_nodes"][0].update(kwargs={"training": True}), "training=True"),
        (lambda c, n: n["sum"]["inbound_nodes"][0].update(kwargs={"scale": 2}), "`scale`"),
        (
            lambda c, n: n["sum"]["inbound_nodes"][0].update(kwargs=_reading("dense")["args"][0]),
            "`class_name`",
        ),
        (lambda c, n: n["dense"]["inbound_nodes"][0].update(args=[]), "must read tensors"),
        (lambda c, n: n["dense"]["inbound_nodes"][0].update(args=[7]), "must read tensors"),
        (lambda c, n: n["dense"]["inbound_nodes"][0].update(args=[1, 2]), "2 arguments"),
        (lambda c, n: n["start"]["config"].update(batch_shape=[]), "batch_shape"),
        (lambda c, n: n["start"]["config"].update(batch_shape=[None]), "1 to 4 sizes"),
        (lambda c, n: n["start"]["config"].update(batch_shape=[None, 0]), "1 to 4 sizes"),
        (lambda c, n: n["start"]["config"].update(batch_shape=[None, "8"]), "1 to 4 sizes"),
        (lambda c, n: n["start"]["config"].update(batch_shape=None), "no shape yet"),
        (lambda c, n: n["start"]["config"].update(dtype="complex64"), "complex64"),
        (lambda c, n: n["start"]["config"].update(sparse=True), "sparse"),
    ],
)
def test_wires_and_ends_that_lead_nowhere_are_told(change, words):
    assert words in spoilt(change)
