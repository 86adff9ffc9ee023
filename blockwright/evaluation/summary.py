"""The test of a run in a sentence, and as an event."""

import math
from collections.abc import Mapping
from typing import Any

from blockwright.evaluation.evaluators import EVALUATORS
from blockwright.runs.events import Evaluated
from blockwright.schema.run.evaluation import Evaluation
from blockwright.tasks import task_of


def sentence(document: Evaluation) -> str:
    """How the test went, from what `save.save_evaluation` gives."""
    scores = {
        output: EVALUATORS[report["kind"]].score(report) for output, report in document["outputs"].items()
    }
    if len(scores) == 1:
        return f"Test {next(iter(scores.values()))}."
    return f"Test: {', '.join(f'{output} {score}' for output, score in scores.items())}."


def evaluated_event(document: Evaluation) -> Evaluated:
    """The `evaluated` event of a run: the loss and the metric of each output, without what is large."""
    outputs = {}
    for output, report in document["outputs"].items():
        values: Mapping[str, Any] = report
        metric = task_of(values["kind"]).metric.name
        value = values[metric] if metric in values else values[f"test_{metric}"]
        further = {
            f"test_{name}": number if math.isfinite(number) else None
            for name, number in values.get("metrics", {}).items()
        }
        outputs[output] = {"test_loss": values["test_loss"], f"test_{metric}": value, **further}
    return Evaluated(test_loss=document["test_loss"], examples=document["examples"], outputs=outputs)
