"""Where a run goes on that had ended, and what is left of its later epochs."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from blockwright.runs.abandoned_runs import recover_epochs
from blockwright.runs.epoch_table import flat_epoch
from blockwright.runs.events import Epoch, Resumed
from blockwright.runs.files.atomic_files import write_json
from blockwright.runs.files.batch_losses import write_batch_losses
from blockwright.runs.files.saved_states import DamagedState, SavedState, remove_states, saved_states
from blockwright.runs.history import fold
from blockwright.runs.records import Run
from blockwright.runs.resuming import DAMAGED, NO_STATE, NotResumable
from blockwright.runs.store import RunStore
from blockwright.training import artifacts
from blockwright.training.loops.reporter import Reporter
from blockwright.training.run_state import RunState


@dataclass(frozen=True)
class Resumption:
    """The epochs with which a run begins, and whether a callback has ended its training there."""

    epochs: list[Epoch] = field(default_factory=list)
    has_ended: bool = False


def resume(
    store: RunStore, run: Run, folder: Path, state: RunState, reporter: Reporter, steps_per_epoch: int
) -> Resumption:
    """Restore the latest undamaged state of a run that was resumed, and say so; a new run begins at the beginning.

    Raises `NotResumable` if no state can be used.
    """
    history = fold(store.events(run.id))
    resumed_from = history.resumed_from
    if resumed_from is None:
        return Resumption()
    if recover_epochs(store, run):
        history = fold(store.events(run.id))
    states = saved_states(folder)
    for saved in states:
        epochs = [epoch for epoch in history.epochs if epoch["epoch"] <= saved.epoch]
        try:
            if len(epochs) != saved.epoch or not saved.is_whole():
                raise DamagedState(f"The state after epoch {saved.epoch} is damaged.")
            has_ended = state.restore(saved, epochs, resumed_from)
        except DamagedState as damage:
            reporter.log(f"{damage} The one before it is used, if there is one.", "warning")
            continue
        _drop_later(folder, saved, epochs, steps_per_epoch)
        reporter.emit("resumed", Resumed(epoch=saved.epoch, causes=state.causes))
        reporter.log(f"Resumed after epoch {saved.epoch}.")
        return Resumption(epochs, has_ended)
    if states or history.epochs:
        raise NotResumable(DAMAGED if states else NO_STATE)
    reporter.emit("resumed", Resumed(epoch=0, causes=[]))
    reporter.log("Begun again, as no epoch was finished.")
    return Resumption()


def _drop_later(folder: Path, saved: SavedState, epochs: list[Epoch], steps_per_epoch: int) -> None:
    """Remove what the run wrote of epochs after a state."""
    remove_states(folder, after=saved.epoch)
    write_json(folder / artifacts.HISTORY, {"epochs": [flat_epoch(epoch) for epoch in epochs]})
    write_batch_losses(folder, saved.epoch * steps_per_epoch, np.empty(0))
