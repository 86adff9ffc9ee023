"""Letting a run go on that has ended: from its last saved state to its planned end, or for more epochs."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from blockwright.recipe.settings import Settings, SettingsError
from blockwright.runs.files.home import home, run_folder
from blockwright.runs.files.saved_states import saved_states, usable_state
from blockwright.runs.files.upload_store import check_owned
from blockwright.runs.records import COMMAND_LINE, RunEntry
from blockwright.runs.store import RunStore
from blockwright.schema.data.errors import DataError

NO_STATE = (
    "This run has no saved state to go on from: it is of an earlier version of Blockwright, failed in its first epoch, "
    "or its loss became NaN or infinite. Train again with its settings instead."
)
DAMAGED = (
    "The saved states of this run are damaged, so it cannot go on. Train again with its settings instead."
)


class NotResumable(ValueError):
    """A run that cannot go on; the message says why."""


@dataclass(frozen=True)
class Resumable:
    """How an ended run can go on.

    Attributes:
        epoch: the epoch after which it goes on; 0 for the beginning.
        epochs: how many epochs it was to train in all.
        is_complete: whether it was trained and tested to its planned end, or to where a callback ended it.
    """

    epoch: int
    epochs: int
    is_complete: bool

    @property
    def can_train_further(self) -> bool:
        """Whether epochs can be added to it: there are weights to go on from."""
        return self.epoch > 0


def resumable(run: RunEntry, finished_epochs: int) -> Resumable | None:
    """How a run can go on, judged by the files that it has; None if it cannot.

    `finished_epochs` is how many its history has: a run without any begins again.
    """
    if not run.over:
        return None
    epochs = int(run.settings.get("epochs", 1))
    states = saved_states(run_folder(run.id))
    if states:
        return Resumable(states[0].epoch, epochs, run.status == "finished")
    if finished_epochs == 0 and run.status in ("stopped", "interrupted"):
        return Resumable(0, epochs, False)
    return None


def resume_run(
    store: RunStore,
    run: RunEntry,
    finished_epochs: int,
    more_epochs: int = 0,
    here: bool = False,
    most_queued: int = 0,
) -> None:
    """Put an ended run into the queue again, to go on from its last undamaged state.

    Args:
        run: a run of whoever asks.
        finished_epochs: how many epochs its history has.
        more_epochs: how many epochs it trains from there; 0 for as many as were planned.
        here, most_queued: as for `RunStore.create_run`.

    Raises:
        NotResumable: it cannot go on, or goes on already.
        LimitReached: its owner has too many queued runs.
    """
    if not run.over:
        raise NotResumable("This run goes on already, so nothing was changed.")
    offer = resumable(run, finished_epochs)
    if offer is None:
        raise NotResumable(NO_STATE)
    if offer.is_complete and not more_epochs:
        raise NotResumable("This run has finished. Say for how many more epochs it is to train.")
    state = usable_state(run_folder(run.id))
    if state is None and offer.epoch:
        raise NotResumable(DAMAGED)
    if more_epochs and state is None:
        raise NotResumable("No epoch of this run was finished. Resume it first, then train it further.")
    epochs = (state.epoch if state else 0) + more_epochs if more_epochs else None
    _check_settings(run, epochs)
    if not store.requeue(run.id, run.owner, epochs, here, most_queued):
        raise NotResumable("This run was resumed or deleted in the meantime, so nothing was changed.")


def _check_settings(run: RunEntry, epochs: int | None) -> None:
    document: dict[str, Any] = run.settings if epochs is None else {**run.settings, "epochs": epochs}
    try:
        settings = Settings.read(document)
    except SettingsError as error:
        raise NotResumable(f"The run cannot go on. {error}") from None
    data = settings.data
    if data["name"] != "upload":
        return
    path = Path(str(data["path"]))
    try:
        if run.owner != COMMAND_LINE:
            check_owned(path, home(), run.owner)
    except DataError as error:
        raise NotResumable(f"The run cannot go on. {error}") from None
    if not path.is_file():
        title = str(data.get("title") or path.name)[:80]
        where = "there" if run.owner == COMMAND_LINE else "on the page Train"
        put = "Put" if run.owner == COMMAND_LINE else "Upload"
        raise NotResumable(
            f'The run cannot go on, because its data set "{title}" was deleted. {put} the same file again {where}, '
            "then resume the run."
        )
