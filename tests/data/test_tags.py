"""Targets of several tags an example: told from tables, from arrays, and from what the generated tickets carry."""

import numpy as np
import pytest

from blockwright.data.loading import load
from blockwright.data.prepare import prepare_design
from blockwright.data.preview import preview
from blockwright.data.tables import csv_target
from blockwright.data.upload_reader import check_upload, describe_upload
from blockwright.schema.data.errors import DataError
from blockwright.tasks.feature_matching import match_outputs
from tests.data.tables.table_files import upload, write_table
from tests.data.test_designs import Entry

TOPICS = ("billing", "billing;login", "", "slow app; login ;", "NA", "none")
IMAGES = np.random.default_rng(0).integers(0, 256, (40, 6, 5)).astype(np.uint8)
SEVERAL = (np.arange(40)[:, None] // np.array([1, 2, 4])) % 2


def table(tmp_path, cells=TOPICS, separator=";", rows=60):
    lines = [f'{i},"{cells[i % len(cells)].replace(";", separator)}"' for i in range(rows)]
    return write_table(tmp_path, "\n".join(["size,topics", *lines]) + "\n")


def in_order(dataset, name):
    places = np.concatenate([part.features["features"][:, 0] for part in (dataset.train, dataset.test)])
    values = np.concatenate([part.targets[name] for part in (dataset.train, dataset.test)])
    return values[np.argsort(places)]


@pytest.mark.parametrize("separator", [";", "|"])
def test_cells_that_hold_lists_become_tags(tmp_path, separator):
    path = table(tmp_path, separator=separator)
    dataset = load(upload(path, "topics"))
    (target,) = dataset.card.targets
    assert (target.name, target.kind, target.shape) == ("topics", "tags", (3,))
    assert target.class_names == ("billing", "login", "slow app")
    assert dataset.card.num_classes == 0
    values = in_order(dataset, "topics")
    assert values.dtype == np.float32
    assert values[:5].tolist() == [[1, 0, 0], [1, 1, 0], [0, 0, 0], [0, 1, 1], [0, 0, 0]]
    assert (dataset.card.train_examples, dataset.card.test_examples, len(values)) == (40, 10, 50)
    word = {";": "semicolons", "|": "bars"}[separator]
    assert dataset.notes == [
        f'"topics" holds 3 tags separated by {word}; 20 rows have more than one.',
        '20 rows have no tag in "topics", which is a valid target.',
        '10 rows without a value of "topics" are left out.',
        "10 of 50 rows were split off for testing with the seed, at random.",
    ]
    assert check_upload(upload(path, "topics")) == dataset.card
    assert "3 tags" in dataset.card.summary


def test_a_column_of_lists_is_described_as_tags_and_may_be_chosen_otherwise(tmp_path):
    path = table(tmp_path)
    assert [column["task"] for column in describe_upload(path)["columns"]] == ["number", "tags"]
    (target,) = load(upload(path, "topics", task="classes")).card.targets
    assert (target.kind, len(target.class_names)) == ("classes", 3)


@pytest.mark.parametrize(
    "cells",
    [
        [f"sentence {i}; and so on, {i * i}" for i in range(60)],
        ["a", "b", "c"],
        ["x" * 50 + ";y", "y", "y"],
        ["1;2", "3", "4", "5", "6", "7", "8", "9"],
    ],
)
def test_sentences_classes_and_numbers_are_not_taken_for_tags(tmp_path, cells):
    columns = describe_upload(table(tmp_path, cells))["columns"]
    assert columns[1]["task"] != "tags"


def test_tags_that_are_numbers_or_have_commas_between_them_can_be_chosen(tmp_path):
    numbers = load(upload(table(tmp_path, ["1;2", "3", "2", "1", "3", "2", "1", "3"]), "topics", task="tags"))
    assert numbers.card.targets[0].class_names == ("1", "2", "3")
    commas = load(upload(table(tmp_path, ["a,b", "b", "c"]), "topics", task="tags"))
    assert commas.card.targets[0].class_names == ("a", "b", "c")
    assert "separated by commas" in commas.notes[0]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (["a", "b"], 'No cell of "topics" holds several tags, written as billing;login or billing|login.'),
        (["a;a", "a"], "has a single tag, 'a'. Predict its classes instead"),
        ([""], 'The target "topics" is empty in every row.'),
        ([f"t{i};t{i + 1}" for i in range(1_200)], "has more than 1,000 different tags, the limit."),
    ],
)
def test_what_holds_no_tags_is_refused(tmp_path, cells, sentence):
    with pytest.raises(DataError) as refused:
        load(upload(table(tmp_path, cells, rows=max(60, len(cells))), "topics", task="tags"))
    assert sentence in str(refused.value)


def test_too_many_answers_are_refused_before_they_are_held(tmp_path, monkeypatch):
    monkeypatch.setattr(csv_target, "MAX_TAG_VALUES", 100)
    with pytest.raises(DataError, match='60 rows with 3 tags of "topics" are 180 values; the limit is 100'):
        check_upload(upload(table(tmp_path), "topics"))


def arrays(tmp_path, **given):
    path = tmp_path / "d.npz"
    np.savez(path, **({"x_train": IMAGES} | given))
    return path


@pytest.mark.parametrize("dtype", [np.uint8, np.float64, bool, np.int32])
def test_a_matrix_of_0_and_1_means_tags(tmp_path, dtype):
    dataset = load(upload(arrays(tmp_path, y_train=SEVERAL.astype(dtype))))
    (target,) = dataset.card.targets
    assert (target.kind, target.name, target.class_names) == ("tags", "tags", ("0", "1", "2"))
    assert dataset.y_train.dtype == np.float32
    assert dataset.y_train.sum() + dataset.y_test.sum() == SEVERAL.sum()
    assert dataset.notes[0] == (
        "y_train is a matrix of 0 and 1: each of its 3 columns is a tag; an example can have any number."
    )
    assert dataset.notes[1].endswith("were split off with the seed, at random.")


def test_a_single_1_in_every_row_means_classes_unless_tags_are_chosen(tmp_path):
    path = arrays(tmp_path, y_train=np.eye(4)[np.arange(40) % 4])
    classes, tags = load(upload(path)), load(upload(path, task="tags"))
    assert (classes.card.targets[0].kind, tags.card.targets[0].kind) == ("classes", "tags")
    assert classes.notes[0].endswith("If an example can have several, choose tags.")
    assert "Every row has exactly one, so these could also be classes." in tags.notes[0]
    assert tags.y_train.shape == (32, 4)


def test_the_test_part_has_a_say_in_what_a_matrix_means(tmp_path):
    one_hot = np.eye(3)[np.arange(40) % 3]
    path = arrays(tmp_path, y_train=one_hot, x_test=IMAGES, y_test=SEVERAL)
    assert load(upload(path)).card.targets[0].kind == "tags"


def test_labels_of_one_column_may_be_a_number(tmp_path):
    path = arrays(tmp_path, y_train=np.arange(40) / 8)
    with pytest.raises(DataError, match="If these are quantities, choose a number"):
        load(upload(path))
    dataset = load(upload(path, task="number"))
    (target,) = dataset.card.targets
    assert (target.kind, target.shape, dataset.y_train.shape) == ("number", (1,), (32, 1))


@pytest.mark.parametrize(
    ("y", "task", "sentence"),
    [
        (
            np.arange(40) % 3,
            "tags",
            "y_train must hold tags: a matrix (examples, tags) of 0 and 1. Received: 40 of",
        ),
        (SEVERAL * 0.5, "tags", "Received: 40 x 3 of dtype float64."),
        (
            SEVERAL * 0.5,
            None,
            "its rows are not one-hot (a single 1, the rest 0), and tags must be 0 or 1",
        ),
        (SEVERAL * 0, None, "y_train holds no 1 at all"),
        (SEVERAL, "classes", "its rows are not one-hot"),
        (SEVERAL, "number", "y_train must hold one number per example. Received: 40 x 3"),
        (np.full(40, np.nan), "number", "y_train holds NaN"),
        (np.full(40, 2.5), "number", "y_train is 2.5 for every example; there is nothing to learn."),
        (np.full(40, "a"), "number", "y_train must hold one number per example"),
    ],
)
def test_labels_that_cannot_be_what_is_said_are_refused(tmp_path, y, task, sentence):
    more = {} if task is None else {"task": task}
    with pytest.raises(DataError) as refused:
        load(upload(arrays(tmp_path, y_train=y), **more))
    assert sentence in str(refused.value)


def test_arrays_with_names_are_several_inputs_and_targets(tmp_path):
    path = tmp_path / "d.npz"
    kind, price = np.arange(40) % 4, np.arange(40) / 7
    np.savez(
        path,
        x_train_photo=IMAGES,
        x_train_sizes=np.arange(80.0).reshape(40, 2),
        y_train_kind=kind,
        y_train_price=price,
        y_train_topics=SEVERAL,
    )
    dataset = load(upload(path))
    card = dataset.card
    assert [(one.name, one.kind, one.shape) for one in card.features] == [
        ("photo", "image", (6, 5, 1)),
        ("sizes", "vector", (2,)),
    ]
    assert [(one.name, one.kind) for one in card.targets] == [
        ("kind", "classes"),
        ("price", "number"),
        ("topics", "tags"),
    ]
    assert check_upload(upload(path)) == card
    assert len(dataset.train) + len(dataset.test) == 40
    rows = (dataset.train.features["sizes"][:, 0] / 2).astype(int)
    assert np.array_equal(dataset.train.targets["kind"], kind[rows])
    np.testing.assert_allclose(dataset.train.targets["price"][:, 0], price[rows], rtol=1e-6)
    assert np.array_equal(dataset.train.targets["topics"], SEVERAL[rows])
    shown = preview(upload(path))
    first = rows[0]
    topics = ", ".join(str(place) for place in np.flatnonzero(SEVERAL[first])) or "none"
    assert shown["samples"][0]["label"] == f"{kind[first]}, {price[first]:.6g}, {topics}"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (
            {"x_train": IMAGES, "y_train_kind": SEVERAL},
            "y_train_kind is the only array of its kind in the file. Rename it to y_train",
        ),
        (
            {"x_train": IMAGES, "y_train_a": SEVERAL, "y_train_b": SEVERAL[:39]},
            "x_train holds 40 examples but y_train_b 39 labels",
        ),
        (
            {"x_train_a": IMAGES, "x_train_b": IMAGES[:9], "y_train": SEVERAL},
            "x_train_a holds 40 examples but x_train_b 9; the numbers must be equal",
        ),
        (
            {"x_train_a": IMAGES, "x_train_b": IMAGES, "y_train_a": SEVERAL, "y_train_b": SEVERAL},
            "x_train_a and y_train_a have the same name",
        ),
        (
            {
                "x_train": IMAGES,
                "y_train_a": SEVERAL,
                "y_train_b": SEVERAL,
                "x_test": IMAGES,
                "y_test_a": SEVERAL,
            },
            "The file has x_test but no y_test_b",
        ),
    ],
)
def test_arrays_with_names_that_do_not_fit_are_refused(tmp_path, given, sentence):
    np.savez(tmp_path / "d.npz", **given)
    with pytest.raises(DataError) as refused:
        load(upload(tmp_path / "d.npz"))
    assert sentence in str(refused.value)


def test_what_is_not_used_beside_y_train_is_said(tmp_path):
    dataset = load(upload(arrays(tmp_path, y_train=np.arange(40) % 4, y_train_coarse=np.arange(40) % 2)))
    assert dataset.notes[0] == "y_train_coarse is ignored because of y_train."


def test_several_targets_take_no_choice_of_one(tmp_path):
    np.savez(tmp_path / "d.npz", x_train=IMAGES, y_train_a=SEVERAL, y_train_b=SEVERAL)
    with pytest.raises(DataError, match="several targets, whose kinds follow from their values"):
        load(upload(tmp_path / "d.npz", task="tags"))


def test_images_with_tags_are_previewed_with_them(tmp_path):
    shown = preview(upload(arrays(tmp_path, y_train=SEVERAL)))
    assert {one["label"] for one in shown["samples"]} <= {
        "none",
        "0",
        "1",
        "2",
        "0, 1",
        "0, 2",
        "1, 2",
        "0, 1, 2",
    }
    assert (
        shown["targets"]["tags"]["balance"]["train"]
        == load(upload(arrays(tmp_path, y_train=SEVERAL))).y_train.sum(axis=0).astype(int).tolist()
    )


@pytest.mark.parametrize(("output", "chosen"), [("tags", {}), ("labels", {"labels": "tags"})])
def test_tickets_can_be_asked_for_their_tags(output, chosen):
    dataset = load({"name": "tickets", "examples": 40})
    (task,) = match_outputs(dataset.card, {output: (12,)}, chosen).values()
    assert (task.kind, task.name, len(task.class_names)) == ("tags", "tags", 12)
    texts = [Entry("title", (1,), "string"), Entry("body", (1,), "string")]
    prepared = prepare_design(dataset, texts, {output: (12,)}, chosen=chosen)
    assert np.array_equal(prepared.targets[output], dataset.train.features["tags"])
    assert "Not used by the design" not in " ".join(prepared.notes)


def test_a_design_that_reads_the_tags_it_is_to_tell_is_told_so():
    dataset = load({"name": "tickets", "examples": 40})
    prepared = prepare_design(dataset, [Entry("given", (12,))], {"tags": (12,)})
    assert 'The design reads "tags" and also predicts it, so it only has to pass it on.' in prepared.notes
