"""The test of a trained network: its predictions for the test part, scored and saved."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from blockwright.data.loading import DataSet
from blockwright.data.prepare import Prepared
from blockwright.evaluation.display import DisplayExamples
from blockwright.evaluation.output_predictions import OutputPredictions
from blockwright.evaluation.predictions import collect
from blockwright.evaluation.save import save_evaluation
from blockwright.schema.run.evaluation import Evaluation
from blockwright.tasks.base import Objective
from blockwright.training.baselines import constant_answer
from blockwright.training.setup.acceleration import fused_batch_normalization
from blockwright.training.setup.chosen_metrics import chosen_metrics
from blockwright.training.setup.pipeline import prepared_batches

if TYPE_CHECKING:
    from blockwright.network import DesignedModel

_EVALUATION_BATCH = 128


def evaluate_network(
    model: "DesignedModel",
    objectives: Sequence[Objective],
    dataset: DataSet,
    prepared: Prepared,
    batch_size: int,
    folder: Path,
    on_batch: Callable[[], None],
) -> Evaluation:
    """Test a network and write the evaluation into a folder.

    Args:
        model: with the weights to test.
        batch_size: that of the training.
        folder: the run's folder.
        on_batch: called after each batch, and may raise to end the test.
    """
    # Activity penalties are sums over a batch: they compare with those of training in batches of the same size.
    size = batch_size if model.losses else _EVALUATION_BATCH
    data = prepared_batches(model.design, prepared, objectives, "test", size)
    with fused_batch_normalization():
        results = collect(
            model,
            data,
            [objective.task.keras_loss(objective) for objective in objectives],
            on_batch,
            [chosen_metrics(objective) for objective in objectives],
        )
    predictions = [
        replace(_predictions(objective, values, loss, prepared), metrics=metrics)
        for objective, values, loss, metrics in zip(
            objectives, results.outputs, results.losses, results.metrics, strict=True
        )
    ]
    display = DisplayExamples.of(dataset.card.features, dataset.test.features)
    return save_evaluation(folder, predictions, display, results.penalty)


def _predictions(
    objective: Objective, outputs: np.ndarray, loss: float, prepared: Prepared
) -> OutputPredictions:
    """The predictions of an output for the test part, in the unit of its target."""
    name = objective.output
    true = objective.task.true_values(objective, prepared.test_targets[name], prepared.target_scales[name])
    return OutputPredictions(
        output=objective.output,
        kind=objective.task.kind,
        target=objective.target.name,
        names=objective.target.class_names,
        unit=objective.target.unit,
        loss=objective.loss,
        weight=objective.weight,
        test_loss=loss,
        values=objective.task.predictions(objective, outputs),
        true=true,
        baseline=constant_answer(prepared, objective),
    )
