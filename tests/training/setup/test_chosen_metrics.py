"""Every metric equals its value by NumPy and scikit-learn, over batches of which the last is smaller."""

import keras
import numpy as np
import pytest
from scipy.special import expit as sigmoid
from scipy.special import rel_entr, softmax
from sklearn import metrics as reference

from blockwright.recipe.metrics import METRICS
from blockwright.schema.data.features import Target, class_target
from blockwright.tasks import task_of
from blockwright.tasks.base import Objective
from blockwright.training.setup.chosen_metrics import chosen_metrics

EXAMPLES = 71
KINDS = {
    "classes": (4,),
    "two classes": (1,),
    "tags": (3,),
    "number": (2,),
    "one number": (1,),
    "image": (4, 4, 1),
}


def data(case, from_logits):
    """Targets and outputs of a network, and for NumPy the targets as rows and probabilities (or numbers)."""
    generator = np.random.default_rng(3)
    shape = KINDS[case]
    scores = generator.normal(size=(EXAMPLES, *shape)).astype("float32") * 2
    if case == "classes":
        numbers = (scores + generator.normal(size=scores.shape) * 2).argmax(axis=1)
        probabilities = softmax(scores, axis=1)
        return numbers, scores if from_logits else probabilities, np.eye(4)[numbers], probabilities
    if case == "two classes":
        numbers = (scores + generator.normal(size=scores.shape) * 2 > 0.5).astype("int64").reshape(-1)
        probabilities = sigmoid(scores)
        return numbers, scores if from_logits else probabilities, numbers.reshape(-1, 1), probabilities
    if case == "tags":
        tags = (scores + generator.normal(size=scores.shape) * 2 > 0.5).astype("float32")
        probabilities = sigmoid(scores)
        return tags, scores if from_logits else probabilities, tags, probabilities
    true = generator.uniform(0.5, 3, size=scores.shape).astype("float32")
    values = np.abs(true + scores * 0.3) + 0.05
    return true, values, true.astype("float64"), values.astype("float64")


def rows(y, p):
    """Two columns where one unit decides between two classes."""
    return (np.hstack([1 - y, y]), np.hstack([1 - p, p])) if y.shape[1:] == (1,) else (y, p)


def counts(y, p, threshold=0.5):
    predicted, true = p.reshape(-1) > threshold, y.reshape(-1) > 0.5
    return {
        "true_positives": (predicted & true).sum(),
        "false_positives": (predicted & ~true).sum(),
        "true_negatives": (~predicted & ~true).sum(),
        "false_negatives": (~predicted & true).sum(),
    }


def labels(y, p, kind):
    """What is predicted: the most probable of several classes, else what passes one half."""
    if kind == "classes" and y.shape[1] > 1:
        return y, np.eye(y.shape[1])[p.argmax(axis=1)]
    return y, (p > 0.5).astype(float)


def at(y, p, reached, best):
    """The best of one quantity where another is reached, over Keras's thresholds."""
    thresholds = [-1e-7, *((np.arange(198) + 1) / 199).tolist(), 1 + 1e-7]
    values = [counts(y, p.astype("float32"), np.float32(threshold)) for threshold in thresholds]
    return max((best(c) for c in values if reached(c) >= 0.9), default=0.0)


def precision(c):
    return c["true_positives"] / max(1, c["true_positives"] + c["false_positives"])


def recall(c):
    return c["true_positives"] / max(1, c["true_positives"] + c["false_negatives"])


def specificity(c):
    return c["true_negatives"] / max(1, c["true_negatives"] + c["false_positives"])


def iou(y, p):
    both, either = (y * p).sum(axis=0), np.maximum(y, p).sum(axis=0)
    return (both / either).mean()


def pearson(y, p):
    return np.mean(
        [
            np.corrcoef(a, b)[0, 1]
            for a, b in zip(y.reshape(-1, y.shape[-1]), p.reshape(-1, y.shape[-1]), strict=True)
        ]
    )


def concordance(y, p):
    mean = (y.mean(axis=-1) - p.mean(axis=-1)) ** 2
    covariance = ((y - y.mean(-1, keepdims=True)) * (p - p.mean(-1, keepdims=True))).mean(axis=-1)
    return (2 * covariance / (y.var(axis=-1) + p.var(axis=-1) + mean)).mean()


def cosine(y, p):
    lengths = np.linalg.norm(y, axis=-1) * np.linalg.norm(p, axis=-1)
    return np.divide((y * p).sum(-1), lengths, out=np.zeros_like(lengths), where=lengths > 0).mean()


def clipped(p):
    return np.clip(p, 1e-7, 1 - 1e-7)


BY_NUMPY = {
    "top_k_accuracy": lambda y, p, kind: np.mean(
        [t in np.argsort(-r)[:2] for t, r in zip(y.argmax(1), p, strict=True)]
    ),
    "macro_f1": lambda y, p, kind: reference.f1_score(
        rows(y, p)[0].argmax(1), rows(y, p)[1].argmax(1), average="macro"
    ),
    "balanced_accuracy": lambda y, p, kind: reference.balanced_accuracy_score(
        rows(y, p)[0].argmax(1), rows(y, p)[1].argmax(1)
    ),
    "one_hot_rmse": lambda y, p, kind: np.sqrt(((rows(y, p)[0] - rows(y, p)[1]) ** 2).sum() / len(y)),
    "mean_iou": lambda y, p, kind: iou(*labels(*rows(y, p), "classes")),
    "categorical_crossentropy": lambda y, p, kind: reference.log_loss(rows(y, p)[0].argmax(1), rows(y, p)[1]),
    "kl_divergence": lambda y, p, kind: rel_entr(*map(clipped, rows(y, p))).sum(axis=1).mean(),
    "precision": lambda y, p, kind: precision(counts(y, p)),
    "recall": lambda y, p, kind: recall(counts(y, p)),
    "f1_score": lambda y, p, kind: (
        reference.f1_score(*labels(y, p, kind), average="macro", zero_division=0)
        if y.shape[1] > 1
        else reference.f1_score(*labels(y, p, kind))
    ),
    "fbeta_score": lambda y, p, kind: (
        reference.fbeta_score(*labels(y, p, kind), beta=2.0, average="macro")
        if y.shape[1] > 1
        else reference.fbeta_score(*labels(y, p, kind), beta=2.0)
    ),
    "binary_accuracy": lambda y, p, kind: np.mean((p > 0.5) == (y > 0.5)),
    "precision_at_recall": lambda y, p, kind: at(y, p, recall, precision),
    "recall_at_precision": lambda y, p, kind: at(y, p, precision, recall),
    "sensitivity_at_specificity": lambda y, p, kind: at(y, p, specificity, recall),
    "specificity_at_sensitivity": lambda y, p, kind: at(y, p, recall, specificity),
    "binary_crossentropy": lambda y, p, kind: (
        -np.mean(y * np.log(clipped(p)) + (1 - y) * np.log(1 - clipped(p)))
    ),
    "binary_iou": lambda y, p, kind: iou(
        *(np.stack([1 - v, v], -1).reshape(-1, 2) for v in (y, (p > 0.5) * 1.0))
    ),
    **{name: lambda y, p, kind, name=name: counts(y, p)[name] for name in counts(np.zeros(1), np.zeros(1))},
    "mean_squared_error": lambda y, p, kind: np.mean((rows(y, p)[0] - rows(y, p)[1]) ** 2),
    "mean_absolute_error": lambda y, p, kind: np.mean(np.abs(rows(y, p)[0] - rows(y, p)[1])),
    "root_mean_squared_error": lambda y, p, kind: np.sqrt(np.mean((rows(y, p)[0] - rows(y, p)[1]) ** 2)),
    "mean_absolute_percentage_error": lambda y, p, kind: 100 * np.mean(np.abs(y - p) / y),
    "mean_squared_logarithmic_error": lambda y, p, kind: np.mean((np.log1p(y) - np.log1p(p)) ** 2),
    "log_cosh": lambda y, p, kind: np.mean(np.log(np.cosh(p - y))),
    "r2_score": lambda y, p, kind: reference.r2_score(y, p),
    "cosine_similarity": lambda y, p, kind: cosine(y, p),
    "pearson_correlation": lambda y, p, kind: pearson(y, p),
    "concordance_correlation": lambda y, p, kind: concordance(y, p),
    "poisson": lambda y, p, kind: np.mean(p - y * np.log(p)),
}
OF_SCORES = {
    "categorical_hinge": lambda y, s: np.maximum(
        0, (s - 1e9 * y).max(1) * 0 + ((1 - y) * s).max(1) - (y * s).sum(1) + 1
    ).mean(),
    "hinge": lambda y, s: np.maximum(0, 1 - (2 * y - 1) * s).mean(),
    "squared_hinge": lambda y, s: (np.maximum(0, 1 - (2 * y - 1) * s) ** 2).mean(),
}


def objective(case, from_logits, metric):
    kind = {"two classes": "classes", "one number": "number", "image": "reconstruction"}.get(case, case)
    target = class_target(("a", "b", "c", "d")) if kind == "classes" else Target(name="t", kind=kind)
    usual = {"classes": "softmax", "two classes": "sigmoid", "tags": "sigmoid"}.get(case, "linear")
    return Objective(
        output="head",
        target=target,
        shape=KINDS[case],
        loss="",
        weight=1.0,
        activation="linear" if from_logits else usual,
        from_logits=from_logits,
        low=0.0,
        high=1.0,
        task=task_of(kind),
        metrics=(metric,),
    )


def value_in_batches(metric, targets, outputs):
    metric.reset_state()
    for part in (slice(0, 32), slice(32, 64), slice(64, None)):
        metric.update_state(targets[part], outputs[part])
    return float(metric.result())


def cases():
    for name, metric in METRICS.items():
        for case, shape in KINDS.items():
            kind = {"two classes": "classes", "one number": "number", "image": "reconstruction"}.get(
                case, case
            )
            if metric.fits(kind, shape):
                for from_logits in (False, True) if kind in ("classes", "tags") else (False,):
                    yield pytest.param(
                        name, case, from_logits, id=f"{name}-{case}-{'logits' if from_logits else 'values'}"
                    )


@pytest.mark.parametrize(("name", "case", "from_logits"), list(cases()))
def test_every_metric_equals_its_value_by_numpy(name, case, from_logits):
    declared = METRICS[name](k=2) if name == "top_k_accuracy" else METRICS[name]()
    made = objective(case, from_logits, declared)
    targets, outputs, y, p = data(case, from_logits)
    (metric,) = chosen_metrics(made)
    assert metric.name == name
    value = value_in_batches(metric, targets, outputs)
    if name in OF_SCORES:
        y, s = rows(y, outputs) if name == "categorical_hinge" else (y, outputs)
        expected = OF_SCORES[name](y, s)
    elif name == "auc":
        expected = reference.roc_auc_score(y.reshape(-1), p.reshape(-1))
    else:
        expected = BY_NUMPY[name](y, p, made.task.kind)
    assert value == pytest.approx(float(expected), rel=2e-3 if name == "auc" else 1e-4, abs=1e-6)
    again = keras.metrics.deserialize(keras.metrics.serialize(metric), custom_objects=_own())
    assert value_in_batches(again, targets, outputs) == pytest.approx(value, rel=1e-6)


def _own():
    from blockwright.runtime.metrics.balanced_accuracy import BalancedAccuracy
    from blockwright.runtime.metrics.macro_f1 import MacroF1
    from blockwright.runtime.metrics.of_probabilities import OfProbabilities
    from blockwright.runtime.metrics.one_hot_rmse import OneHotRMSE

    return {cls.__name__: cls for cls in (BalancedAccuracy, MacroF1, OfProbabilities, OneHotRMSE)}
