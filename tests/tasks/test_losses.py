"""Each loss that a task offers takes the targets and values of its outputs as Keras's own does."""

from dataclasses import replace

import keras
import numpy as np
import pytest
from scipy.special import expit as sigmoid
from scipy.special import softmax

from blockwright.recipe.losses import LOSSES
from blockwright.recipe.settings import Settings
from blockwright.schema.data.features import Target, class_target
from blockwright.tasks import TASKS
from blockwright.tasks.output_spec import OutputSpec
from tests.training.designs import dense

SHAPES = {"classes": (4,), "tags": (3,), "number": (2,), "reconstruction": (2,)}


def spec(kind, shape, loss, activation, **more):
    made = dense(shape[0], activation)
    target = (
        class_target(("a", "b", "c", "d")[: max(2, shape[0])])
        if kind == "classes"
        else Target(name="t", kind=kind, shape=shape, class_names=("a", "b", "c") if kind == "tags" else ())
    )
    return OutputSpec(made, made.nodes[-1].id, shape, target, loss, (0.0, 1.0), **more)


def cases():
    for kind, task in TASKS.items():
        for loss in task.losses:
            probable = "softmax" if kind == "classes" else "sigmoid"
            logits = kind in ("classes", "tags") and not LOSSES[loss].needs_probabilities
            for activation in [probable, *(["linear"] if logits and LOSSES[loss].takes_logits else [])]:
                yield pytest.param(kind, loss, activation, id=f"{kind}-{loss}-{activation}")


@pytest.mark.parametrize(("kind", "loss", "activation"), list(cases()))
def test_the_loss_is_that_of_keras_on_rows_and_probabilities(kind, loss, activation):
    generator = np.random.default_rng(1)
    objective = TASKS[kind].objective(spec(kind, SHAPES[kind], loss, activation))
    scores = generator.normal(size=(9, *SHAPES[kind])).astype("float32")
    values = (
        scores
        if activation == "linear"
        else (softmax(scores, axis=1) if kind == "classes" else sigmoid(scores))
    )
    if kind == "classes":
        targets = generator.integers(0, 4, 9)
        rows = targets if LOSSES[loss].takes_class_numbers else np.eye(4, dtype="float32")[targets]
    else:
        targets = rows = (generator.random(scores.shape) > 0.5).astype("float32")
    logits = {"from_logits": activation == "linear"} if LOSSES[loss].takes_logits else {}
    axis = {"axis": 1} if loss in ("dice", "tversky") else {}
    of_keras = getattr(keras.losses, LOSSES[loss].keras_class.removeprefix("losses."))(**logits, **axis)
    weights = generator.random(9).astype("float32")
    made = objective.task.keras_loss(objective)
    for sample_weight in (None, weights):
        expected = float(of_keras(rows, values, sample_weight))
        assert float(made(targets, values, sample_weight)) == pytest.approx(expected, rel=1e-5)


def test_arguments_reach_the_loss():
    objective = TASKS["number"].objective(spec("number", (2,), "huber:delta=0.25", "linear"))
    loss = objective.task.keras_loss(objective)
    assert (objective.loss, objective.loss_arguments) == ("huber", {"delta": 0.25})
    assert float(loss(np.zeros((1, 2)), np.ones((1, 2)))) == pytest.approx(0.25 - 0.25**2 / 2)


@pytest.mark.parametrize(
    ("kind", "shape", "loss", "activation", "sentence"),
    [
        (
            "classes",
            (4,),
            "kl_divergence",
            "linear",
            'needs probabilities, but `Dense` "n2" ends in linear. Set its activation to softmax',
        ),
        ("classes", (1,), "kl_divergence", "sigmoid", "needs several values for each example"),
        ("classes", (4,), "poisson", "softmax", "The loss poisson does not fit"),
        ("tags", (3,), "dice", "linear", 'needs probabilities, but `Dense` "n2" outputs logits'),
        ("number", (2,), "poisson", "linear", "needs an output above 0"),
        ("number", (1,), "cosine_similarity", "linear", "needs several values for each example"),
        ("reconstruction", (2,), "tversky", "linear", "needs probabilities"),
    ],
)
def test_a_loss_that_does_not_fit_is_refused_in_a_sentence(kind, shape, loss, activation, sentence):
    problem = TASKS[kind].loss_problem(spec(kind, shape, loss, activation))
    assert problem is not None
    assert sentence in problem


def test_label_smoothing_composes_or_is_refused():
    smooth = spec("classes", (4,), "categorical_focal_crossentropy", "softmax", label_smoothing=0.1)
    assert TASKS["classes"].objective(smooth).label_smoothing == 0.1
    problem = TASKS["classes"].loss_problem(replace(smooth, loss="kl_divergence"))
    assert 'The loss kl_divergence of `Dense` "n2" has no label smoothing.' in problem


def test_every_task_says_which_loss_is_usual():
    for task in TASKS.values():
        assert task.loss_reason.endswith(".")
    assert Settings().loss == "auto"
