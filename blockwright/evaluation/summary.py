"""The test of a run in a sentence, and as flat metrics."""

from collections.abc import Mapping
from typing import Any

from blockwright.evaluation.evaluators import EVALUATORS
from blockwright.schema.evaluation import Evaluation


def sentence(document: Evaluation) -> str:
    """How the test went, from what `save.save_evaluation` gives."""
    scores = {
        output: EVALUATORS[report["kind"]].score(report) for output, report in document["outputs"].items()
    }
    if len(scores) == 1:
        return f"Test {next(iter(scores.values()))}."
    return f"Test: {', '.join(f'{output} {score}' for output, score in scores.items())}."


def flat_metrics(document: Evaluation) -> dict[str, Any]:
    """The losses and metrics of the test without what is large.

    `test_loss`, `test_accuracy`, `examples` and, where it has one, `test_mae` of a single output; of several outputs
    `metrics`, with `test_<output>_loss` and so on for each.
    """
    reports: Mapping[str, Mapping[str, Any]] = document["outputs"]
    only = next(iter(reports.values())) if len(reports) == 1 else {}
    flat = {
        "test_loss": document["test_loss"],
        "test_accuracy": only.get("test_accuracy"),
        "examples": document.get("examples"),
    }
    if "mae" in only:
        flat["test_mae"] = only["mae"]
    if len(reports) > 1:
        flat["metrics"] = {
            f"test_{output}_{name}": report[key]
            for output, report in reports.items()
            for name, key in (("loss", "test_loss"), ("mae", "mae"), ("accuracy", "test_accuracy"))
            if key in report
        }
    return flat
