"""The curves of a run."""

import streamlit as st

from blockwright.charts.curves import curve_document, curves_of
from blockwright.design.tutorials import TutorialResult
from blockwright.runs.best_epoch import best_epoch
from blockwright.runs.history import History
from blockwright.runs.records import RunEntry
from blockwright.ui.shell.messages import plain
from blockwright.ui.train.run.batch_loss_view import show_batch_losses
from blockwright.ui.train.run.live_metrics import best_validation
from blockwright.ui.train.run.tutorial_results import tutorial_results
from blockwright.ui.widgets import number_format
from blockwright.ui.widgets.live_figure import Panel, live_figures


def total_epochs(run: RunEntry, history: History) -> int:
    """How many epochs the run was asked to train."""
    # The settings first: they change where a run is trained further.
    return int(run.settings.get("epochs") or (history.started["epochs"] if history.started else 1))


def _levels(results: tuple[TutorialResult, ...]) -> list[tuple[str, float]]:
    """The accuracy of the tutorial, as a line."""
    level = results[0].level if results else None
    return [] if level is None else [(f"{results[0].by}, on {results[0].data}", level)]


def show_curves(run: RunEntry, history: History) -> None:
    """The curves with the best epoch marked, and on request the loss of every batch."""
    started = history.started
    steps = started["steps_per_epoch"] if started else 1
    best = best_validation(history.epochs)
    validated = run.settings.get("validation") != "none"
    marked = best_epoch(history, run.settings)
    tutorial = tutorial_results(run)
    panels = []
    for curve in curves_of(started["outputs"] if started else []):
        title = curve.title
        if curve.name == "accuracy" and best is not None:
            title += f" · best validation {number_format.percent(best)}"
        document = curve_document(
            curve,
            history.batches,
            history.epochs,
            total_epochs(run, history),
            steps,
            logarithmic=bool(st.session_state.get("run_logarithmic")),
            baselines=history.baselines,
            best_epoch=marked.epoch if marked else None,
            levels=_levels(tutorial) if curve.name == "accuracy" else (),
            validated=validated,
        )
        alt = f"{title} of {'training and validation' if validated else 'training'} over the epochs"
        panels.append(Panel(name=curve.name, title=title, alt=alt, **document))
    with st.container(key="run_curves"):
        live_figures(panels, key="run_figures", viewer=run.id, height=300 if len(panels) <= 2 else 240)
    if tutorial:
        st.caption(plain(" ".join(result.sentence() for result in tutorial)))
    with st.container(horizontal=True):
        logarithmic = st.toggle(
            "Logarithmic loss",
            key="run_logarithmic",
            help="Sets small losses apart, and shows all of a loss that diverges.",
        )
        every_batch = st.toggle(
            "Loss of every batch",
            key="run_every_batch",
            help="The loss of each batch by itself, instead of the mean of the epoch so far.",
        )
    if every_batch:
        show_batch_losses(run.id, steps, logarithmic)
