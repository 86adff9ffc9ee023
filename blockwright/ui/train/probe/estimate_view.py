"""How long the run takes and how much memory it needs: a guess at once, and a measurement as soon as there is one."""

from typing import NamedTuple

import streamlit as st

from blockwright.recipe.settings import Settings
from blockwright.runs.workspaces.run_fit import memory_problem, minutes_problem
from blockwright.schema.design import Design
from blockwright.schema.run.probes import TrainingEstimate, busy_sentence, total_seconds
from blockwright.schema.service_calls import ESTIMATE
from blockwright.ui.reactive import background_calls
from blockwright.ui.reactive.background_calls import BackgroundCall
from blockwright.ui.shell import service
from blockwright.ui.shell.messages import action, box, part, plain
from blockwright.ui.shell.store import run_store, workspace_limits
from blockwright.ui.shell.workspace import workspace
from blockwright.ui.train.probe.probe_arguments import ProbeArguments, probe_arguments, probe_key
from blockwright.ui.widgets.number_format import counted, duration, rough_duration, size

LONG_SECONDS = 600
_HELP = (
    "Trains a few steps in a process of its own, throws the weights away, and says how long the run takes and how much "
    "memory it needs."
)


class Measured(NamedTuple):
    """What is known of the run: `estimate` once it is measured; `problems` where it does not fit, or takes long."""

    estimate: TrainingEstimate | None
    problems: list[str]


def show_estimate(design: Design, settings: Settings, guess: str) -> Measured:
    """What was measured of this run, or the guess while that goes on. Nothing here keeps a run from starting.

    Where an administrator limits the runs of a workspace, many share the machine, and it is measured on request.
    """
    arguments = probe_arguments(design, settings, seed=0)
    key = probe_key(arguments)
    call = background_calls.find(ESTIMATE, key)
    if call is None and not workspace_limits().runs:
        background_calls.start(ESTIMATE, key, **arguments)
        call = background_calls.find(ESTIMATE, key)
    if call is None:
        _offer(key, arguments, guess, "Measure")
        return Measured(None, [])
    if not call.done:
        _wait(key, guess)
        return Measured(None, [])
    if call.result is None:
        _offer(key, arguments, guess, "Measure again", _reason(call))
        too_large = "of memory" in (call.error or "")
        return Measured(None, [call.error or ""] if too_large else [])
    return _show(call.result, settings)


def cancel_measurement() -> None:
    """End a measurement that is under way: the run that starts now needs the processor."""
    service.connect().cancel(ESTIMATE)


@part("the measurement", key="estimate_progress", run_every=1.0)
def _wait(key: str, guess: str) -> None:
    call = background_calls.find(ESTIMATE, key)
    if call is None or call.done:
        st.rerun()
    _say(f"{guess} Measuring it on this machine … ({call.seconds:.0f} s)", _HELP)


def _offer(key: str, arguments: ProbeArguments, guess: str, label: str, reason: str = "") -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        _say(" ".join(filter(None, (guess, reason))))
        st.button(
            label,
            key="train_measure",
            type="tertiary",
            icon=":material/timer:",
            on_click=_measure,
            args=(key, arguments),
            help=_HELP,
        )


@action("page")
def _measure(key: str, arguments: ProbeArguments) -> None:
    background_calls.start(ESTIMATE, key, **arguments)


def _reason(call: BackgroundCall[TrainingEstimate]) -> str:
    return f"It could not be measured: {call.error}" if call.error else ""


def _show(estimate: TrainingEstimate, settings: Settings) -> Measured:
    total = total_seconds(estimate, settings.epochs)
    memory = memory_problem(estimate["memory_bytes"])
    minutes = minutes_problem(run_store(), workspace_limits(), workspace(), total)
    problems = [problem for problem in (memory, minutes) if problem]
    epochs = "1 epoch" if settings.epochs == 1 else f"all {settings.epochs:,} epochs"
    sentence = (
        f"About {_length(estimate['epoch_seconds'])} per epoch, {_length(total)} for {epochs} and the test, and "
        f"{size(estimate['memory_bytes'])} of memory: measured on this machine by "
        f"{counted(estimate['steps'], 'training step')} on {counted(estimate['cores'], 'processor core')}."
    )
    sentence = " ".join(filter(None, (sentence, busy_sentence(estimate))))
    if total < LONG_SECONDS:
        _say(sentence)
    else:
        box("warning", sentence)
    for problem in problems:
        box("warning", problem)
    return Measured(estimate, problems or ([sentence] if total >= LONG_SECONDS else []))


def _say(sentence: str, help: str | None = None) -> None:
    with st.container(key="train_estimate"):
        st.caption(plain(sentence), help=help)


def _length(seconds: float) -> str:
    """Short lengths to a tenth, so that settings can be compared."""
    return duration(seconds) if seconds < 90 else rough_duration(seconds)
