"""A run while one watches it: its state, its progress, its numbers and its curves.

The panel polls the store only while the run goes on: twice a second until the first point of a curve is there, once
a second afterwards, every other second while it waits or is paused. The run itself needs no viewer.
"""

import time
from typing import TYPE_CHECKING

import streamlit as st

from blockwright.backend.client import BackendError
from blockwright.charts.curves import curve_document, panels
from blockwright.runs.events import Started, losses_text
from blockwright.ui.runs.live_history import follow
from blockwright.ui.runs.run_format import (
    ACTIVE,
    LIVE,
    LOOKS,
    best_validation,
    data_title,
    duration,
    number,
    ordinal,
    percent,
)
from blockwright.ui.runs.run_queries import is_setup, my_run, show_setup
from blockwright.ui.shell import routing, service
from blockwright.ui.shell.messages import Refusal, action, box, part, plain, show_notices
from blockwright.ui.shell.store import run_store
from blockwright.ui.shell.workspace import workspace
from blockwright.ui.train.live_metrics import metric_values
from blockwright.ui.train.training_state import train_again
from blockwright.ui.widgets import number_format
from blockwright.ui.widgets.live_figure import Panel, live_figures

if TYPE_CHECKING:
    from blockwright.runs.history import History
    from blockwright.runs.records import Run

QUICK, STEADY, LEISURELY = 0.5, 1.0, 2.0
IMPATIENT = 15.0
_HELP = {
    "epoch": "One epoch is one pass over all training examples.",
    "loss": "What training makes smaller: how far the answers are from the labels, as the mean of this epoch so far.",
    "speed": "Training examples a second in the latest finished epoch, validation left out.",
    "memory": "Memory that this run needs for itself, beyond what it shares with the others.",
    "left": "Training time that remains at the present pace. The final test comes on top.",
    "elapsed": "From the start of the process to its end.",
}


def show_run(run: "Run") -> None:
    """The panel of a run; it refreshes itself while the run goes on."""
    pace = _pace(run, follow(run.id))
    _panels[pace](run.id)


def _pace(run: "Run", history: "History") -> float | None:
    if run.status not in ACTIVE:
        return None
    waiting = not history.batches and time.time() - (run.started or run.created) < IMPATIENT
    if waiting:
        return QUICK
    return STEADY if run.status in ("starting", "running") else LEISURELY


def _draw(run_id: str, pace: float | None) -> None:
    routing.leave_if_following()
    if is_setup():
        st.rerun()
    run = my_run(run_id)
    if run is None:
        box("info", "This run has been deleted.")
        return
    history = follow(run_id)
    if _pace(run, history) != pace:
        st.rerun()
    _head(run, history)
    show_notices("run")
    _progress(run, history)
    _numbers(run, history)
    _curves(run, history)
    _log(run, history)


_panels = {
    pace: part("the view of the run", run_every=pace)(lambda run_id, pace=pace: _draw(run_id, pace))
    for pace in (None, QUICK, STEADY, LEISURELY)
}


def _head(run: "Run", history: "History") -> None:
    look = LOOKS[run.status]
    with st.container(horizontal=True, vertical_alignment="center", key="run_head"):
        with st.container(width="stretch", gap=None):
            st.header(plain(run.name), anchor=False)
            st.caption(f"{plain(run.design.get('name', ''))} on {plain(data_title(run.settings))}")
        st.badge(look.word, icon=look.icon, color=look.colour, help=look.meaning)
        if run.status in LIVE:
            _live_buttons(run)
        elif run.status == "queued":
            _button("Leave the line", "stop", run, ":material/close:", "Takes the run out of the line.")
        if run.status in ACTIVE:
            st.button(
                "Set up another run",
                key="run_setup",
                icon=":material/add:",
                on_click=show_setup,
                help="This run goes on meanwhile.",
            )
        else:
            _end_buttons(run, history)


def _live_buttons(run: "Run") -> None:
    asked = {command.kind for command in run_store().pending_commands(run.id)}
    if "stop" in asked:
        st.button("Stopping …", key="run_stop", icon=":material/stop:", disabled=True)
        return
    if run.status == "paused":
        _button(
            "Resume",
            "resume",
            run,
            ":material/play_arrow:",
            "Goes on where it was paused.",
            "resume" in asked,
        )
    else:
        _button("Pause", "pause", run, ":material/pause:", "Holds after the present batch.", "pause" in asked)
    _button(
        "Stop",
        "stop",
        run,
        ":material/stop:",
        "Ends training after the present batch. Weights, curves and a test are kept.",
    )


def _button(label: str, kind: str, run: "Run", icon: str, help: str, disabled: bool = False) -> None:
    st.button(
        label,
        key=f"run_{kind}",
        icon=icon,
        help=help,
        disabled=disabled,
        on_click=_ask_run,
        args=(run.id, kind),
    )


def _end_buttons(run: "Run", history: "History") -> None:
    if history.evaluated:
        st.button(
            "See where it errs",
            key="run_evaluate",
            icon=":material/grid_on:",
            type="primary",
            on_click=routing.follow,
            args=("evaluate",),
        )
    st.button(
        "Train again",
        key="run_again",
        icon=":material/replay:",
        on_click=train_again,
        args=(run.settings,),
        help="Opens these settings again, with the design as it is now.",
    )


@action("run")
def _ask_run(run_id: str, kind: str) -> None:
    if not run_store().request(run_id, workspace(), kind):
        raise Refusal("The run has ended meanwhile, so nothing was asked of it.")
    service.connect().wake()


def _progress(run: "Run", history: "History") -> None:
    st.progress(history.progress, text=plain(_sentence(run, history)))
    if run.status in ("failed", "interrupted", "stopped") and run.message:
        box({"failed": "error", "interrupted": "warning"}.get(run.status, "info"), run.message)


def _sentence(run: "Run", history: "History") -> str:
    started = history.started
    total = started["epochs"] if started else run.settings.get("epochs", 0)
    done = len(history.epochs)
    if run.status == "queued":
        return _waiting(run)
    if run.status == "starting" or (started is None and run.status in LIVE):
        return (
            history.logs[-1]["message"] if history.logs else "Starts: loads the data and builds the network."
        )
    if run.status == "paused":
        return f"Paused in epoch {min(done + 1, total)} of {total}."
    if run.status == "running":
        if history.progress >= 1:
            return "Training is done; the test part is being evaluated."
        left = history.seconds_left
        return f"Epoch {min(done + 1, total)} of {total}" + (
            f" · about {duration(left)} left" if left else ""
        )
    return f"{LOOKS[run.status].word} after {done} of {total} {'epoch' if total == 1 else 'epochs'}."


def _waiting(run: "Run") -> str:
    place, line = run_store().place_in_line(run.id), len(run_store().queued())
    try:
        known = service.connect().status()
    except BackendError as error:
        return str(error)
    if known.get("problem"):
        return str(known["problem"])
    if not place or known["running"] < known["capacity"]:
        return "Starts at once."
    runs = "one run" if known["capacity"] == 1 else f"{known['capacity']} runs"
    return f"Waits in line: {ordinal(place)} of {line}. This machine carries {runs} at a time; yours starts by itself."


def _numbers(run: "Run", history: "History") -> None:
    latest = history.epochs[-1] if history.epochs else None
    batch = history.batches[-1] if history.batches else None
    total = history.started["epochs"] if history.started else run.settings.get("epochs")
    several = bool(history.started and len(history.started["outputs"]) > 1)
    with st.grid("auto", min_column_width=190 if several else 130, key="run_numbers"):
        st.metric("Epochs done", f"{len(history.epochs)} of {total}", help=_HELP["epoch"])
        tested = metric_values(history, "test") if history.evaluated else []
        for label, words, help in tested:
            st.metric(label, words, help=help)
        if not tested:
            st.metric("Training loss", number(batch["loss"] if batch else None), help=_HELP["loss"])
        for label, words, help in metric_values(history, "validation"):
            st.metric(label, words, help=help)
        speed = latest["examples_per_second"] if latest else history.examples_per_second
        st.metric("Examples per second", number_format.count(speed), help=_HELP["speed"])
        st.metric("Memory", number_format.size(history.memory_bytes), help=_HELP["memory"])
        if run.status in ACTIVE:
            st.metric("Time left", duration(history.seconds_left), help=_HELP["left"])
        else:
            spent = run.ended - run.started if run.ended and run.started else None
            st.metric("Time taken", duration(spent), help=_HELP["elapsed"])


def _curves(run: "Run", history: "History") -> None:
    started = history.started
    total = started["epochs"] if started else run.settings.get("epochs", 1)
    steps = started["steps_per_epoch"] if started else 1
    best = best_validation(history.epochs)
    shown = panels(started["outputs"] if started else [])
    if best is not None:
        for one in shown:
            if one["name"] == "accuracy":
                one["title"] += f" · best validation {percent(best)}"
    with st.container(key="run_curves"):
        live_figures(
            [
                Panel(
                    name=one["name"],
                    title=one["title"],
                    alt=f"{one['title']} of training and validation over the epochs",
                    **curve_document(
                        history.batches,
                        history.epochs,
                        one["metric"],
                        total,
                        steps,
                        one["loss"],
                        logarithmic=bool(st.session_state.get("run_logarithmic")),
                        output=one["output"],
                        unit=one["unit"],
                    ),
                )
                for one in shown
            ],
            key="run_figures",
            viewer=run.id,
            height=300 if len(shown) <= 2 else 240,
        )
    st.toggle(
        "Logarithmic loss",
        key="run_logarithmic",
        help="Shows small losses apart, and a loss that grows beyond all bounds at all.",
    )


def _log(run: "Run", history: "History") -> None:
    lines = list(history.started["steps"]) if history.started else []
    lines += [entry["message"] for entry in history.logs if entry["message"] not in lines]
    with st.expander("What the run says", key="run_log", icon=":material/notes:"):
        if history.started:
            st.text(_setup(run, history.started))
        st.text("\n".join(lines) or "Nothing yet.")
        st.text(f"Id: {run.id}")


def _setup(run: "Run", started: Started) -> str:
    chosen = run.settings
    return (
        f"{started['train_examples']:,} training, {started['validation_examples']:,} validation and "
        f"{started['test_examples']:,} test examples · {started['params']:,} parameters · "
        f"{chosen.get('optimizer', '?')} at {chosen.get('learning_rate', 0):g} · batches of {started['batch_size']} · "
        f"{losses_text(started)} · {started['precision']} on {started['device']} · seed {started['seed']}"
    )
