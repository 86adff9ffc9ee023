from types import SimpleNamespace

import numpy as np
import pytest

from blockwright.recipe.settings import Settings
from blockwright.schema.data.dataset_cards import card
from blockwright.schema.data.features import Target, class_target, number_target
from blockwright.schema.findings import DesignError
from blockwright.tasks.objectives import choose_targets, hints, label_smoothing, read_objectives
from tests.training.graphs import autoencoder, dense, graph, node, table

TAGS = Target(name="topics", kind="tags", class_names=("a", "b", "c"), shape=(3,))
PRICE = number_target("price", "EUR")
SHARE = number_target("share")


def prepared(targets, **arrays):
    count = len(next(iter(arrays.values()))) if arrays else 2
    return SimpleNamespace(
        tasks=targets,
        targets={name: np.asarray(values, np.float32) for name, values in arrays.items()},
        train=np.arange(count),
        target_scales=dict.fromkeys(targets, 1.0),
    )


def objective(last, target, values=((0.0,), (1.0,)), shape=None, **settings):
    made = table(4, dense("hidden", 8, "relu"), last)
    units = last["params"]["units"]
    ready = prepared({last["id"]: target}, **{last["id"]: values})
    return read_objectives(made, Settings.read(settings), {last["id"]: shape or (units,)}, ready)[0]


@pytest.mark.parametrize(
    ("activation", "target", "units", "values", "loss", "metric"),
    [
        (None, PRICE, 1, [[10.0], [90.0]], "mean_squared_error", "mae"),
        ("sigmoid", SHARE, 1, [[0.1], [0.9]], "binary_crossentropy", "mae"),
        (None, SHARE, 1, [[0.1], [0.9]], "mean_squared_error", "mae"),
        ("relu", PRICE, 1, [[0.0], [90.0]], "mean_squared_error", "mae"),
        ("sigmoid", TAGS, 3, [[0, 1, 0], [1, 1, 0]], "binary_crossentropy", "accuracy"),
        (None, TAGS, 3, [[0, 1, 0], [1, 1, 0]], "binary_crossentropy", "accuracy"),
        ("softmax", class_target(("x", "y", "z")), 3, [0, 2], "sparse_categorical_crossentropy", "accuracy"),
    ],
)
def test_the_loss_and_metric_fit_target_and_activation(activation, target, units, values, loss, metric):
    found = objective(dense("end", units, activation), target, values)
    assert (found.loss, found.metric.name, found.shape, found.weight) == (loss, metric, (units,), 1.0)


@pytest.mark.parametrize(
    ("units", "activation", "target", "values", "settings", "sentence"),
    [
        (
            3,
            None,
            PRICE,
            [[1.0], [2.0]],
            {},
            'outputs 3 values, but the target "price" is one number. Set units=1.',
        ),
        (
            2,
            "sigmoid",
            TAGS,
            [[0, 1, 0]],
            {},
            'outputs 2 values, but the target "topics" has 3 tags. Set units=3.',
        ),
        (1, "softmax", SHARE, [[0.2]], {}, "one unit with softmax, which always outputs 1"),
        (
            1,
            "sigmoid",
            PRICE,
            [[10.0], [90.0]],
            {},
            '`Dense` "end" ends in sigmoid, which outputs 0 to 1, but "price" goes from 10 to 90. Remove its',
        ),
        (1, "relu", PRICE, [[-5.0], [9.0]], {}, "ends in relu, which outputs 0 and above"),
        (1, None, PRICE, [[5.0]], {"loss": "categorical_crossentropy"}, "does not fit `Dense`"),
        (1, None, PRICE, [[5.0]], {"loss": "binary_crossentropy"}, 'needs `Dense` "end" to end in sigmoid'),
        (1, None, PRICE, [[-5.0]], {"loss": "mean_squared_logarithmic_error"}, "needs values of 0 and above"),
        (3, None, TAGS, [[0, 1, 0]], {"loss": "huber"}, "Set its activation to sigmoid"),
        (
            3,
            "sigmoid",
            TAGS,
            [[0, 1, 0]],
            {"loss": "mean_squared_logarithmic_error"},
            "has 3 tags. Choose auto",
        ),
        (
            3,
            "softmax",
            class_target(("x", "y", "z")),
            [0],
            {"loss": "huber"},
            'does not fit `Dense` "end": the target "class" has 3 classes',
        ),
    ],
)
def test_an_end_that_does_not_fit_is_refused_by_name(units, activation, target, values, settings, sentence):
    with pytest.raises(DesignError) as refusal:
        objective(dense("end", units, activation), target, values, **settings)
    assert sentence in str(refusal.value)
    assert refusal.value.findings[0].node == "end"


def test_an_end_of_several_axes_is_refused_for_a_number():
    with pytest.raises(
        DesignError, match='outputs 4 x 1 values per example, but the target "price" is one number'
    ):
        objective(dense("end", 1), PRICE, [[1.0]], shape=(4, 1))


def two(**settings):
    nodes = [dense("hidden", 8, "relu"), dense("price", 2), dense("kind", 2, "softmax", "hidden")]
    made = graph({"features": (4,)}, nodes, "price", "kind")
    ready = prepared({"price": PRICE, "kind": class_target(("x", "y", "z"))}, price=[[1.0]], kind=[0])
    return read_objectives(made, Settings.read(settings), {"price": (2,), "kind": (2,)}, ready)


def test_all_outputs_that_do_not_fit_are_told_at_once():
    with pytest.raises(DesignError) as refusal:
        two()
    assert [(one.node, one.message) for one in refusal.value.findings] == [
        ("price", '`Dense` "price" outputs 2 values, but the target "price" is one number. Set units=1.'),
        ("kind", '`Dense` "kind" outputs 2 values, but the target "class" has 3 classes. Set units=3.'),
    ]


def test_an_outputs_own_settings_come_before_those_of_all():
    settings = {"loss": "huber", "outputs": {"end": {"loss": "mean_absolute_error", "weight": 0.5}}}
    found = objective(dense("end", 1), PRICE, [[5.0]], **settings)
    assert (found.loss, found.weight) == ("mean_absolute_error", 0.5)
    assert objective(dense("end", 1), PRICE, [[5.0]], loss="huber").loss == "huber"


def test_the_label_smoothing_of_an_output_comes_before_that_of_all():
    settings = Settings.read({"label_smoothing": 0.1, "outputs": {"a": {"label_smoothing": 0}}})
    assert [label_smoothing(settings, name) for name in ("a", "b")] == [0, 0.1]


def test_an_output_of_the_inputs_shape_reconstructs_it():
    chosen, notes = choose_targets(autoencoder(), {}, card("digits"), {"decoded": (8, 8, 1)})
    assert chosen == {"decoded": "image"}
    assert notes == ['"decoded" has the shape of the input "image", so it learns to reconstruct it.']
    assert choose_targets(autoencoder(), {}, card("digits"), {"decoded": (10,)}) == ({}, [])


def test_what_is_chosen_comes_first_and_names_that_are_gone_are_mentioned():
    settings = Settings.read({"outputs": {"decoded": {"target": "class"}, "gone": {"weight": 2}}})
    chosen, notes = choose_targets(autoencoder(), settings.outputs, card("digits"), {"decoded": (8, 8, 1)})
    assert chosen == {"decoded": "class"}
    assert notes == ['The settings also name "gone", which is not an output of the design; it is ignored.']


def test_unusual_ends_and_far_numbers_are_mentioned():
    tags = objective(dense("end", 3, "relu"), TAGS, [[0, 1, 0]])
    shared = objective(dense("end", 3, "softmax"), TAGS, [[0, 1, 0]])
    assert not shared.from_logits
    assert hints([shared], Settings.read({})) == [
        '`Dense` "end" ends in softmax, where the probabilities of all tags add up to 1, but an example of "topics" '
        "may have several tags. Use sigmoid, unless each has one."
    ]
    far = objective(dense("end", 1), PRICE, [[25.0], [346.0]])
    assert hints([tags], Settings.read({})) == [
        '`Dense` "end" ends in relu, and its values are treated as logits. Use sigmoid, or no activation.'
    ]
    assert hints([far], Settings.read({}))[0].startswith('The values of "price" go from 25 to 346')
    assert hints([far], Settings.read({"learning_rate": 1.0})) == []


def test_words_that_are_counted_in_a_row_of_their_own_need_flatten():
    counting = node(
        "words", "TextVectorization", output_mode="multi_hot", max_tokens=9, pad_to_max_tokens=True
    )
    made = graph({"text": ("text",)}, [counting, dense("head", 1)])
    with pytest.raises(DesignError, match=r'outputs 1 x 1 values per example.* Add Flatten after "words"'):
        read_objectives(
            made, Settings.read({}), {"head": (1, 1)}, prepared({"head": PRICE}, head=[[1.0], [2.0]])
        )


def test_a_loss_that_is_not_told_of_logits_takes_them_for_probabilities():
    classes = class_target(("x", "y", "z"))
    mistaken = objective(dense("end", 3), classes, [0, 2], from_logits="never")
    assert (mistaken.loss_takes_logits, mistaken.mistakes_logits) == (False, True)
    (hint,) = hints([mistaken], Settings.read({}))
    assert hint.startswith('"end" outputs logits, and the loss takes them for probabilities')
    told = objective(dense("end", 3), classes, [0, 2])
    assert (told.loss_takes_logits, told.mistakes_logits) == (True, False)


def test_with_softmax_there_is_no_mistake():
    probabilities = objective(
        dense("end", 3, "softmax"), class_target(("x", "y", "z")), [0, 2], from_logits="never"
    )
    assert not probabilities.mistakes_logits
    assert hints([probabilities], Settings.read({})) == []
