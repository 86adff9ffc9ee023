"""Writing the evaluation of a run into its folder; `runs.evaluation_reader` reads it."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

from blockwright.evaluation.display import DisplayExamples
from blockwright.evaluation.evaluators import EVALUATORS
from blockwright.evaluation.output_predictions import OutputPredictions
from blockwright.runs.evaluation_reader import EVALUATION, MISTAKES, PREDICTIONS, output_file
from blockwright.runs.files.atomic_files import write_arrays, write_json
from blockwright.schema.run.evaluation import Evaluation


def save_evaluation(
    folder: Path, outputs: Sequence[OutputPredictions], display: DisplayExamples, penalty: float = 0.0
) -> Evaluation:
    """Write `evaluation.json`, and for every output its predictions and examples; returns the document.

    Args:
        folder: the run's folder.
        outputs: the predictions of each output for the test part, in the order of the design.
        display: the test part for people to look at.
        penalty: what the layers of the network add to its loss. The loss of an only output includes it, as in training.
    """
    reports = {}
    for index, predictions in enumerate(outputs):
        evaluator = EVALUATORS[predictions.kind]
        files = [output_file(name, index, len(outputs)) for name in (PREDICTIONS, MISTAKES)]
        write_arrays(folder / files[0], evaluator.arrays(predictions))
        write_arrays(folder / files[1], evaluator.examples(predictions, display))
        reports[predictions.output] = {
            "kind": predictions.kind,
            "target": predictions.target,
            "loss": predictions.loss,
            "weight": predictions.weight,
            "test_loss": predictions.test_loss + (penalty if len(outputs) == 1 else 0.0),
            "examples": len(predictions.true),
            **({"metrics": dict(predictions.metrics)} if predictions.metrics else {}),
            **evaluator.report(predictions),
        }
    document: dict[str, Any] = {
        "test_loss": sum(predictions.weight * predictions.test_loss for predictions in outputs) + penalty,
        "examples": len(outputs[0].true),
        "outputs": reports,
    }
    write_json(folder / EVALUATION, document)
    return cast(Evaluation, document)
