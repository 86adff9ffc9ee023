"""Which weights of a run are tested and exported: chosen among those that it kept, each of which can be downloaded."""

from functools import partial

import streamlit as st

from blockwright.runs.chosen_weights import choosable, current_key
from blockwright.runs.files.checkpoints import read_checkpoints
from blockwright.runs.files.home import run_folder
from blockwright.runs.history import History
from blockwright.runs.records import Run
from blockwright.schema.service_calls import CHOOSE_WEIGHTS
from blockwright.ui.evaluate.evaluation_files import file_bytes
from blockwright.ui.reactive import background_calls
from blockwright.ui.runs.live_history import follow
from blockwright.ui.shell.messages import action, box, part
from blockwright.ui.shell.workspace import workspace
from blockwright.ui.widgets.downloads import download_button
from blockwright.ui.widgets.number_format import size

_PLACE = "page"


def show_weights(run: Run) -> None:
    """The choice of the weights; nothing for a run that kept none beside its own and was tested with those."""
    history = follow(run.id)
    if not read_checkpoints(run_folder(run.id)) and (history.evaluated or not run.over):
        return
    files = choosable(run.id, history)
    if files:
        _draw(run, history)


@part("the choice of the weights", key="weights_choice")
def _draw(run: Run, history: History) -> None:
    files = choosable(run.id, history)
    current = current_key(history)
    total = sum(checkpoint["bytes"] for checkpoint in read_checkpoints(run_folder(run.id)))
    call = background_calls.find(CHOOSE_WEIGHTS, _key(run.id))
    working = call is not None and not call.done
    with st.container(horizontal=True, vertical_alignment="bottom", key="weights_of_run"):
        chosen = st.selectbox(
            f"Weights ({size(total)} of checkpoints on disk)" if total else "Weights",
            list(files),
            format_func=lambda key: _label(key, size(files[key].stat().st_size), key == current, history),
            key=f"weights_{run.id}",
            width=320,
            disabled=working,
        )
        if working:
            _wait(run.id)
        elif run.over:
            st.button(
                "Test these weights",
                key="test_weights",
                icon=":material/fact_check:",
                on_click=_test,
                args=(run.id, chosen),
                disabled=chosen == current and history.evaluated is not None,
                help="Tests the run with these weights. This page and the exports show them from then on; you can "
                "change back.",
            )
        download_button(
            "Checkpoint",
            partial(file_bytes, run.id, files[chosen].relative_to(run_folder(run.id)).as_posix()),
            f"{run.id[:8]}-{chosen.replace(':', '-')}.weights.h5",
            "application/octet-stream",
            key="download_checkpoint",
            help="These weights, to load with load_weights into the network's code.",
        )
    if call is not None and call.error:
        box("error", call.error)


def _label(key: str, bytes_on_disk: str, is_current: bool, history: History) -> str:
    name = {"best": "Best epoch", "last": "Last weights"}.get(key) or f"Epoch {int(key.partition(':')[2]):,}"
    tested = " · tested" if is_current and history.evaluated else ""
    return f"{name} · {bytes_on_disk}{tested}"


@part("the test of the weights", key="weights_wait", run_every=0.5)
def _wait(run_id: str) -> None:
    call = background_calls.find(CHOOSE_WEIGHTS, _key(run_id))
    if call is None or call.done:
        st.rerun()
    st.button("Testing …", key="testing_weights", icon=":material/hourglass_top:", disabled=True)


@action(_PLACE)
def _test(run_id: str, weights: str) -> None:
    background_calls.start(CHOOSE_WEIGHTS, _key(run_id), run_id=run_id, owner=workspace(), weights=weights)


def _key(run_id: str) -> str:
    return f"{workspace()} {run_id}"
