import re

import numpy as np
import pytest

from blockwright.data.loading import load
from blockwright.schema.data.dataset_cards import card
from blockwright.schema.data.errors import DataError
from blockwright.schema.data.text_cards import DEPARTMENTS, TAGS

TABLES = ("iris", "wine", "breast_cancer", "diabetes")


@pytest.mark.parametrize("name", TABLES)
def test_a_table_holds_what_scikit_learn_holds_and_its_card_says(name):
    from sklearn import datasets

    options = {"scaled": False} if name == "diabetes" else {}
    known, dataset = card(name), load(name)
    wanted = getattr(datasets, f"load_{name}")(**options)
    assert dataset.card == known
    assert (len(dataset.train), len(dataset.test)) == (known.train_examples, known.test_examples)
    assert known.features[0].shape == (len(known.features[0].columns),) == wanted.data.shape[1:]
    assert len(known.features[0].units) == len(known.features[0].columns)
    rows = np.column_stack(
        [
            np.concatenate([dataset.x_train, dataset.x_test]),
            np.concatenate([dataset.y_train, dataset.y_test]).reshape(-1),
        ]
    )
    expected = np.column_stack([wanted.data, wanted.target]).astype(np.float32)
    assert np.array_equal(rows[np.lexsort(rows.T)], expected[np.lexsort(expected.T)])


@pytest.mark.parametrize("name", [*TABLES, "tickets", "reviews"])
def test_its_parts_never_change_and_no_training_example_is_tested(name):
    first, second = load(name), load(name)
    for part in ("train", "test"):
        one, other = getattr(first, part), getattr(second, part)
        for key, values in {**one.features, **one.targets}.items():
            assert np.array_equal(values, {**other.features, **other.targets}[key])


def test_every_species_is_tested_in_its_share():
    dataset = load("iris")
    assert np.bincount(dataset.y_test).tolist() == [10, 10, 10]
    assert dataset.class_names == ("setosa", "versicolor", "virginica")


def test_diabetes_predicts_a_number():
    dataset = load("diabetes")
    assert (dataset.y_train.dtype, dataset.y_train.shape) == (np.float32, (354, 1))
    assert (dataset.card.num_classes, dataset.class_names) == (0, ())
    assert dataset.y_train.max() > 300


def test_tickets_have_texts_tags_a_priority_and_a_department():
    dataset = load({"name": "tickets", "examples": 300, "seed": 5})
    known = dataset.card
    assert [(one.name, one.kind, one.shape, one.dtype) for one in known.features] == [
        ("title", "text", (1,), "string"),
        ("body", "text", (1,), "string"),
        ("tags", "tags", (12,), "float32"),
    ]
    assert [(one.name, one.kind, one.units) for one in known.targets] == [
        ("priority", "number", 1),
        ("department", "classes", 4),
    ]
    assert (len(dataset.train), len(dataset.test)) == (known.train_examples, known.test_examples) == (300, 60)
    features, targets = dataset.train.features, dataset.train.targets
    assert all(isinstance(text, str) for text in features["title"][:, 0])
    assert set(np.unique(features["tags"])) == {0.0, 1.0}
    assert 0 <= targets["priority"].min() < 0.2 < 0.8 < targets["priority"].max() <= 1
    assert np.bincount(targets["department"]).min() > 40
    assert known.features[2].choices == TAGS
    assert known.targets[1].class_names == DEPARTMENTS


def test_tickets_are_written_like_letters():
    bodies = load({"name": "tickets", "examples": 300}).train.features["body"][:, 0]
    for body in bodies:
        lines = body.split("\n")
        assert 1 <= len(lines) <= 3
        assert all(line and line == line.strip() for line in lines)
        # A comma ends a greeting, and nothing else a line; every sentence begins with a capital letter.
        assert not any(line.endswith(",") for line in lines[1:])
        assert all(line[0].isupper() for line in lines)
        assert not re.search(r"[.!?] [a-z]|, (Please|The|My|Order|I need|How)\b", body)
    assert any(body.startswith("Hello,\n") for body in bodies)
    assert any(body.endswith("\nKind regards") for body in bodies)


def test_another_seed_writes_other_tickets():
    first, other = (load({"name": "tickets", "examples": 50, "seed": seed}) for seed in (1, 2))
    assert not np.array_equal(first.train.features["body"], other.train.features["body"])


def words(texts):
    from sklearn.feature_extraction.text import CountVectorizer

    return CountVectorizer(binary=True, min_df=3, token_pattern=r"[a-z]+").fit(texts[:, 0])


def test_departments_and_priorities_follow_from_the_tickets_but_not_for_certain():
    from sklearn.linear_model import LogisticRegression, Ridge

    dataset = load("tickets")
    train, test = dataset.train, dataset.test
    counts = words(train.features["body"])
    x, x_test = (counts.transform(one.features["body"][:, 0]).toarray() for one in (train, test))
    found = LogisticRegression(max_iter=2000).fit(x, train.targets["department"])
    assert 0.93 < found.score(x_test, test.targets["department"]) < 0.995
    with_tags = [np.hstack([a, one.features["tags"]]) for a, one in ((x, train), (x_test, test))]
    alone = Ridge().fit(x, train.targets["priority"]).score(x_test, test.targets["priority"])
    together = (
        Ridge().fit(with_tags[0], train.targets["priority"]).score(with_tags[1], test.targets["priority"])
    )
    assert alone + 0.1 < together
    assert 0.9 < together < 0.995


def test_the_order_of_words_tells_reviews_apart_better_than_the_words_alone():
    from sklearn.linear_model import LogisticRegression

    dataset = load("reviews")
    x, x_test = dataset.x_train, dataset.x_test
    assert np.bincount(dataset.y_train).min() > 900
    counts = words(x)
    bag = LogisticRegression(max_iter=2000).fit(counts.transform(x[:, 0]), dataset.y_train)
    score = bag.score(counts.transform(x_test[:, 0]), dataset.y_test)
    assert 0.5 < score < 0.85


def test_a_set_of_several_features_has_no_single_one():
    with pytest.raises(
        DataError, match=r'"Support tickets" has 3 features \(title, body, tags\), not a single one'
    ):
        _ = load({"name": "tickets", "examples": 20}).x_train
