"""Letting an ended run go on: to its planned end, or for more epochs."""

from collections.abc import Iterator

import streamlit as st

from blockwright.recipe.settings import Settings, SettingsError
from blockwright.runs.files.home import run_folder
from blockwright.runs.files.saved_states import saved_states
from blockwright.runs.history import History
from blockwright.runs.records import RunEntry
from blockwright.runs.resuming import NO_STATE, NotResumable, Resumable, resumable, resume_run
from blockwright.ui.runs.live_history import follow
from blockwright.ui.runs.run_queries import my_entry, watch
from blockwright.ui.runs.storage import check_room
from blockwright.ui.shell import service
from blockwright.ui.shell.messages import Refusal, action, plain
from blockwright.ui.shell.store import run_store, workspace_limits
from blockwright.ui.widgets import number_format
from blockwright.ui.widgets.primary_label import primary_label

MOST_EPOCHS = 10_000
_ICON = ":material/forward:"


def offer_of(run: RunEntry) -> Resumable | None:
    """How a run can go on; None if it cannot."""
    return resumable(run, len(follow(run.id).epochs)) if run.over else None


def can_train_further(offer: Resumable | None, run: RunEntry) -> bool:
    """Whether more epochs are offered: one that was interrupted is resumed to its planned end first."""
    return offer is not None and offer.can_train_further and run.status in ("finished", "stopped")


def show_resumption(run: RunEntry) -> None:
    """The buttons by which an ended run goes on."""
    offer = offer_of(run)
    if offer is not None and not offer.is_complete:
        after = f"after epoch {offer.epoch:,} of {offer.epochs:,}" if offer.epoch else "from the beginning"
        st.button(
            "Resume",
            key="run_go_on",
            icon=":material/play_arrow:",
            on_click=_resume,
            args=(run.id,),
            help=f"Continues {after}, in this run, as if it had not been interrupted.",
        )
    if can_train_further(offer, run):
        with st.popover("Train further", icon=_ICON, key="run_further"):
            show_further(run, "run")
    elif run.status == "finished":
        st.button("Train further", key="run_further_not", icon=_ICON, disabled=True, help=NO_STATE)


def show_further(run: RunEntry, place: str) -> None:
    """How many more epochs a run is to train, what that means for it, and the button that starts it."""
    offer = offer_of(run)
    if offer is None:
        return
    key = f"{place}_more_epochs"
    most = max(1, MOST_EPOCHS - offer.epoch)
    more = st.number_input(
        "More epochs",
        min_value=1,
        max_value=most,
        value=min(offer.epochs, most),
        key=key,
        help="The run goes on from its last weights, with the state of its optimizer, and is tested again.",
    )
    for sentence in _consequences(run, follow(run.id), offer, more):
        st.caption(plain(sentence))
    st.button(
        primary_label("Train further", _ICON),
        key=f"{place}_further_start",
        type="primary",
        on_click=_take_further if place == "runs" else _resume,
        args=(run.id, key),
    )


def state_sentence(run: RunEntry) -> str | None:
    """What is saved for a run to go on from, and how large it is; None if nothing is."""
    states = saved_states(run_folder(run.id))
    if not states:
        return None
    size = number_format.size(sum(state.bytes for state in states))
    return f"Saved state to go on from: after epoch {states[0].epoch:,} ({size})."


def _consequences(run: RunEntry, history: History, offer: Resumable, more: int) -> Iterator[str]:
    yield f"Epochs {offer.epoch + 1:,} to {offer.epoch + more:,}, in this run."
    try:
        settings = Settings.read({**run.settings, "epochs": offer.epoch + more})
    except SettingsError as error:
        yield str(error)
        return
    if settings.schedule.name != "constant" and history.started is not None:
        steps = settings.updates(history.started["steps_per_epoch"])
        step = steps * offer.epoch / settings.epochs
        rate = settings.schedule.rate_at(step, settings.learning_rate, steps, settings.epochs)
        yield (
            f"The schedule of the learning rate then covers all {settings.epochs:,} epochs: it goes on at "
            f"{rate:.3g}."
        )
    ended_early = offer.is_complete and offer.epoch < offer.epochs
    for callback in settings.callbacks:
        if callback.stops and ended_early:
            yield f"{callback.title} ended the training; it counts its patience again from here."


def resume(run_id: str, more_epochs: int = 0) -> None:
    """Let a run of this workspace go on. Raises Refusal with the reason if it cannot."""
    run = my_entry(run_id)
    if run is None:
        raise Refusal("This run has been deleted in the meantime.")
    check_room()
    limit = workspace_limits().queue
    try:
        resume_run(run_store(), run, len(follow(run_id).epochs), more_epochs, most_queued=limit)
    except NotResumable as error:
        raise Refusal(str(error)) from None
    service.connect().wake()


@action("run")
def _resume(run_id: str, epochs_key: str | None = None) -> None:
    resume(run_id, int(st.session_state[epochs_key]) if epochs_key else 0)
    watch(run_id)


@action("runs_further")
def _take_further(run_id: str, epochs_key: str) -> None:
    resume(run_id, int(st.session_state[epochs_key]))
    st.session_state.pop("runs_dialog", None)
