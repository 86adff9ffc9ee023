"""Testing a run that has ended with other weights than it ended with, which then are those that it exports."""

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from blockwright.data.loading import load
from blockwright.design.parse import read_design
from blockwright.evaluation.summary import evaluated_event
from blockwright.recipe.settings import Settings, SettingsError
from blockwright.runs.chosen_weights import (
    WEIGHTS,
    WeightsError,
    current_key,
    current_weights,
    find_weights,
    kept_file,
)
from blockwright.runs.events import Evaluated, EvaluatedWeights
from blockwright.runs.files.atomic_files import PARTIAL, write_atomically
from blockwright.runs.files.home import home, run_folder
from blockwright.runs.files.upload_store import check_owned
from blockwright.runs.history import History, fold
from blockwright.runs.records import COMMAND_LINE, Run, StoreError
from blockwright.runs.store import RunStore
from blockwright.schema.data.errors import DataError
from blockwright.schema.findings import DesignError
from blockwright.schema.run.evaluation import Evaluation


def choose_weights(
    run_id: str,
    key: str | None,
    owner: str | None = None,
    progress: Callable[[str], None] = lambda sentence: None,
) -> tuple[Evaluation, Evaluated]:
    """Test a run with some of its weights and keep them as its own: pages show and exports hold them from then on.

    The weights that it had so far stay as a checkpoint, so that they can be chosen again.

    Args:
        run_id: a run that has ended.
        key: "best", "last" or "epoch:3"; None for its own.
        owner: the visitor's workspace; with it, runs of others are not found.
        progress: takes sentences on what is done.

    Raises `WeightsError`: no such run or weights, or its data or design can no longer be used.
    """
    with closing(RunStore()) as store:
        run = _ended_run(store, run_id, owner)
        history = fold(store.events(run.id))
        path, weights = find_weights(run, history, key or current_key(history))
        folder = run_folder(run.id)
        with tempfile.TemporaryDirectory(prefix=PARTIAL, dir=folder) as temporary:
            try:
                document = _test(run, history, path, Path(temporary), progress)
            except (DataError, DesignError, SettingsError) as error:
                raise WeightsError(f"This run can no longer be tested: {error}") from error
            _keep_current(folder, current_weights(history))
            for file in sorted(Path(temporary).iterdir()):
                os.replace(file, folder / file.name)
        if path != folder / WEIGHTS:
            _copy(path, folder / WEIGHTS)
        evaluated = evaluated_event(document)
        evaluated["weights"] = weights
        store.add_events(run.id, [("evaluated", evaluated)])
    return document, evaluated


def _ended_run(store: RunStore, run_id: str, owner: str | None) -> Run:
    try:
        run_folder(run_id)
        run = store.get(run_id, owner=owner)
    except (ValueError, StoreError):
        run = None
    if run is None:
        raise WeightsError(f"There is no run {run_id!r:.70} here; it may have been deleted.")
    if not run.over:
        raise WeightsError("This run is still in progress. Choose weights when it has ended.")
    return run


def _test(
    run: Run, history: History, weights: Path, folder: Path, progress: Callable[[str], None]
) -> Evaluation:
    from blockwright.training.setup.adapt import restore_adapted
    from blockwright.training.setup.compiling import make_model
    from blockwright.training.setup.precision import computing_in, precision_of
    from blockwright.training.setup.prepare_run import output_shapes, prepare_run
    from blockwright.training.testing import evaluate_network

    settings = Settings.read(Settings.of_stored_run(run.settings))
    design = read_design(run.design)
    precision = history.started["precision"] if history.started else precision_of(design, settings)
    with computing_in(precision):
        progress("Loading the data.")
        if settings.data["name"] == "upload" and run.owner != COMMAND_LINE:
            check_owned(settings.data["path"], home(), run.owner)
        dataset = load(settings.data, seed=settings.seed, version=settings.data_version)
        prepared, objectives = prepare_run(design, output_shapes(design), settings, dataset)
        progress("Building the network.")
        model = make_model(design, settings.seed, settings.loop)
        restore_adapted(model, run_folder(run.id))
        try:
            model.load_weights(weights)
        except (ValueError, KeyError, OSError) as error:
            raise WeightsError(
                f"The file of these weights ({weights.name}) is damaged or belongs to another network. Choose others."
            ) from error
        progress("Testing.")
        return evaluate_network(
            model, objectives, dataset, prepared, settings.batch_size, folder, on_batch=lambda: None
        )


def _keep_current(folder: Path, weights: EvaluatedWeights) -> None:
    """Have the weights that the run has so far as a checkpoint."""
    kept = kept_file(folder, weights)
    if (folder / WEIGHTS).is_file() and not kept.is_file():
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        _copy(folder / WEIGHTS, kept)


def _copy(source: Path, target: Path) -> None:
    write_atomically(target, lambda partial: shutil.copyfile(source, partial))
