"""What simple models reach on the data of a run: always the same answer, and a linear model.

A linear model is fitted to the training part, standardized and flattened: logistic regression for classes, ridge
regression for tags and numbers. Its work is bounded by `MAX_WORK`, so that it takes about a second on one core. It is
left out where an input is text, a sequence, a category or whole numbers, which it cannot read as the network does,
and for a reconstruction, which a linear model solves by copying its input.
"""

import warnings
from collections.abc import Iterator, Sequence
from typing import Any, Literal

import numpy as np

from blockwright.data.prepared import Prepared
from blockwright.runs.events import Baseline, BaselineModel
from blockwright.tasks.base import Objective, TaskKind

MAX_WORK = 60_000_000
"""Training examples x features x outputs of a linear model: about 0.05 s for each of its steps."""
MAX_EXAMPLES = 10_000
MAX_FEATURES = 4_096
MAX_STEPS = 100
SIDE = 32
_CHUNK = 250
_SIMPLE: dict[TaskKind, BaselineModel] = {
    "classes": "most_frequent_class",
    "tags": "most_frequent_tags",
    "number": "mean",
    "reconstruction": "mean",
}
_Part = Literal["validation", "test"]
_READABLE = ("image", "vector", "number", "tags")


def constant_baselines(prepared: Prepared, objectives: Sequence[Objective]) -> Iterator[Baseline]:
    """For each output: always the answer that suits the training part best."""
    for objective in objectives:
        answer = constant_answer(prepared, objective)
        if answer is None:
            continue
        truths = (
            _true_values(prepared, objective, "validation"),
            _true_values(prepared, objective, "test"),
        )
        yield Baseline(
            output=objective.output,
            model=_SIMPLE[objective.task.kind],
            metric=objective.metric.name,
            train_examples=len(prepared.train),
            validation=_score(objective, truths[0], np.broadcast_to(answer, truths[0].shape)),
            test=_score(objective, truths[1], np.broadcast_to(answer, truths[1].shape)),
        )


def constant_answer(prepared: Prepared, objective: Objective) -> np.ndarray | None:
    """The answer that does not look at the example, as the output's true values are evaluated; None without one."""
    answer = objective.task.baseline(objective, prepared.targets[objective.output][prepared.train])
    return None if answer is None else answer * prepared.target_scales[objective.output]


def linear_baselines(prepared: Prepared, objectives: Sequence[Objective], seed: int) -> Iterator[Baseline]:
    """For each output that a linear model can learn: what it reaches."""
    names = list(prepared.inputs)
    if not all(_is_readable(prepared, name) for name in names):
        return
    for objective in objectives:
        if objective.task.kind != "reconstruction":
            baseline = _linear(prepared, objective, names, seed)
            if baseline is not None:
                yield baseline


def _linear(prepared: Prepared, objective: Objective, names: list[str], seed: int) -> Baseline | None:
    from threadpoolctl import threadpool_limits

    width = sum(_flat(prepared.inputs[name][:1]).shape[1] for name in names)
    answers = len(objective.target.class_names) or objective.units
    if not 0 < width <= MAX_FEATURES:
        return None
    count = min(len(prepared.train), MAX_EXAMPLES, max(100, MAX_WORK // (width * answers)))
    chosen = prepared.train
    if count < len(chosen):
        chosen = np.sort(np.random.default_rng(seed).choice(chosen, count, replace=False))
    examples = _features(prepared.inputs, names, chosen)
    # In place: copies of images take more memory than the run itself.
    shift = examples.mean(axis=0)
    examples -= shift
    spread = np.sqrt(np.einsum("ij,ij->j", examples, examples) / len(examples))
    spread[spread == 0] = 1
    examples /= spread
    true = _scaled(prepared, objective, prepared.targets[objective.output][chosen])
    # The training threads have the other cores.
    with threadpool_limits(1):
        model = _fitted(objective, examples, true)
        if model is None:
            return None

        def score(part: _Part) -> float | None:
            inputs, _, rows = prepared.part(part)
            predictions = [
                model.predict((_features(inputs, names, rows[start : start + _CHUNK]) - shift) / spread)
                for start in range(0, len(rows), _CHUNK)
            ]
            truth = _true_values(prepared, objective, part)
            if not predictions:
                return None
            predicted = np.concatenate(predictions).reshape(truth.shape)
            return _score(objective, truth, predicted >= 0.5 if objective.task.kind == "tags" else predicted)

        return Baseline(
            output=objective.output,
            model="linear",
            metric=objective.metric.name,
            train_examples=count,
            validation=score("validation"),
            test=score("test"),
        )


def _fitted(objective: Objective, examples: np.ndarray, true: np.ndarray) -> Any:
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.linear_model import LogisticRegression, Ridge

    if objective.task.kind != "classes":
        return Ridge(solver="lsqr", max_iter=MAX_STEPS).fit(examples, true.reshape(len(true), -1))
    if len(np.unique(true)) < 2:
        return None
    # After so many steps it is close enough. For the whole process: within a thread a filter cannot be set and removed.
    warnings.filterwarnings("ignore", category=ConvergenceWarning)
    return LogisticRegression(max_iter=MAX_STEPS).fit(examples, true)


def _is_readable(prepared: Prepared, name: str) -> bool:
    return prepared.inputs[name].dtype.kind in "fub" and prepared.reads[name].kind in _READABLE


def _features(inputs: dict[str, np.ndarray], names: list[str], rows: np.ndarray) -> np.ndarray:
    width = sum(_flat(inputs[name][:1]).shape[1] for name in names)
    features = np.empty((len(rows), width), np.float32)
    for start in range(0, len(rows), _CHUNK):
        part = slice(start, start + _CHUNK)
        flat = np.concatenate([_flat(inputs[name][rows[part]]) for name in names], axis=1)
        features[part] = np.nan_to_num(flat, copy=False)
    return features


def _flat(examples: np.ndarray) -> np.ndarray:
    """Float32 `(examples, features)`; large images are averaged down to at most `SIDE` x `SIDE` pixels."""
    examples = examples.astype(np.float32)
    if examples.ndim == 4 and examples[0].size > MAX_FEATURES:
        high, wide = (max(1, -(-size // SIDE)) for size in examples.shape[1:3])
        height, width = (
            size // step * step for size, step in zip(examples.shape[1:3], (high, wide), strict=True)
        )
        blocks = examples[:, :height, :width].reshape(
            len(examples), height // high, high, width // wide, wide, examples.shape[3]
        )
        examples = blocks.mean(axis=(2, 4))
    return examples.reshape(len(examples), -1)


def _scaled(prepared: Prepared, objective: Objective, targets: np.ndarray) -> np.ndarray:
    return objective.task.true_values(objective, targets, prepared.target_scales[objective.output])


def _true_values(prepared: Prepared, objective: Objective, part: _Part) -> np.ndarray:
    _, targets, rows = prepared.part(part)
    return _scaled(prepared, objective, targets[objective.output][rows])


def _score(objective: Objective, true: np.ndarray, predicted: np.ndarray) -> float | None:
    """The metric of the objective; None without examples."""
    if not len(true):
        return None
    if objective.metric.is_share:
        return float(np.mean(true == predicted))
    return float(np.abs(true.astype(np.float64) - predicted).mean())
