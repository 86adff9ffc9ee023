"""Which run the page Evaluate is about, and what can be taken away from it."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from blockwright.runs.epochs_csv import epochs_csv
from blockwright.ui.evaluate.evaluation_files import file_bytes, has_file, kept_file
from blockwright.ui.runs.live_history import follow
from blockwright.ui.runs.run_format import LOOKS, ago
from blockwright.ui.runs.run_queries import PARAMETER, my_runs, opened_run
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import plain
from blockwright.ui.train.live_metrics import brief

if TYPE_CHECKING:
    from blockwright.runs.records import Run

_KEY = "evaluation_run"
_OUTPUT = "evaluation_output"
DOWNLOADS = (
    ("evaluation.json", "Evaluation", "application/json", "Every number on this page, as JSON."),
    (
        "predictions.npz",
        "Predictions",
        "application/octet-stream",
        "What the network said of every test example.",
    ),
    (
        "weights.weights.h5",
        "Weights",
        "application/octet-stream",
        "The weights after the last finished epoch.",
    ),
)


def choose_run() -> "Run | None":
    """Let a run be chosen; None where this workspace has none."""
    opened = opened_run()
    runs = {run.id: run for run in my_runs()}
    if opened is not None:
        runs = {opened.id: opened} | runs
    if not runs:
        return None
    st.session_state[_KEY] = opened.id if opened else _default(runs)
    chosen = st.selectbox(
        "Run",
        list(runs),
        format_func=lambda key: _label(runs[key]),
        key=_KEY,
        on_change=_name_in_address,
    )
    _name_in_address()
    state.set_active_run(chosen)
    return runs[chosen]


def _name_in_address() -> None:
    st.query_params[PARAMETER] = st.session_state[_KEY]


def _default(runs: "dict[str, Run]") -> str:
    followed = runs.get(state.active_run() or "")
    if followed is not None and followed.over:
        return followed.id
    return next((run.id for run in runs.values() if run.status == "finished"), next(iter(runs)))


def _label(run: "Run") -> str:
    score = brief(follow(run.id))
    score = f" · {score}" if score else ""
    return f"{run.name} · {LOOKS[run.status].word.lower()}{score} · {ago(run.created)}"


def choose_output(found: dict[str, Any]) -> str:
    """Let an output be chosen where there are several; its id."""
    names = list(found["outputs"])
    if len(names) == 1:
        return names[0]
    if st.session_state.get(_OUTPUT) not in names:
        st.session_state.pop(_OUTPUT, None)
    words = {name: f"{name} · {_KINDS[one['kind']]}" for name, one in found["outputs"].items()}
    return st.segmented_control(
        "Output",
        names,
        default=names[0],
        required=True,
        format_func=lambda name: plain(words.get(name, name)),
        key=_OUTPUT,
        help="Each output was tested on its own.",
    )


_KINDS = {"classes": "classes", "number": "a number", "tags": "tags", "reconstruction": "given back"}


def show_downloads(run: "Run", output: str | None = None) -> None:
    """Buttons for the run's files; each file is read when its button is pressed. `output` is whose predictions."""
    with st.container(horizontal=True, key="evaluation_downloads"):
        st.download_button(
            "History",
            data=lambda: epochs_csv(follow(run.id)),
            file_name=f"history-{run.id[:8]}.csv",
            mime="text/csv",
            icon=":material/download:",
            key="download_history",
            on_click="ignore",
            help="Loss and accuracy of every epoch, as CSV.",
        )
        for name, label, mime, help in DOWNLOADS:
            stem, _, ending = name.partition(".")
            if name == "predictions.npz" and output is not None:
                name = kept_file(run.id, name, output)
            if has_file(run.id, name):
                st.download_button(
                    label,
                    data=lambda name=name: file_bytes(run.id, name),
                    file_name=f"{stem}-{run.id[:8]}.{ending}",
                    mime=mime,
                    icon=":material/download:",
                    key=f"download_{stem}",
                    on_click="ignore",
                    help=help,
                )
