"""Layers that learn before training are written wherever they stand, and what they learnt survives saving."""

import ast
import warnings
from pathlib import Path

import keras
import numpy as np
import pytest

from blockwright.codegen import APIS, LOOPS, generate
from blockwright.design.presets import preset
from blockwright.schema.design import Design
from tests.codegen.apis.test_network import composed, made
from tests.codegen.checking import ruff
from tests.codegen.learning import RANGES, nested, shared, stacked
from tests.codegen.running import probe, values_of
from tests.network.designs import node

TICKETS = {"data": {"name": "tickets", "examples": 300}}


def main_of(design: Design, api: str, settings: dict) -> str:
    text = generate(design, api, "fit", settings).text
    main = next(one for one in ast.parse(text).body if getattr(one, "name", "") == "main")
    return ast.unparse(main)


def test_layers_inside_blocks_learn_in_the_order_in_which_values_reach_them():
    found = main_of(nested(2), "subclassing", TICKETS)
    places = [
        "model.title_words.words_.adapt(values_at(model, model.title_words.words_, examples))",
        "model.title_words.norm.adapt(",
        "model.body_words.inner.words_.adapt(",
        "model.body_words.inner.norm.adapt(",
        "model.body_words.after.adapt(",
        "for layer in model.scaled_:\n        for inner in layer.norms:\n            inner.adapt(",
        "for layer in model.again:\n        layer.adapt(",
    ]
    order = [found.find(one) for one in places]
    assert -1 not in order, places[order.index(-1)]
    assert order == sorted(order)
    found = main_of(nested(2), "functional", TICKETS)
    assert "model.get_layer('body_words').inner.norm.adapt(" in found
    assert "for layer in [model.get_layer(f'again_{number}') for number in range(1, 3)]:" in found


def test_a_shared_block_learns_from_all_its_places():
    found = main_of(shared(), "functional", TICKETS)
    assert "places=2, later=(model.get_layer('words').norm,)" in found
    assert "model.get_layer('words').norm, examples, places=2))" in found


def test_files_with_layers_that_learn_inside_are_neat(tmp_path):
    for name, design in (("nested", nested(2)), ("shared", shared()), ("stacked", stacked())):
        data = {"data": {"name": "diabetes"}} if name == "stacked" else TICKETS
        for api in APIS:
            for loop in LOOPS:
                file = generate(design, api, loop, data)
                if file.problem is None:
                    assert file.untrained is None
                    (tmp_path / f"{name}_{api}_{loop}.py").write_text(file.text)
    assert len(list(tmp_path.iterdir())) == 21
    assert ruff(tmp_path) == ""


def test_a_block_that_is_given_its_words_learns_nothing():
    inside = {
        "inputs": ["text"],
        "params": {"known": ["good", "bad"]},
        "nodes": [
            node("TextVectorization", "words", vocabulary={"param": "known"}, output_sequence_length=4),
            node("Embedding", "vectors", input_dim=9, output_dim=2),
            node("Flatten", "flat"),
        ],
    }
    nodes = [node("Read", "read"), node("Dense", "opinion", units=1)]
    design = made([("text", (1,), "string")], nodes, composites={"Read": inside})
    assert "adapt(" not in generate(design, "functional", "fit", {"data": {"name": "reviews"}}).text


def made_by(design: Design, api: str) -> keras.Model:
    """The model of a file."""
    text = generate(design, api).text
    values = values_of(text)
    if api != "subclassing":
        return values["build_model"]()
    name = next(
        one.name
        for one in ast.parse(text).body
        if isinstance(one, ast.ClassDef) and ast.unparse(one.bases[0]) == "keras.Model"
    )
    model = values[name]()
    model.build_graph()
    return model


@pytest.mark.slow
@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("key", ["tutorial_inception", "densenet_small", "own"])
def test_a_saved_model_is_loaded_without_a_warning(key: str, api: str, tmp_path: Path):
    design = composed() if key == "own" else preset(key).design
    if generate(design, api).problem is not None:
        design = made(
            [("image", (8, 8, 6))],
            [{**node("ResidualUnit", "units"), "repeat": 2}],
            composites={"ResidualUnit": composed().document()["composites"]["ResidualUnit"]},
        )
    model = made_by(design, api)
    given = probe(design)[0]
    wanted = model(given, training=False)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="__array__ implementation doesn't accept a copy keyword")
        model.save(tmp_path / "model.keras")
        found = keras.models.load_model(tmp_path / "model.keras")(given, training=False)
    for one, other in zip(keras.tree.flatten(wanted), keras.tree.flatten(found), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("api", APIS)
def test_the_bounds_of_ranges_inside_a_block_are_saved(api: str, tmp_path: Path):
    design = made(
        [("patient", (4,))],
        [{**node("Ranged", "pair"), "repeat": 2}, node("Discretization", "last", num_bins=3)],
        composites={"Ranged": {**RANGES, "nodes": RANGES["nodes"][1:]}},
    )
    model = made_by(design, api)
    first = model.pair if api == "subclassing" else [model.get_layer(f"pair_{one}") for one in (1, 2)]
    last = model.last if api == "subclassing" else model.get_layer("last")
    for place, layer in enumerate([first[0].ranges, first[1].ranges]):
        layer.bin_boundaries = [-1.0, -0.5 + place, 0.0 + place, 1.5, 2.0]
    last.bin_boundaries = [0.0, 0.01]
    given = np.random.default_rng(0).normal(size=(9, 4)).astype("float32")
    wanted = model(given, training=False)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_array_equal(wanted, again(given, training=False))
    second = again.pair[1] if api == "subclassing" else again.get_layer("pair_2")
    assert second.ranges.bin_boundaries == [-1.0, 0.5, 1.0, 1.5, 2.0]
