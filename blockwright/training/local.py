"""A run in this very process: what the command line and notebooks call."""

import os
import shlex
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from blockwright.design.parse import read_design
from blockwright.recipe.new_run import new_run
from blockwright.recipe.settings import Settings, SettingsError
from blockwright.schema.data.dataset_config import check_file, choice_from_argument
from blockwright.schema.data.errors import DataError
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError

if TYPE_CHECKING:
    from blockwright.runs.events import Epoch
    from blockwright.runs.history import History
    from blockwright.runs.store import RunStore


def train(
    design: Design | dict[str, Any] | str,
    dataset: str | dict[str, Any] | os.PathLike[str] = "digits",
    *,
    progress: Callable[[str], None] | None = None,
    name: str | None = None,
    target: str | None = None,
    task: str | None = None,
    adapt_input: bool = False,
    **settings: Any,
) -> dict[str, Any]:
    """Train a design in this process and evaluate it. The run is in the store: the app opens it by its id.

    Args:
        design: a design, or its JSON.
        dataset: a data set's name, the path of an `.npz` or `.csv` file, or a choice such as
            `{"name": "shapes", "size": 32}`.
        progress: called with a sentence after each epoch.
        name: the run's name; the design's by default.
        target: the target column of a `.csv` file.
        task: whether that column, or `y_train` of an `.npz` file, is `classes`, a `number` or `tags`; by default it
            depends on the values.
        adapt_input: change the input of a design with a single one to the size of the data, instead of resizing the
            data.
        settings: `epochs`, `batch_size`, `learning_rate` and so on: see `recipe.settings.Settings`. What is left out
            has the defaults of a new run (`recipe.new_run.NEW_RUN`).

    Returns: `run` (id), `status`, `message`, `epochs` (how many finished), `metrics` (loss, accuracy, val_loss,
    val_accuracy of the last epoch, test_loss, test_accuracy), `baselines` (what simple models reach on the same data:
    see `runs.events.Baseline`), `diagnoses` (known causes of a poor result: see `runs.events.Diagnosed`),
    `confusion_matrix`, `seconds`, `examples_per_second`, `artifacts` (paths by file name),
    `weights` (which were tested: `which` is last or best, `epoch`, `monitor`) and `checkpoints` (`file`, `epoch` and
    `bytes` of each). What is unknown is None.

    A run on random labels also has `random_labels`: true.

    If the only output does not predict classes, or there are several outputs, `metrics` also holds mae, val_mae,
    test_mae, or for each output `<output>_loss`, `<output>_accuracy` or `<output>_mae`, also prefixed with `val_` and
    `test_`; and `outputs` has the evaluation of each output, as `runs.evaluation_reader.read_evaluation` returns it.

    Raises `SettingsError`, `DesignError` or `DataError` if the design cannot be trained with the settings and data.
    """
    design, run_settings = read_arguments(
        design, dataset, target=target, task=task, adapt_input=adapt_input, **settings
    )
    from blockwright.runs.abandoned_runs import end_abandoned_runs
    from blockwright.runs.records import COMMAND_LINE
    from blockwright.runs.store import RunStore

    store = RunStore()
    # Those of a command line that was killed; where a backend runs, it does this by itself.
    end_abandoned_runs(store)
    title = name or design.name or "Untitled"
    run = store.create_run(COMMAND_LINE, title, design.document(), run_settings.document(), here=True)
    return _executed(store, run.id, progress)


def resume(run_id: str, *, epochs: int = 0, progress: Callable[[str], None] | None = None) -> dict[str, Any]:
    """Let a run of the command line go on in this process that was stopped, interrupted or failed, or that finished.

    Args:
        run_id: the run's id.
        epochs: for how many epochs it goes on from its last saved state; 0 for as many as were planned, which a run
            that finished has had.
        progress: called with a sentence after each epoch.

    Returns the same as `train`. Raises `NotResumable` with a sentence if the run cannot go on.
    """
    from blockwright.runs.abandoned_runs import end_abandoned_runs
    from blockwright.runs.history import fold
    from blockwright.runs.records import COMMAND_LINE
    from blockwright.runs.resuming import NotResumable, resume_run
    from blockwright.runs.store import RunStore

    store = RunStore()
    end_abandoned_runs(store)
    run = store.entry(run_id, owner=COMMAND_LINE)
    if run is None:
        raise NotResumable(
            f'The command line has no run "{run_id[:64]}". `blockwright runs` lists its runs; those of a browser go on '
            "there."
        )
    resume_run(store, run, len(fold(store.events(run.id)).epochs), epochs, here=True)
    return _executed(store, run.id, progress)


def _executed(store: "RunStore", run_id: str, progress: Callable[[str], None] | None) -> dict[str, Any]:
    """Train a run that this process has claimed; its result as `train` returns it."""
    from blockwright.runs.files.home import run_folder
    from blockwright.runs.history import fold
    from blockwright.training.worker import execute

    ending = execute(run_id, on_message=progress)
    if isinstance(ending.error, DesignError | DataError | SettingsError):
        raise ending.error
    history = fold(store.events(run_id))
    run = store.entry(run_id)
    seconds = ((run.ended or 0) - (run.started or 0)) if run else 0
    return {
        "run": run_id,
        "status": ending.status,
        "message": ending.message,
        "epochs": len(history.epochs),
        **_results(history, run_folder(run_id)),
        **({"random_labels": True} if run and run.settings.get("random_labels") else {}),
        "seconds": round(seconds, 3),
    }


def read_arguments(
    design: Design | dict[str, Any] | str,
    dataset: str | dict[str, Any] | os.PathLike[str] = "digits",
    *,
    target: str | None = None,
    task: str | None = None,
    adapt_input: bool = False,
    **settings: Any,
) -> tuple[Design, Settings]:
    """The design and the settings that the arguments of `train` stand for; it raises the same errors."""
    choice = dataset if isinstance(dataset, dict) else choice_from_argument(dataset, target, task)
    run_settings = Settings.read({**new_run(settings), "data": choice})
    check_file(run_settings.data)
    if not isinstance(design, Design):
        design = read_design(design)
    return (_adapted(design, run_settings) if adapt_input else design), run_settings


def _adapted(design: Design, settings: Settings) -> Design:
    from blockwright.data.upload_reader import check_upload
    from blockwright.design.edits import apply_edits
    from blockwright.schema.data.dataset_cards import card_of
    from blockwright.tasks.fitting import adapted_shape

    card = check_upload(settings.data) if settings.data["name"] == "upload" else card_of(settings.data)
    if len(design.inputs) != 1 or not card.shape:
        raise DataError(
            "The input can only be changed to the size of the data where the design has one input and the data one "
            "kind of feature. Set the shapes of the inputs in the design."
        )
    entry = design.inputs[0]
    shape = adapted_shape(card.shape, entry.shape)
    return apply_edits(design, [{"op": "set_input", "input": entry.id, "shape": list(shape)}])


def _results(history: "History", folder: Path) -> dict[str, Any]:
    from blockwright.runs.epoch_table import flat_epoch, flat_evaluation
    from blockwright.runs.evaluation_reader import read_evaluation
    from blockwright.runs.files.checkpoints import read_checkpoints
    from blockwright.training import artifacts

    evaluation = read_evaluation(folder)
    last = flat_epoch(history.epochs[-1]) if history.epochs else {}
    tested = flat_evaluation(history.evaluated)
    metrics = {key: last.get(key) for key in ("loss", "accuracy", "val_loss", "val_accuracy")}
    metrics |= {key: tested[key] for key in ("test_loss", "test_accuracy")}
    metrics |= {key: last[key] for key in ("mae", "val_mae") if key in last}
    metrics |= {key: tested[key] for key in ("test_mae",) if key in tested}
    for name in _chosen_metrics(history):
        metrics |= {key: last.get(key) for key in (name, f"val_{name}")}
        metrics[f"test_{name}"] = tested.get(f"test_{name}")
    metrics |= last.get("metrics", {}) | tested.get("metrics", {})
    outputs = evaluation["outputs"] if evaluation else {}
    only: Mapping[str, Any] = next(iter(outputs.values())) if len(outputs) == 1 else {}
    return {
        "metrics": metrics,
        "baselines": history.baselines,
        "diagnoses": history.diagnoses,
        "confusion_matrix": only.get("confusion_matrix"),
        **({"outputs": outputs} if outputs and "confusion_matrix" not in only else {}),
        "examples_per_second": examples_per_second(history.epochs),
        "artifacts": artifacts.existing(folder),
        "weights": history.evaluated.get("weights") if history.evaluated else None,
        "checkpoints": read_checkpoints(folder),
        "tensorboard": tensorboard_command(folder),
    }


def _chosen_metrics(history: "History") -> list[str]:
    """The names of the chosen metrics of an only output; those of several outputs are in `metrics`."""
    outputs = history.started["outputs"] if history.started else []
    return [metric["name"] for output in outputs if len(outputs) == 1 for metric in output.get("metrics", [])]


def tensorboard_command(folder: Path) -> str | None:
    """What shows the event files of a run; None where it wrote none."""
    from blockwright.recipe.callbacks.tensorboard import FOLDER

    return f"tensorboard --logdir {shlex.quote(str(folder / FOLDER))}" if (folder / FOLDER).is_dir() else None


def examples_per_second(epochs: "Sequence[Epoch]") -> float | None:
    """Training examples per second of training, validation excluded; None without a finished epoch.

    The first epoch, which includes TensorFlow's tracing, does not count if there are more.
    """
    counted = epochs[1:] or epochs
    seconds = sum(epoch["seconds"] for epoch in counted)
    examples = sum(epoch["seconds"] * epoch["examples_per_second"] for epoch in counted)
    return examples / seconds if seconds > 0 else None
