"""The end of a run's training: which weights it ends with, their test, and the sentence that says so."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from blockwright.evaluation.summary import sentence
from blockwright.recipe.settings import Settings
from blockwright.runs.events import EvaluatedWeights
from blockwright.schema.run.evaluation import Evaluation
from blockwright.training import artifacts
from blockwright.training.loops.chosen_callbacks import ChosenCallbacks
from blockwright.training.loops.reporter import Reporter, StopRun
from blockwright.training.loops.run_loop import Outcome

if TYPE_CHECKING:
    import keras

_STATUS = {"finished": "finished", "stopped": "stopped", "diverged": "failed"}


def end_run(
    model: "keras.Model",
    outcome: Outcome,
    callbacks: ChosenCallbacks,
    settings: Settings,
    reporter: Reporter,
    folder: Path,
    evaluate: Callable[[EvaluatedWeights], Evaluation],
) -> tuple[str, str]:
    """Choose the weights of a run whose loop has ended, save and test them.

    Returns the status with which the run ends, and a sentence.
    """
    done = len(outcome.epochs)
    weights = EvaluatedWeights(which="last", epoch=done, monitor=None)
    reporter.honour_stop()
    if reporter.lost:
        return "interrupted", "The run was ended by another process."
    if outcome.status == "diverged":
        if done == 0:
            return "failed", _diverged(settings, outcome, kept=0)
        artifacts.load_weights(model, folder)
        weights = callbacks.restore_best() or weights
        message = _diverged(settings, outcome, kept=weights["epoch"])
    elif outcome.status == "stopped":
        message = f"Stopped by request after {_count(done)}."
        if settings.optimizer.use_ema:
            # Left out by a loop that is stopped.
            model.optimizer.finalize_variable_values(model.trainable_weights)
        weights = callbacks.restore_best() or weights
        if not _finite(model):
            return "stopped", f"{message} The weights are not finite numbers and were not evaluated."
        try:
            artifacts.save_weights(model, folder)
        except StopRun:
            reporter.honour_stop()
            kept = "those of the last epoch are kept" if done else "no weights are kept"
            return "stopped", f"{message} There was no room for the latest weights; {kept}."
    else:
        message = f"Finished {_count(done)}."
        if done < settings.epochs:
            message = " ".join(filter(None, (message, callbacks.early_end(done))))
        weights = callbacks.restore_best() or weights
        if settings.optimizer.use_ema and weights["which"] == "last":
            message += _keep_averages(model, reporter, folder)
    if weights["which"] == "best":
        best = f"epoch {weights['epoch']}, the best by `{weights['monitor']}`"
        message += f" Tested with the weights of {best}."
    try:
        if weights["which"] == "best":
            artifacts.save_weights(model, folder)
        document = evaluate(weights)
    except StopRun:
        reporter.honour_stop()
        return "stopped", f"{message} Testing was stopped by request."
    return _STATUS[outcome.status], f"{message} {sentence(document)}"


def _keep_averages(model: "keras.Model", reporter: Reporter, folder: Path) -> str:
    """Save the averages that the loop has set the weights to after the last epoch; says where there is no room."""
    try:
        artifacts.save_weights(model, folder)
    except StopRun:
        reporter.honour_stop()
        artifacts.load_weights(model, folder)
        return " There was no room for the averaged weights; those of the last epoch are kept."
    return ""


def _finite(model: "keras.Model") -> bool:
    return all(bool(np.isfinite(np.asarray(weight)).all()) for weight in model.get_weights())


def _count(epochs: int) -> str:
    return "1 epoch" if epochs == 1 else f"{epochs} epochs"


def _diverged(settings: Settings, outcome: Outcome, kept: int) -> str:
    """Why the run failed, and of which epoch it keeps the weights; 0 for none."""
    epoch, batch = outcome.diverged_at or (1, 1)
    rate = settings.learning_rate
    smaller = f"{min(rate / 10, 1e-3):g}"
    weights = (
        f"The weights of epoch {kept} are kept." if kept else "No epoch was finished, so no weights are kept."
    )
    return (
        f"The loss became NaN or infinite in epoch {epoch}, batch {batch}: the learning rate {rate:g} is most "
        f"likely too large. Try {smaller}. {weights}"
    )
