"""Runs made up for the tests of the pages: what a worker would have written, without training anything."""

import json
import math
from typing import Any

import numpy as np

from blockwright.runs.records import Run
from blockwright.runs.store import RunStore

DESIGN = {
    "format": 1,
    "name": "Small net",
    "inputs": [{"id": "image", "shape": [8, 8, 1]}],
    "nodes": [
        {"id": "flat", "block": "Flatten"},
        {"id": "head", "block": "Dense", "params": {"units": 10, "activation": "softmax"}},
    ],
}
NAMES = [str(digit) for digit in range(10)]
STEPS = 38


def settings(epochs: int = 5) -> dict[str, Any]:
    return {"data": {"name": "digits"}, "epochs": epochs, "optimizer": "adam", "learning_rate": 0.001}


def started(epochs: int, names: list[str]) -> dict[str, Any]:
    return {
        "epochs": epochs,
        "steps_per_epoch": STEPS,
        "batch_size": 32,
        "train_examples": 1200,
        "validation_examples": 300,
        "test_examples": 297,
        "params": 650,
        "precision": "float32",
        "device": "CPU",
        "seed": 0,
        "steps": ["Values from 0 to 16 are divided by 16, the largest in training."],
        "outputs": [
            {
                "output": "head",
                "kind": "classes",
                "target": "class",
                "loss": "sparse_categorical_crossentropy",
                "weight": 1.0,
                "metric": "accuracy",
                "unit": "",
                "class_names": names,
            }
        ],
    }


def queued(store: RunStore, owner: str, name: str = "Queued net", epochs: int = 5) -> Run:
    return store.create_run(owner, name, DESIGN, settings(epochs))


def running(
    store: RunStore,
    owner: str,
    name: str = "Running net",
    epochs: int = 5,
    done: float = 2.5,
    names: list[str] = NAMES,
) -> Run:
    """A run that has trained `done` epochs."""
    run = queued(store, owner, name, epochs)
    store.claim(run.id)
    store.transition(run.id, "starting", "running")
    train(store, run.id, epochs, done, names)
    return store.get(run.id)


def train(store: RunStore, run_id: str, epochs: int, done: float, names: list[str] = NAMES) -> None:
    events: list[tuple[str, dict[str, Any]]] = [("started", started(epochs, names))]
    for step in range(1, round(done * STEPS) + 1):
        epoch, batch = 1 + (step - 1) // STEPS, 1 + (step - 1) % STEPS
        if batch % 4 == 1:
            events.append(("batch", {"epoch": epoch, "batch": batch, **values(step), **speed(step)}))
        if batch == STEPS:
            trained, validated = values(step), values(step * 0.9)
            accuracies = {"accuracy": accuracy(step), "val_accuracy": accuracy(step * 0.9)}
            events.append(
                (
                    "epoch",
                    {
                        "epoch": epoch,
                        "loss": trained["loss"],
                        "val_loss": validated["loss"],
                        "outputs": {"head": accuracies},
                        "seconds": 0.8,
                        "examples_per_second": 1500.0,
                    },
                )
            )
    store.add_events(run_id, events)


def baselines(output: str = "head") -> list[tuple[str, dict[str, Any]]]:
    """What simple models reach, as events."""
    same = {"output": output, "metric": "accuracy", "train_examples": 1_000}
    return [
        ("baseline", {**same, "model": "most_frequent_class", "validation": 0.12, "test": 0.11}),
        ("baseline", {**same, "model": "linear", "validation": 0.9, "test": 0.961}),
    ]


def diagnosis(resolved: bool = False) -> tuple[str, dict[str, Any]]:
    """A cause of a poor result that a run found in itself, or that no longer holds, as an event."""
    title = "The learning rate is too high"
    message = f"{title}: no longer." if resolved else "The training loss has risen."
    data = {"cause": "learning_rate_high", "title": title, "epoch": 2, "message": message}
    return ("diagnosis", {**data, "resolved": resolved})


def values(step: float) -> dict[str, Any]:
    return {"loss": 0.05 + 2.25 * math.exp(-step / 60), "outputs": {"head": {"accuracy": accuracy(step)}}}


def accuracy(step: float) -> float:
    return 0.99 - 0.89 * math.exp(-step / 60)


def speed(step: int) -> dict[str, float]:
    return {"examples_per_second": 1500.0, "seconds": step / 50, "memory_bytes": 412_000_000}


def finished(
    store: RunStore,
    owner: str,
    name: str = "Finished net",
    epochs: int = 5,
    names: list[str] = NAMES,
    weights: dict[str, Any] | None = None,
) -> Run:
    """A run with all its epochs, an evaluation, of these weights, and the images of its mistakes."""
    from blockwright.runs.files.home import run_folder

    run = running(store, owner, name, epochs, epochs, names)
    matrix = confusion_matrix(len(names))
    total = sum(map(sum, matrix))
    right = sum(row[place] for place, row in enumerate(matrix))
    test = {"test_loss": 0.123, "test_accuracy": right / total}
    outputs = {"head": {"test_loss": 0.123, "test_accuracy": right / total}}
    evaluated = {"test_loss": 0.123, "examples": total, "outputs": outputs}
    store.add_events(run.id, [("evaluated", evaluated | ({"weights": weights} if weights else {}))])
    report = [
        {
            "class": name,
            "precision": matrix[k][k] / max(1, sum(row[k] for row in matrix)),
            "recall": matrix[k][k] / sum(matrix[k]),
            "f1": 0.95,
            "support": sum(matrix[k]),
        }
        for k, name in enumerate(names)
    ]
    folder = run_folder(run.id)
    (folder / "evaluation.json").write_text(
        json.dumps(
            {**test, "confusion_matrix": matrix, "class_names": names, "report": report, "averages": {}}
        ),
        encoding="utf-8",
    )
    wrong = [
        (t, p) for t, row in enumerate(matrix) for p, many in enumerate(row) if t != p for _ in range(many)
    ]
    chance = np.random.default_rng(0)
    np.savez_compressed(
        folder / "mistakes.npz",
        images=chance.integers(0, 256, (len(wrong), 8, 8, 1), dtype=np.uint8),
        index=np.arange(len(wrong)),
        true=np.array([t for t, _ in wrong]),
        predicted=np.array([p for _, p in wrong]),
        confidence=np.linspace(0.99, 0.4, len(wrong), dtype=np.float32),
    )
    store.end(run.id, "finished", None)
    return store.get(run.id)


def confusion_matrix(classes: int) -> list[list[int]]:
    """28 right of each class, and two kinds of mistakes."""
    matrix = [[0] * classes for _ in range(classes)]
    for place in range(classes):
        matrix[place][place] = 28
        matrix[place][(place + 3) % classes] += 2 if place % 2 else 0
        matrix[place][(place + 1) % classes] += 1
    return matrix


def ended(store: RunStore, owner: str, status: str, message: str, done: float = 2.0) -> Run:
    """A run that ended early, as "stopped", "failed" or "interrupted"."""
    run = running(store, owner, f"{status.capitalize()} net", 5, done)
    store.end(run.id, status, message)
    return store.get(run.id)


OUTPUTS = [
    {
        "output": "price",
        "kind": "number",
        "target": "price",
        "loss": "mean_squared_error",
        "weight": 1.0,
        "metric": "mae",
        "unit": "euro",
        "class_names": [],
    },
    {
        "output": "kind",
        "kind": "classes",
        "target": "kind",
        "loss": "sparse_categorical_crossentropy",
        "weight": 0.5,
        "metric": "accuracy",
        "unit": "",
        "class_names": ["a", "b"],
    },
]


def kinds(store: RunStore, owner: str, document: dict[str, Any] | None = None, **arrays: Any) -> Run:
    """A finished run of a network with two outputs, a number and a class; `document` is its evaluation.

    `arrays` are those of `mistakes-1.npz`, of the number.
    """
    from blockwright.runs.files.home import run_folder

    run = queued(store, owner, "Two outputs", 2)
    store.claim(run.id)
    store.transition(run.id, "starting", "running")
    both = {"price": {"loss": 400.0, "mae": 14.0}, "kind": {"loss": 0.3, "accuracy": 0.85}}
    outputs = {
        output: {part + name: value for part in ("", "val_") for name, value in one.items()}
        for output, one in both.items()
    }
    tested = {
        "price": {"test_loss": 380.0, "test_mae": 12.5},
        "kind": {"test_loss": 0.3, "test_accuracy": 0.9},
    }
    epoch = {"epoch": 1, "loss": 400.2, "val_loss": 410.0, "outputs": outputs}
    store.add_events(
        run.id,
        [
            ("started", {**started(2, []), "outputs": OUTPUTS}),
            ("epoch", {**epoch, "seconds": 0.8, "examples_per_second": 1500.0}),
            (
                "evaluated",
                {"test_loss": 380.15, "examples": 20, "outputs": tested},
            ),
        ],
    )
    if document is not None:
        folder = run_folder(run.id)
        (folder / "evaluation.json").write_text(json.dumps(document), encoding="utf-8")
        if arrays:
            np.savez_compressed(folder / "mistakes-1.npz", **arrays)
    store.end(run.id, "finished", None)
    return store.get(run.id)
