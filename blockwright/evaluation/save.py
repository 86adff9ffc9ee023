"""Writing what a run's test part showed into its folder; `reading.py` reads it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from blockwright.evaluation.confusion import MAX_CLASSES, confusion_matrix
from blockwright.evaluation.example_selection import choose_examples, examples_document, worst_document
from blockwright.evaluation.numbers import number_report
from blockwright.evaluation.predictions import Predictions
from blockwright.evaluation.predictions_by_output import Answers
from blockwright.evaluation.reconstruction import example_errors, reconstruction_report
from blockwright.evaluation.report import classification_report
from blockwright.evaluation.shown_examples import Shown
from blockwright.evaluation.tags import tag_report
from blockwright.runs.atomic_files import write_arrays, write_json
from blockwright.runs.evaluation_reader import EVALUATION, MISTAKES, PREDICTIONS, completed, file_name


def write_outputs(folder: Path, answers: Sequence[Answers], shown: Shown) -> dict[str, Any]:
    """Write `evaluation.json`, and for every output its predictions and examples; the first one's content is returned.

    Args:
        folder: the run's folder.
        answers: the answers of each output to the test part, in the order of the design.
        shown: the test part as it was given.
    """
    found = {}
    for place, one in enumerate(answers):
        report, predictions, examples = _measured(one, shown)
        names = [file_name(name, place, len(answers)) for name in (PREDICTIONS, MISTAKES)]
        write_arrays(folder / names[0], predictions)
        write_arrays(folder / names[1], examples)
        found[one.output] = {
            "kind": one.kind,
            "target": one.target,
            "loss": one.loss,
            "weight": one.weight,
            "test_loss": one.test_loss,
            "examples": len(one.true),
            **report,
        }
    document = _document(answers, found)
    write_json(folder / EVALUATION, document)
    return completed(document)


def evaluated_event(document: dict[str, Any]) -> dict[str, Any]:
    """What a run tells of its test: losses and measures, without what is large."""
    keys = ("test_loss", "test_accuracy", "examples", "test_mae", "metrics")
    return {key: document[key] for key in keys if key in document}


def _document(answers: Sequence[Answers], found: dict[str, dict[str, Any]]) -> dict[str, Any]:
    total = sum(one.weight * one.test_loss for one in answers)
    if len(answers) == 1 and answers[0].kind == "classes":
        # What concerns classes stands once, where it always stood; reading puts it in both places.
        (output, report), pointed = next(iter(found.items())), ("kind", "target", "loss", "weight")
        outer = {key: value for key, value in report.items() if key not in pointed}
        return outer | {"test_loss": total, "outputs": {output: {key: report[key] for key in pointed}}}
    document: dict[str, Any] = {
        "test_loss": total,
        "test_accuracy": None,
        "examples": len(answers[0].true),
        "class_names": [],
        "confusion_matrix": None,
        "report": [],
        "averages": {},
    }
    if len(answers) == 1:
        one = next(iter(found.values()))
        document["test_accuracy"] = one.get("test_accuracy")
        document |= {"test_mae": one["mae"]} if "mae" in one else {}
    else:
        document["metrics"] = _metrics(found)
    return document | {"outputs": found}


def _metrics(found: dict[str, dict[str, Any]]) -> dict[str, float]:
    metrics = {}
    for output, one in found.items():
        metrics[f"test_{output}_loss"] = one["test_loss"]
        if "mae" in one:
            metrics[f"test_{output}_mae"] = one["mae"]
        else:
            metrics[f"test_{output}_accuracy"] = one["test_accuracy"]
    return metrics


def _measured(one: Answers, shown: Shown) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """The report of an output, its predictions, and the examples worth a look."""
    if one.kind == "classes":
        return _classes(one, shown)
    plain = {"true": one.true.astype(np.float32), "predicted": one.values.astype(np.float32)}
    examples = worst_document(one, shown)
    if one.kind == "number":
        return number_report(one.true, one.values, one.unit, one.baseline), plain, examples
    if one.kind == "tags":
        return tag_report(one.true, one.values, one.names), plain, examples
    errors = {"error": example_errors(one.true, one.values)}
    return reconstruction_report(one.true, one.values), errors, examples


def _classes(one: Answers, shown: Shown) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    predictions = Predictions(one.values, one.true)
    true, predicted = predictions.true, predictions.predicted
    matrix = None
    if len(one.names) <= MAX_CLASSES:
        matrix = confusion_matrix(true, predicted, len(one.names)).tolist()
    report = {
        "test_accuracy": float(np.mean(true == predicted)),
        "class_names": list(one.names),
        "confusion_matrix": matrix,
        **classification_report(true, predicted, one.names),
    }
    arrays = {
        "true": true.astype(np.int32),
        "predicted": predicted,
        "confidence": predictions.confidence,
        "probabilities": predictions.probabilities,
    }
    bytes_each = 1 if shown.images is None else int(np.prod(shown.images.shape[1:]))
    chosen = choose_examples(predictions, bytes_each)
    return report, arrays, examples_document(shown, chosen, predictions)
