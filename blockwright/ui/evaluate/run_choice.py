"""Which run, and which of its outputs, the page Evaluate is about."""

import streamlit as st

from blockwright.runs.history import History
from blockwright.runs.records import Run, RunEntry
from blockwright.schema.run.evaluation import Evaluation
from blockwright.tasks import task_of
from blockwright.ui.runs.live_history import results
from blockwright.ui.runs.run_queries import PARAMETER, my_run, my_runs, opened_run
from blockwright.ui.runs.run_status import look_of
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import plain
from blockwright.ui.train.run.live_metrics import brief_result
from blockwright.ui.widgets.number_format import ago

_RUN = "evaluation_run"
_OUTPUT = "evaluation_output"


def choose_run() -> Run | None:
    """Let a run be chosen; None where this workspace has none."""
    opened = opened_run()
    runs = {run.id: run for run in my_runs()}
    if opened is not None:
        runs = {opened.id: opened} | runs
    if not runs:
        return None
    histories = results(list(runs))
    st.session_state[_RUN] = opened.id if opened else _default(runs)
    chosen = st.selectbox(
        "Run",
        list(runs),
        format_func=lambda run_id: _label(runs[run_id], histories[run_id]),
        key=_RUN,
        on_change=_write_address,
    )
    _write_address()
    state.set_active_run(chosen)
    return my_run(chosen)


def _write_address() -> None:
    st.query_params[PARAMETER] = st.session_state[_RUN]


def _default(runs: dict[str, RunEntry]) -> str:
    followed = runs.get(state.active_run() or "")
    if followed is not None and followed.over:
        return followed.id
    return next((run.id for run in runs.values() if run.status == "finished"), next(iter(runs)))


def _label(run: RunEntry, history: History) -> str:
    words = [run.name, look_of(run).word.lower(), brief_result(history), ago(run.created)]
    return " · ".join(filter(None, words))


def choose_output(document: Evaluation) -> str:
    """Let an output be chosen where there are several; its id."""
    outputs = document["outputs"]
    names = list(outputs)
    if len(names) == 1:
        return names[0]
    if st.session_state.get(_OUTPUT) not in names:
        st.session_state.pop(_OUTPUT, None)
    labels = {name: f"{name} · {task_of(report['kind']).output_title}" for name, report in outputs.items()}
    chosen: str = st.segmented_control(
        "Output",
        names,
        default=names[0],
        required=True,
        format_func=lambda name: plain(labels[name]),
        key=_OUTPUT,
        help="Each output was tested on its own.",
    )
    return chosen
