"""A run in this very process: what the command line and notebooks call."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blockwright.design.parse import read_design
from blockwright.schema.data_errors import DataError
from blockwright.schema.dataset_config import check_file, choice_from_argument
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError
from blockwright.schema.training import Settings, SettingsError

if TYPE_CHECKING:
    from blockwright.runs import History


def train(
    design: Design | dict[str, Any] | str,
    dataset: str | dict[str, Any] | os.PathLike[str] = "digits",
    *,
    progress: Callable[[str], None] | None = None,
    name: str | None = None,
    target: str | None = None,
    task: str | None = None,
    **settings: Any,
) -> dict[str, Any]:
    """Train a design here and evaluate it; the run stands in the store, and can be opened in the app by its id.

    Args:
        design: a design, or its JSON.
        dataset: a data set's name, the path of an `.npz` or `.csv` file, or a choice such as
            `{"name": "shapes", "size": 32}`.
        progress: hears a sentence after every epoch.
        name: the run's name; the design's when left out.
        target: the column of a `.csv` file that is to be told.
        task: whether that, or the labels of an `.npz` file, is one of several `classes`, a `number` or any of several
            `tags`; left out, the file tells.
        settings: `epochs`, `batch_size`, `learning_rate` and so on: see `training.settings.Settings`.

    Returns: `run` (id), `status`, `message`, `epochs` (finished ones), `metrics` (loss, accuracy, val_loss,
    val_accuracy of the last epoch, test_loss, test_accuracy), `confusion_matrix`, `seconds`, `examples_per_second`
    (training examples over the time of whole training epochs, validation excluded, the first one left out when there
    are more) and `artifacts` (paths by file name). What is not known is None.

    A network that gives something else than classes, or has several outputs, has no accuracies and no confusion
    matrix of its own: `metrics` then also holds mae, val_mae, test_mae, or for each output `<output>_loss`,
    `<output>_accuracy` or `<output>_mae`, with `val_` and `test_` in front for those parts; and `outputs` has the
    evaluation of each output, as `evaluation.reading.read_evaluation` gives it.

    Raises `SettingsError`, `DesignError` or `DataError` when design, settings and data cannot be trained together.
    """
    choice = dataset if isinstance(dataset, dict) else choice_from_argument(dataset, target, task)
    chosen = Settings.read({**settings, "data": choice})
    check_file(chosen.data)
    if not isinstance(design, Design):
        design = read_design(design)
    from blockwright.runs import COMMAND_LINE, RunStore, fold, run_folder
    from blockwright.training.worker import execute

    store = RunStore()
    title = name or design.name or "Untitled"
    run = store.create_run(COMMAND_LINE, title, design.document(), chosen.document(), here=True)
    ending = execute(run.id, tell=progress)
    if isinstance(ending.error, DesignError | DataError | SettingsError):
        raise ending.error
    history = fold(store.events(run.id))
    run = store.get(run.id) or run
    return {
        "run": run.id,
        "status": ending.status,
        "message": ending.message,
        "epochs": len(history.epochs),
        **_results(history, run_folder(run.id)),
        "seconds": round((run.ended or 0) - (run.started or 0), 3),
    }


def _results(history: "History", folder: Path) -> dict[str, Any]:
    from blockwright.runs.epoch_table import flat_epoch, flat_evaluation
    from blockwright.runs.evaluation_reader import read_evaluation
    from blockwright.training import artifacts
    from blockwright.training.speed import examples_per_second

    evaluation = read_evaluation(folder)
    last = flat_epoch(history.epochs[-1]) if history.epochs else {}
    tested = flat_evaluation(history.evaluated)
    metrics = {key: last.get(key) for key in ("loss", "accuracy", "val_loss", "val_accuracy")}
    metrics |= {key: tested[key] for key in ("test_loss", "test_accuracy")}
    metrics |= {key: last[key] for key in ("mae", "val_mae") if key in last}
    metrics |= {key: tested[key] for key in ("test_mae",) if key in tested}
    metrics |= last.get("metrics", {}) | tested.get("metrics", {})
    outputs = evaluation["outputs"] if evaluation else {}
    only: Mapping[str, Any] = next(iter(outputs.values())) if len(outputs) == 1 else {}
    return {
        "metrics": metrics,
        "confusion_matrix": only.get("confusion_matrix"),
        **({"outputs": outputs} if outputs and "confusion_matrix" not in only else {}),
        "examples_per_second": examples_per_second(history.epochs),
        "artifacts": artifacts.existing(folder),
    }
