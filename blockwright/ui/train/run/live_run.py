"""A run while one watches it: its state, its progress, its numbers and its curves.

The panel polls the store only while the run goes on: twice a second until the first point of a curve is there, once
a second afterwards, every other second while it is queued or paused. The run itself needs no viewer.
"""

import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from blockwright.backend.client import BackendError
from blockwright.recipe.augmentations import AUGMENTATIONS
from blockwright.recipe.callbacks import CALLBACKS
from blockwright.recipe.callbacks.callback import Callback
from blockwright.recipe.loops import LOOPS
from blockwright.recipe.member import Member
from blockwright.recipe.optimizers import OPTIMIZERS
from blockwright.recipe.schedules import SCHEDULES
from blockwright.runs.best_epoch import best_epoch, weights_text
from blockwright.runs.events import Started, losses_text
from blockwright.runs.files.home import home
from blockwright.runs.files.storage_problems import folder_problem
from blockwright.runs.history import History
from blockwright.runs.records import RunEntry
from blockwright.runs.workspaces.workspace_use import reason_to_wait
from blockwright.ui.runs.diagnoses_view import show_diagnoses
from blockwright.ui.runs.live_history import follow
from blockwright.ui.runs.run_queries import is_setup, my_entry, my_run, show_setup
from blockwright.ui.runs.run_resumption import show_resumption, state_sentence
from blockwright.ui.runs.run_status import LOOKS, barely_trained, data_title, look_of
from blockwright.ui.shell import routing, service
from blockwright.ui.shell.messages import Refusal, action, box, part, plain, show_notices
from blockwright.ui.shell.store import run_store, workspace_limits
from blockwright.ui.shell.workspace import workspace
from blockwright.ui.train.data.input_size import keep_input
from blockwright.ui.train.run.live_metrics import baseline_lines, chosen_values, metric_values
from blockwright.ui.train.run.run_curves import show_curves, total_epochs
from blockwright.ui.train.settings.training_state import is_default, take_over
from blockwright.ui.widgets import number_format
from blockwright.ui.widgets.metrics import Metric, show_metrics

# Seconds between two polls.
QUICK, STEADY, SLOW = 0.5, 1.0, 2.0
FIRST_POINT_SECONDS = 15.0


def show_run(run: RunEntry) -> None:
    """The panel of a run; it refreshes itself while the run goes on."""
    _panels[_pace(run, follow(run.id))](run.id)


def _pace(run: RunEntry, history: History) -> float | None:
    if run.over:
        return None
    if not history.batches and time.time() - (run.started or run.created) < FIRST_POINT_SECONDS:
        return QUICK
    return STEADY if run.status in ("starting", "running") else SLOW


def _draw(run_id: str, pace: float | None) -> None:
    if is_setup():
        st.rerun()
    run = my_entry(run_id)
    if run is None:
        box("info", "This run has been deleted.")
        return
    history = follow(run_id)
    if _pace(run, history) != pace:
        st.rerun()
    # The curves keep their place on the page whatever is said above them.
    with st.container():
        _head(run, history)
        show_notices("run")
        _progress(run, history)
    with st.container():
        _numbers(run, history)
        show_diagnoses(history)
    show_curves(run, history)
    _details(run, history)


_panels = {
    pace: part("the view of the run", run_every=pace)(lambda run_id, pace=pace: _draw(run_id, pace))
    for pace in (None, QUICK, STEADY, SLOW)
}


def _head(run: RunEntry, history: History) -> None:
    look = look_of(run)
    with st.container(horizontal=True, vertical_alignment="center", key="run_head"):
        with st.container(width="stretch", gap=None):
            st.header(plain(run.name), anchor=False)
            st.caption(f"{plain(run.design_name)} on {plain(data_title(run.settings))}")
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.badge(look.word, icon=look.icon, color=look.colour, help=look.meaning)
            if run.over:
                _end_buttons(run, history)
            else:
                _live_buttons(run)


def _live_buttons(run: RunEntry) -> None:
    requested = {command.kind for command in run_store().pending_commands(run.id)}
    stopping = run_store().stop_requested(run.id)
    if run.status == "queued":
        _button("Cancel", "stop", run, "close", "Removes the run from the queue.")
    elif "stop" in requested:
        st.button("Stopping …", key="run_stop", icon=":material/stop:", disabled=True)
    elif stopping:
        _button("Skip the test", "stop", run, "skip_next", "Ends the run now. Its weights are saved.")
    else:
        if run.status == "paused":
            help = "Continues where it was paused."
            _button("Resume", "resume", run, "play_arrow", help, "resume" in requested)
        else:
            _button("Pause", "pause", run, "pause", "Pauses after the current batch.", "pause" in requested)
        help = "Stops after the current batch. The weights and curves are saved, and the network is tested."
        _button("Stop", "stop", run, "stop", help)
    st.button(
        "Set up another run",
        key="run_setup",
        icon=":material/add:",
        on_click=show_setup,
        help="This run continues in the meantime.",
    )


def _button(label: str, kind: str, run: RunEntry, icon: str, help: str, disabled: bool = False) -> None:
    st.button(
        label,
        key=f"run_{kind}",
        icon=f":material/{icon}:",
        help=help,
        disabled=disabled,
        on_click=_request,
        args=(run.id, kind),
    )


def _end_buttons(run: RunEntry, history: History) -> None:
    if history.evaluated:
        with st.container(width="content"):
            routing.link("evaluate", "**See where it makes mistakes**", key="run_evaluate", run=run.id)
    show_resumption(run)
    st.button(
        "Train again",
        key="run_again",
        icon=":material/replay:",
        on_click=_train_again,
        args=(run.id,),
        help="Opens these settings again, with the design as it is now.",
    )


def _train_again(run_id: str) -> None:
    run = my_run(run_id)
    if run is not None:
        take_over(run.settings)
        keep_input(run.design)


@action("run")
def _request(run_id: str, kind: str) -> None:
    if not run_store().request(run_id, workspace(), kind):
        raise Refusal("The run has already ended, so nothing was changed.")
    service.connect().wake()


def _progress(run: RunEntry, history: History) -> None:
    problem = None if run.over else folder_problem(home())
    if problem is not None:
        box("warning", f"{problem} The run waits and goes on by itself; finished epochs are kept.")
    st.progress(history.progress, text=plain(_sentence(run, history)))
    if run.status in ("failed", "interrupted", "stopped") and run.message:
        box({"failed": "error", "interrupted": "warning"}.get(run.status, "info"), run.message)
    note = barely_trained(history)
    if note:
        box("warning", note)


def _sentence(run: RunEntry, history: History) -> str:
    total, finished = total_epochs(run, history), len(history.epochs)
    current = f"{min(finished + 1, total)} of {total}"
    if run.status == "queued":
        return _queue_sentence(run)
    if run.active and run_store().stop_requested(run.id):
        stopping = f"Stopping in epoch {current}: the weights are saved, then the network is tested."
        return " ".join(filter(None, (run.message, stopping)))
    if run.status == "starting" or (history.started is None and run.active):
        # The log of a run that is resumed ends with what was before.
        latest = history.logs[-1]["message"] if history.logs and history.resumed_from is None else None
        return latest or "Loading the data and building the network."
    if run.status == "paused":
        return f"Paused in epoch {current}."
    if run.status == "running":
        if history.progress >= 1:
            return "Training is done; the test part is being evaluated."
        if not history.batches and not history.epochs and run.settings.get("live", True):
            return "Compiling the first step: the first batch takes longer than all others."
        left = history.seconds_left
        return f"Epoch {current}" + (f" · about {number_format.duration(left)} left" if left else "")
    ended = f"{LOOKS[run.status].word} after {finished} of {number_format.counted(total, 'epoch')}"
    ended_by = [callback.title for callback in _callbacks(run.settings) if callback.stops]
    if run.status == "finished" and finished < total and ended_by:
        ended += f": {' and '.join(ended_by)} ended the training"
    ended += "."
    best = best_epoch(history, run.settings)
    if best is not None:
        ended += f" Best epoch: {best.epoch:,}, by {best.monitor} ({number_format.number(best.value)})."
    return ended


def _queue_sentence(run: RunEntry) -> str:
    queue = run_store().queued()
    position = next((number for number, queued in enumerate(queue, 1) if queued.id == run.id), 0)
    try:
        status = service.connect().status()
    except BackendError as error:
        return str(error)
    if status["problem"]:
        return str(status["problem"])
    active = sum(mine.active and mine.worker == "backend" for mine in run_store().unfinished(run.owner))
    reason = reason_to_wait(run_store(), workspace_limits(), run.owner, active)
    if position and reason is not None:
        return f"Queued. {reason}"
    if not position or status["running"] < status["capacity"]:
        return "Starts in a moment."
    runs = "one run" if status["capacity"] == 1 else f"{status['capacity']} runs"
    others = ", and workspaces take turns" if any(queued.owner != run.owner for queued in queue) else ""
    return (
        f"Queued: {number_format.ordinal(position)} of {len(queue)}. This machine trains {runs} at a time{others}; "
        "yours starts by itself."
    )


def _numbers(run: RunEntry, history: History) -> None:
    latest = history.epochs[-1] if history.epochs else None
    loss = history.batches[-1]["loss"] if history.batches else None
    speed = latest["examples_per_second"] if latest else history.examples_per_second
    spent = (
        run.ended - run.started + run_store().seconds_before(run.id) if run.ended and run.started else None
    )
    metrics = [
        Metric(
            "Epochs done",
            f"{len(history.epochs)} of {total_epochs(run, history)}",
            "One epoch is one pass over all training examples.",
        ),
        *(
            metric_values(history, "test")
            if history.evaluated
            else [
                Metric(
                    "Training loss",
                    number_format.number(loss),
                    "The quantity that training minimizes: its mean over this epoch so far.",
                )
            ]
        ),
        *metric_values(history, "validation"),
        *chosen_values(history, "test" if history.evaluated else "validation"),
        Metric(
            "Examples/s",
            number_format.count(speed),
            "Training examples per second in the latest finished epoch, without validation.",
        ),
        Metric(
            "Memory",
            number_format.size(history.memory_bytes),
            "Memory that this run needs for itself, beyond what it shares with the others.",
        ),
        Metric("Time taken", number_format.duration(spent), "From the start of its processes to their end.")
        if run.over
        else Metric(
            "Time left",
            number_format.duration(history.seconds_left),
            "Remaining training time at the current speed, without the test after it.",
        ),
    ]
    several = bool(history.started and len(history.started["outputs"]) > 1)
    show_metrics(metrics, key="run_numbers", min_column_width=190 if several else 130)
    for line in baseline_lines(history):
        st.caption(line)


def _details(run: RunEntry, history: History) -> None:
    lines = list(history.started["steps"]) if history.started else []
    lines += [entry["message"] for entry in history.logs if entry["message"] not in lines]
    with st.expander("Run details", key="run_log", icon=":material/notes:"):
        if history.started:
            st.text(_setup(run, history.started))
        weights = weights_text(history.evaluated)
        lines += [f"Tested and exported: {weights}."] if weights else []
        saved = state_sentence(run)
        lines += [saved] if saved else []
        st.text("\n".join(lines) or "Nothing yet.")
        st.text(f"Id: {run.id}")


def _member(document: object, family: Mapping[str, type[Member]]) -> str | None:
    """A chosen optimizer or schedule, with the arguments that differ from their defaults; None where unknown."""
    if not isinstance(document, dict) or (name := str(document.get("name"))) not in family:
        return None
    fields = family[name].fields()
    chosen = [
        f"{key} {document[key]}"
        for key in fields
        if not is_default(document.get(key, fields[key].default), fields[key].default)
    ]
    return " ".join([family[name].title, f"({', '.join(chosen)})" if chosen else ""]).strip()


def _rate(settings: Mapping[str, Any]) -> str:
    """The optimizer and its learning rate, with the schedule of it unless that is constant."""
    optimizer = _member(settings.get("optimizer"), OPTIMIZERS) or "?"
    document = settings.get("schedule")
    schedule = None if document == {"name": "constant"} else _member(document, SCHEDULES)
    return f"{optimizer} at {settings.get('learning_rate', 0):g}" + (
        f" · schedule: {schedule}" if schedule else ""
    )


def _callbacks(settings: Mapping[str, Any]) -> list[type[Callback]]:
    """The callbacks of a run, as far as this version has them."""
    names = [document["name"] for document in settings.get("callbacks", ())]
    return [CALLBACKS[name] for name in names if name in CALLBACKS]


def _setup(run: RunEntry, started: Started) -> str:
    settings, callbacks = run.settings, _callbacks(run.settings)
    return (
        f"{started['train_examples']:,} training, {started['validation_examples']:,} validation and "
        f"{started['test_examples']:,} test examples · {started['params']:,} parameters · "
        f"{_rate(settings)} · batches of "
        f"{started['batch_size']} · {losses_text(started)} · {started['precision']} on {started['device']} · "
        f"seed {started['seed']} · {_loop(settings)}{_augmentation(settings)}"
    ) + (f" · callbacks: {', '.join(callback.title for callback in callbacks)}" if callbacks else "")


def _augmentation(settings: Mapping[str, Any]) -> str:
    """What varies the training images, as far as this version has it."""
    names = [document["name"] for document in settings.get("augmentations", ())]
    titles = [AUGMENTATIONS[name].title.lower() for name in names if name in AUGMENTATIONS]
    return f" · augmentation: {', '.join(titles)}" if titles else ""


def _loop(settings: Mapping[str, Any]) -> str:
    """The training loop of a run, and how its steps ran."""
    name = settings.get("loop", "fit")
    title = LOOPS[name].title if name in LOOPS else name
    return f"training loop: {title}" + ("" if settings.get("compiled", True) else ", without @tf.function")
