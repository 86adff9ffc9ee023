"""Networks of every kind, written in three ways, have the app's own first weights and give its outputs."""

from contextlib import redirect_stdout
from io import StringIO

import keras
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from blocks import discover
from blockwright.codegen import APIS, generate
from blockwright.design.embedded_design import read_code
from blockwright.design.parse import read_design
from blockwright.inference.catalog import catalog
from blockwright.network import build
from blockwright.network.describe import describe
from blockwright.schema.design import Design
from tests.codegen.checking import marked, ruff, tokens
from tests.codegen.running import differences, network_of
from tests.layers.layer_inputs import VOCABULARY, suitable
from tests.network.designs import node
from tests.network.test_trainable import FROZEN

UNIT = {
    "inputs": ["x"],
    "params": {"filters": 6},
    "nodes": [
        node("Conv2D", "conv", filters={"param": "filters"}, kernel_size=3, padding="same"),
        node("BatchNormalization", "norm"),
        node("ConvBlock", "block", filters={"param": "filters"}),
        node("Add", "sum", ["block", "x"]),
    ],
}
STAGE = {
    "inputs": ["x"],
    "params": {"width": 6},
    "nodes": [
        {**node("ResidualUnit", "units", filters={"param": "width"}), "repeat": 2},
        node("MaxPooling2D", "pool"),
    ],
}
SPLIT = {
    "inputs": ["left", "right"],
    "params": {"units": 3},
    "nodes": [
        node("Concatenate", "both", ["left", "right"]),
        node("Dense", "one", ["both"], units={"param": "units"}),
        node("Dense", "two", ["both"], units=4),
    ],
    "outputs": ["one", "two"],
}


def made(inputs: list[tuple], nodes: list[dict], outputs: list[str] | None = None, **rest: object) -> Design:
    """A design with inputs of these ids, shapes and dtypes."""
    entries = [
        {"id": one[0], "shape": list(one[1]), "dtype": one[2] if len(one) > 2 else "float32"}
        for one in inputs
    ]
    document = {"format": 1, "name": "Test", "inputs": entries, "nodes": nodes, **rest}
    return read_design({**document, "outputs": outputs} if outputs else document)


def composed() -> Design:
    """Composite blocks inside each other, repeated, with arguments and several results; a shared layer; two outputs."""
    return made(
        [("image", (8, 8, 3))],
        [
            node("Conv2D", "stem", filters=6, kernel_size=1),
            {**node("ResidualUnit", "units"), "repeat": 3},
            node("Stage", "stage", width=6),
            node("GlobalAveragePooling2D", "mean", ["stage"]),
            node("GlobalMaxPooling2D", "top", ["stage"]),
            node("Dense", "encode", ["mean"], units=5),
            {"id": "again", "block": "Dense", "shares": "encode", "inputs": ["top"]},
            node("Split", "halves", ["encode", "again"], units=4),
            node("Dense", "first", ["halves"], units=2),
            {**node("Dense", "second", ["halves/1"], units=4), "repeat": 2},
        ],
        ["first", "second"],
        composites={"ResidualUnit": UNIT, "Stage": STAGE, "Split": SPLIT},
    )


def alike(design: Design, *apis: str) -> None:
    for api in apis or APIS:
        if generate(design, api).problem is None:
            weights, outputs = differences(design, api)
            assert weights == 0, api
            assert outputs <= 1e-6, api


@pytest.mark.parametrize("name", discover())
def test_every_block_is_written_in_all_three_ways(name):
    block = discover()[name]
    shapes = block.examples[0]
    shapes = shapes if isinstance(shapes[0], list | tuple) else [shapes]
    inputs = [(f"input_{place}", shape, block.takes) for place, shape in enumerate(shapes)]
    params = {one.name: one.default for one in block.params() if one.required}
    alike(made(inputs, [node(name, "one", [one[0] for one in inputs], **params)]))


def layer(name: str) -> Design:
    kind = catalog().blocks[name]
    shapes, dtypes = suitable(kind)
    inputs = [
        (f"input_{place}", shape[1:], dtype)
        for place, (shape, dtype) in enumerate(zip(shapes, dtypes, strict=True))
    ]
    params = {one.name: one.default for one in kind.params if one.required} | VOCABULARY.get(name, {})
    return made(inputs, [node(name, "one", [one[0] for one in inputs], **params)])


LAYERS = [name for name, kind in catalog().blocks.items() if kind.origin == "keras"]


@pytest.mark.parametrize(
    "name", ["Dot", "Discretization", "TextVectorization", "IntegerLookup", "GRU", "PReLU"]
)
def test_layers_of_many_kinds_are_written_in_all_three_ways(name):
    alike(layer(name))


@pytest.mark.allcode
@pytest.mark.timeout(900)
@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_is_written_in_all_three_ways(name):
    alike(layer(name))


def test_own_blocks_repetition_and_shared_layers_are_written_as_a_person_would(tmp_path):
    design = composed()
    for api in APIS[:2]:
        file = generate(design, api, "train_step")
        (tmp_path / f"{api}.py").write_text(file.text)
        assert {one["node"] for one in file.lines} == {one.id for one in design.nodes}
    assert ruff(tmp_path) == ""
    alike(design)
    text = (tmp_path / "subclassing.py").read_text()
    assert "class ResidualUnit(layers.Layer):" in text
    assert "def __init__(self, filters=6, **kwargs):" in text
    assert 'self.units = [ResidualUnit(name=f"units_{number}") for number in range(1, 4)]' in text
    assert "        for layer in self.units:\n            x = layer(x)\n" in text
    assert "self.units = [ResidualUnit(filters=width) for _ in range(2)]" in text
    assert text.count("self.encode = ") == 1
    assert "again = self.encode(top)" in text
    assert "halves, halves_1 = self.halves([encode, again])" in text
    assert 'return {"first": first, "second": second}' in text
    text = (tmp_path / "functional.py").read_text()
    assert "def residual_unit(inputs, filters=6):" in text
    assert "        x = residual_unit(x, filters=width)" in text
    assert 'encode_layer = layers.Dense(5, name="encode")' in text
    assert "again = encode_layer(top)" in text


def test_lines_lead_to_repeated_and_shared_nodes():
    found = generate(composed(), "subclassing")
    lines = marked(found.text, found.lines)
    assert lines["units"][1] == "for layer in self.units:\n            x = layer(x)"
    assert lines["again"] == ['self.encode = layers.Dense(5, name="encode")', "again = self.encode(top)"]
    found = generate(composed(), "functional")
    lines = marked(found.text, found.lines)
    assert lines["units"] == ["units = stem", "for _ in range(3):\n        units = residual_unit(units)"]
    assert lines["again"] == ['encode_layer = layers.Dense(5, name="encode")', "again = encode_layer(top)"]


def test_a_plain_stack_of_own_blocks_is_sequential():
    plain = made(
        [("image", (8, 8, 6))],
        [{**node("ResidualUnit", "units"), "repeat": 3}, node("Stage", "stage")],
        composites={"ResidualUnit": UNIT, "Stage": STAGE},
    )
    text = generate(plain, "sequential").text
    assert '*[ResidualUnit(name=f"units_{number}") for number in range(1, 4)],' in text
    alike(plain)


@pytest.mark.parametrize(
    ("last", "why"),
    [
        (node("MultiHeadAttention", "last", num_heads=1, key_dim=2), "is called with a query and a value"),
        (node("LSTM", "last", units=2, return_state=True), "gives 3 results"),
        ({"id": "last", "block": "Dense", "shares": "wide"}, "shares its weights"),
        (node("Add", "last", ["wide"]), "joins several branches"),
        ({"id": "last", "block": "ReLU", "inputs": []}, "it reads nothing yet"),
    ],
)
def test_what_no_stack_can_hold_is_named(last, why):
    made_of = made([("steps", (4, 3))], [node("Dense", "wide", units=3), last])
    found = generate(made_of, "sequential")
    assert why in found.problem
    if not found.findings:
        alike(made_of, "subclassing", "functional")


def test_states_attention_and_both_directions():
    steps = [("steps", (7, 5)), ("other", (4, 5))]
    alike(
        made(
            steps,
            [
                node("LSTM", "encoder", ["steps"], units=4, return_state=True, return_sequences=True),
                node("LSTM", "decoder", ["other", "encoder/1", "encoder/2"], units=4, dropout=0.1),
                node("GRU", "gated", ["encoder", "encoder/2"], units=4),
                node("Bidirectional", "both", ["other"], units=3, layer="GRU", return_state=True),
                node("MultiHeadAttention", "look", ["other", "steps"], num_heads=2, key_dim=3),
                node(
                    "MultiHeadAttention", "self_look", ["look"], num_heads=1, key_dim=3, use_causal_mask=True
                ),
                node("Attention", "weigh", ["self_look", "steps"]),
                node("Bidirectional", "last", ["weigh"], units=2, merge_mode="sum"),
            ],
            ["decoder", "gated", "both/1", "last"],
        )
    )


@pytest.mark.slow
def test_layers_that_draw_late_give_the_same_weights_inside_own_blocks():
    inside = [
        node(
            "MultiHeadAttention",
            "look",
            num_heads={"param": "heads"},
            key_dim=3,
            use_causal_mask={"param": "causal"},
        ),
        node("Dense", "dense", units=5),
        node("Add", "sum", ["dense", "x"]),
        node("TransformerBlock", "block", num_heads={"param": "heads"}),
        node("Bidirectional", "read", units=2, layer={"param": "kind"}, return_sequences=True),
        node("Dense", "back", units=5),
    ]
    encoder = {"inputs": ["x"], "params": {"heads": 2, "causal": True, "kind": "GRU"}, "nodes": inside}
    design = made(
        [("steps", (6, 5))],
        [
            {**node("Encoder", "encoders"), "repeat": 2},
            node("Encoder", "other", heads=1, causal=False, kind="LSTM"),
            {"id": "again", "block": "Encoder", "shares": "other"},
            node("Dense", "head", units=2),
        ],
        composites={"Encoder": encoder},
    )
    alike(design)


def test_hostile_names_inside_own_blocks_become_text_only(tmp_path):
    inside = {
        "inputs": ['a"b', "class"],
        "params": {"import os": 3, "unused": 1},
        "nodes": [
            node("Concatenate", "self", ['a"b', "class"]),
            node("Dense", "x\ny", ["self"], units={"param": "import os"}),
        ],
    }
    design = made(
        [("__class__", (4,)), ("卷", (4,))],
        [
            node("Layer", "print", ["__class__", "卷"], **{"import os": 4}),
            node("Path", "lambda", ["print", "卷"]),
        ],
        composites={"Layer": inside, "Path": inside},
    )
    for api in APIS[:2]:
        file = generate(design, api, "custom")
        (tmp_path / f"{api}.py").write_text(file.text)
        assert read_code(file.text)["design"] == design.document()
    assert ruff(tmp_path) == ""
    alike(design)


@st.composite
def graphs(draw: st.DrawFn) -> Design:
    """Sound graphs over vectors: merges, shared and repeated layers, composite blocks, disabled nodes, several ends."""
    inputs = [(f"in {place}", (4,)) for place in range(draw(st.integers(1, 3)))]
    ids = [one[0] for one in inputs]
    nodes: list[dict] = []
    dense: list[str] = []
    for place in range(draw(st.integers(2, 9))):
        name = f"{draw(st.text(max_size=4))}{place}"
        kind = draw(st.sampled_from(["Dense", "Add", "Average", "Unit", "Pair", "Share", "MLPBlock", "ReLU"]))
        one, other = draw(st.sampled_from(ids)), draw(st.sampled_from(ids))
        if kind == "Share" and dense:
            nodes.append(
                {"id": name, "block": "Dense", "shares": draw(st.sampled_from(dense)), "inputs": [one]}
            )
        elif kind in ("Add", "Average", "Pair"):
            nodes.append(node(kind, name, [one, other]))
        else:
            params = {"Dense": {"units": 4}, "MLPBlock": {"units": [3, 4]}}
            kind = "Dense" if kind == "Share" else kind
            nodes.append(
                {**node(kind, name, [one], **params.get(kind, {})), "repeat": draw(st.integers(1, 2))}
            )
            nodes[-1]["enabled"] = draw(st.integers(0, 6)) > 0
            if kind == "Dense" and nodes[-1]["repeat"] == 1:
                dense.append(name)
        ids.append(f"{name}/1" if nodes[-1]["block"] == "Pair" and draw(st.booleans()) else name)
    read = {source.removesuffix("/1") for one in nodes for source in one.get("inputs", [])}
    ends = [one["id"] for one in nodes if one["id"] not in read]
    unit = {"inputs": ["x"], "nodes": [node("Dense", "a", units=4), node("Add", "b", ["a", "x"])]}
    pair = {**SPLIT, "params": {"units": 4}}
    return made(inputs, nodes, ends, composites={"Unit": unit, "Pair": pair})


def tried(design: Design) -> None:
    with redirect_stdout(StringIO()):
        if not any(one["severity"] == "error" for one in describe(design)["findings"]):
            alike(design)


def test_an_output_that_is_switched_off_keeps_its_name():
    nodes = [
        node("Dense", "a", ["in"], units=4),
        node("Dense", "b", ["in"], units=4),
        {**node("Dense", "c", ["a"], units=4), "enabled": False},
    ]
    design = made([("in", (4,))], nodes, ["b", "c"])
    for api in APIS[:2]:
        assert '{"b": b, "c": a}' in generate(design, api).text
    alike(design)


RANDOM = {"deadline": None, "derandomize": True, "suppress_health_check": list(HealthCheck)}


@settings(max_examples=8, **RANDOM)
@given(graphs())
def test_random_graphs_are_written_alike(design):
    tried(design)


@pytest.mark.allcode
@pytest.mark.timeout(1800)
@settings(max_examples=150, **RANDOM)
@given(graphs())
def test_many_random_graphs_are_written_alike(design):
    tried(design)


FROZEN_CASES = [
    (name, api)
    for name in FROZEN
    for api in ("subclassing", "functional", "sequential")
    if not (api == "sequential" and name in ("shared", "attention"))
]


@pytest.mark.parametrize(("name", "api"), FROZEN_CASES)
def test_a_file_with_frozen_nodes_trains_what_the_app_trains(name, api, tmp_path):
    design = FROZEN[name]
    made = generate(design, api, "fit")
    assert "trainable=False" in made.text
    assert not any(name.startswith("_") for name in tokens(made.text) - {"_"} if not name.endswith("__"))
    app, file = build(design), network_of(made.text)
    shapes = [one.shape for one in app.trainable_weights]
    assert [one.shape for one in file.trainable_weights] == shapes
    assert differences(design, api) == (0, pytest.approx(0, abs=1e-6))
    for layer in file._flatten_layers():
        if isinstance(layer, keras.layers.BatchNormalization):
            values = np.random.default_rng(1).normal(size=(4, *design.inputs[0].shape)).astype("float32")
            file(values, training=True)
            assert not np.asarray(layer.moving_mean).any()
    if api != "subclassing":
        file.save(tmp_path / "it.keras")
        again = keras.saving.load_model(tmp_path / "it.keras")
        assert [one.shape for one in again.trainable_weights] == shapes


def test_a_file_without_frozen_nodes_says_nothing_of_it():
    document = FROZEN["layer"].document()
    del document["nodes"][0]["trainable"]
    assert "trainable=False" not in generate(read_design(document), "subclassing", "fit").text
