"""Tables, texts and several inputs and outputs: what a file loads, against the app's own."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from blockwright.codegen import generate
from blockwright.codegen.assemble import read_parts
from blockwright.data.loading import load
from blockwright.data.prepare import prepare_design
from blockwright.design.output_activation import scales_itself
from blockwright.design.wiring import resolve_outputs
from blockwright.network.describe import describe
from blockwright.recipe.settings import Settings
from blockwright.schema.design import Design
from blockwright.tasks.objectives import choose_targets, read_objectives
from blockwright.training.setup.pipeline import prepared_batches
from tests.codegen.apis.test_network import made
from tests.codegen.array_files import reader, several, single
from tests.codegen.checking import ruff
from tests.codegen.running import values_of
from tests.network.designs import node

SETTINGS = {"batch_size": 9, "seed": 3, "precision": "float32"}


def from_file(plan: Design, settings: dict[str, Any]) -> dict[str, Any]:
    """What stands in the variables of a file once its data is prepared."""
    values = values_of(generate(plan, "functional", "fit", settings).text)
    data = next(
        one for one in read_parts(plan, "functional", "fit", settings).sections if one.title == "Data"
    )
    if settings["data"]["name"] == "upload":
        values["DATA"] = settings["data"]["path"]
    exec(compile(data.run, "file", "exec"), values)
    return values


def from_app(plan: Design, document: dict[str, Any]) -> dict[str, tf.data.Dataset]:
    settings = Settings.read(document)
    shapes = dict(
        zip(
            resolve_outputs(plan),
            (tuple(one["output_shape"][1:]) for one in describe(plan)["outputs"]),
            strict=True,
        )
    )
    dataset = load(settings.data, seed=settings.seed, version=settings.data_version)
    chosen, _ = choose_targets(plan, settings.outputs, dataset.card, shapes)
    prepared = prepare_design(
        dataset,
        plan.inputs,
        shapes,
        chosen=chosen,
        settings=settings,
        scaled=[one.id for one in plan.inputs if scales_itself(plan, one.id)],
    )
    objectives = read_objectives(plan, settings, shapes, prepared)
    data = (plan, prepared, objectives)
    return {
        "train_data": prepared_batches(*data, "train", settings.batch_size, settings.seed),
        "validation_data": prepared_batches(*data, "validation", settings.batch_size),
        "test_data": prepared_batches(*data, "test", settings.batch_size),
    }


def listed(values: Any) -> list[np.ndarray]:
    """One array or several, in the order of their names."""
    if isinstance(values, dict):
        return [np.asarray(values[name]) for name in sorted(values)]
    return [np.asarray(one) for one in (values if isinstance(values, tuple) else [values])]


def agree(plan: Design, **settings: Any) -> None:
    """Input and output ids must be in the order of their names."""
    document = {**SETTINGS, **settings}
    keras.utils.set_random_seed(3)
    expected = from_app(plan, document)
    keras.utils.set_random_seed(3)
    found = from_file(plan, document)
    for name, wanted in expected.items():
        pairs = list(zip(found[name], wanted, strict=True))
        assert pairs
        for (x, y), (wanted_x, wanted_y) in pairs:
            for one, other in zip(listed(x), listed(wanted_x), strict=True):
                np.testing.assert_array_equal(one, other)
            for one, other in zip(listed(y), listed(wanted_y), strict=True):
                np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("scaling", ["auto", "unit", "none"])
@pytest.mark.parametrize(("name", "units"), [("iris", 3), ("wine", 3), ("breast_cancer", 2), ("diabetes", 1)])
def test_tables_are_loaded_alike(name, units, scaling):
    wide = {"iris": 4, "wine": 13, "breast_cancer": 30, "diabetes": 10}[name]
    plan = made([("row", (wide,))], [node("Dense", "answer", units=units)])
    agree(plan, data={"name": name}, scaling=scaling)
    agree(plan, data={"name": name}, scaling=scaling, data_version=1)


def test_columns_of_a_table_are_inputs_of_their_own():
    plan = made(
        [("alcohol", (1,)), ("hue", (1,))],
        [node("Concatenate", "both", ["alcohol", "hue"]), node("Dense", "grower", units=3)],
    )
    agree(plan, data={"name": "wine"}, validation_share=0.01)


def test_tickets_are_written_alike():
    plan = made(
        [("body", (1,), "string"), ("tags", (12,)), ("title", (1,), "string")],
        [
            node(
                "StringLookup", "a", ["body"], output_mode="multi_hot", max_tokens=9, pad_to_max_tokens=True
            ),
            node(
                "StringLookup", "b", ["title"], output_mode="multi_hot", max_tokens=9, pad_to_max_tokens=True
            ),
            node("Concatenate", "all", ["a", "b", "tags"]),
            node("Dense", "department", ["all"], units=4, activation="softmax"),
            node("Dense", "priority", ["all"], units=1),
        ],
        ["department", "priority"],
    )
    agree(plan, data={"name": "tickets", "examples": 120, "seed": 4})


def test_reviews_are_written_alike():
    plan = made(
        [("text", (1,), "string")],
        [
            node("TextVectorization", "words", max_tokens=50, output_sequence_length=6),
            node("Embedding", "vectors", input_dim=50, output_dim=3),
            node("GlobalAveragePooling1D", "mean"),
            node("Dense", "opinion", units=2, activation="softmax"),
        ],
    )
    agree(plan, data={"name": "reviews", "examples": 60, "seed": 2})


@pytest.mark.parametrize("shape", [(8, 8, 1), (6, 6, 1), (8, 8, 3)])
def test_images_are_given_back_alike(shape):
    plan = made(
        [("image", shape)],
        [
            node("Conv2D", "back", filters=shape[2], kernel_size=1, activation="sigmoid"),
            node("GlobalAveragePooling2D", "mean", ["image"]),
            node("Dense", "digit", units=10),
        ],
        ["back", "digit"],
    )
    agree(plan, data={"name": "digits"})
    agree(
        made([("image", shape)], [node("Conv2D", "back", filters=shape[2], kernel_size=1)]),
        data={"name": "digits"},
    )


TABLES = {
    "classes": ("age;city;points;bought", "{age};{city};{half};{yes}", "bought", 2),
    "numbers": ("age,city,points,bought", "{age},{city},{point},{number}", "bought", 1),
    "grades": ("age\tcity\tpoints\tbought", "{age}\t{city}\t{point}\t{grade}", "bought", 4),
}


@pytest.mark.parametrize("kind", TABLES)
@pytest.mark.parametrize("version", [1, 2, 3])
def test_uploaded_tables_are_read_alike(kind, version, tmp_path):
    header, row, target, units = TABLES[kind]
    rows = ["", header]
    for place in range(90):
        rows.append(
            row.format(
                age=place * 7 % 60 if place % 11 else "NA",
                city=('"Rome"', "Oslo ", "Köln", "")[place % 4],
                half=f"{place},5",
                point=f"{place / 7:.3f}",
                yes=("yes", "no", "?")[place % 3],
                number=place * 1.5,
                grade=place % 4 + 1,
            )
        )
    path = tmp_path / "table.csv"
    path.write_text("\n".join(rows) + "\n", encoding="utf-8-sig")
    plan = made(
        [("city", (1,), "string"), ("features", (2,))],
        [
            node(
                "StringLookup",
                "which",
                ["city"],
                output_mode="multi_hot",
                max_tokens=6,
                pad_to_max_tokens=True,
            ),
            node("Concatenate", "all", ["which", "features"]),
            node("Dense", "answer", units=units),
        ],
    )
    agree(plan, data={"name": "upload", "path": str(path), "target": target}, data_version=version)


def test_files_are_clean_in_every_loop(tmp_path: Path):
    plan = made(
        [("patient", (10,))],
        [node("Normalization", "scaled"), node("Dense", "progression", units=1)],
    )
    for loop in ("fit", "train_step", "custom"):
        for api in ("subclassing", "functional", "sequential"):
            text = generate(plan, api, loop, {"data": {"name": "diabetes"}}).text
            (tmp_path / f"{api}_{loop}.py").write_text(text)
            assert text == generate(plan, api, loop, {"data": {"name": "diabetes"}}).text
    assert ruff(tmp_path) == ""


@pytest.mark.parametrize("scaling", ["auto", "unit", "none"])
@pytest.mark.parametrize("test", [False, True])
@pytest.mark.parametrize("version", [1, 2, 3])
def test_files_of_several_arrays_are_read_alike(test: bool, scaling: str, version: int, tmp_path: Path):
    path = several(tmp_path / "data.npz", test)
    agree(reader(), data={"name": "upload", "path": str(path)}, scaling=scaling, data_version=version)


@pytest.mark.parametrize("kind", ["tags", "number", "one-hot tags", "one-hot"])
def test_arrays_of_other_targets_than_classes_are_read_alike(kind: str, tmp_path: Path):
    _, plan, data = single(tmp_path / "data.npz", kind)
    agree(plan, data=data)
    both = made(
        [("row", (5,))],
        [node("Dense", "a", units=plan.nodes[-1].params["units"]), node("Dense", "b", ["row"], units=5)],
        ["a", "b"],
    )
    if kind != "one-hot":
        agree(both, data=data, outputs={"b": {"target": "features"}})


@pytest.mark.parametrize("values", ["bytes", "numbers", "small"])
def test_images_of_an_array_file_are_given_back_alike(values: str, tmp_path: Path):
    numbers = np.random.default_rng(2)
    images = numbers.integers(0, 256, (40, 6, 6), dtype="uint8")
    images = {"bytes": images, "numbers": images / 10 - 3, "small": images / 512}[values]
    np.savez(tmp_path / "data.npz", x_train=images, y_train=np.arange(40) % 4)
    plan = made(
        [("image", (8, 8, 1))],
        [
            node("Conv2D", "back", filters=1, kernel_size=1),
            node("GlobalAveragePooling2D", "mean", ["image"]),
            node("Dense", "kind", units=4),
        ],
        ["back", "kind"],
    )
    agree(plan, data={"name": "upload", "path": str(tmp_path / "data.npz")})


def test_files_for_arrays_are_clean_and_complete(tmp_path: Path):
    path = several(tmp_path / "data.npz")
    for api in ("subclassing", "functional"):
        for loop in ("fit", "train_step", "custom"):
            file = generate(reader(), api, loop, {"data": {"name": "upload", "path": str(path)}})
            assert file.untrained is None
            (tmp_path / f"{api}_{loop}.py").write_text(file.text)
    assert ruff(tmp_path) == ""
