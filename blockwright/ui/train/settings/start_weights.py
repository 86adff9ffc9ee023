"""Starting from the weights of another run, and freezing blocks: transfer learning."""

import streamlit as st

from blockwright.runs.chosen_weights import WEIGHTS
from blockwright.runs.files.home import run_folder
from blockwright.runs.records import RunEntry
from blockwright.schema.design import Design
from blockwright.ui.runs.run_queries import my_run, my_runs
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import action, box, plain
from blockwright.ui.train.design_changes import apply
from blockwright.ui.train.settings.training_state import put, raw
from blockwright.ui.widgets.number_format import ago

_SOURCE = "train_set_weights_from"
_FROZEN = "train_set_frozen"
_RANDOM = ""
MISSING = (
    "The run whose weights this one was to start from is not in this workspace; it may have been deleted. Choose "
    "another one, or start from random weights."
)


def show_start_weights(problems: dict[str, str]) -> None:
    """The section; empty where this workspace has no run with weights and the design has no frozen block."""
    chosen = raw().get("weights_from")
    problem = problems.pop("weights_from", None)
    runs = {run.id: run for run in my_runs() if (run_folder(run.id) / WEIGHTS).is_file()}
    missing = chosen is not None and chosen not in runs
    design = state.design()
    frozen = _frozen(design)
    if not (runs or frozen or missing):
        return
    with st.expander("Start weights", key="train_start_weights", expanded=bool(chosen or frozen or problem)):
        st.selectbox(
            "Start from the weights of",
            [_RANDOM, *runs],
            index=[_RANDOM, *runs].index(chosen) if chosen in runs else 0,
            format_func=lambda run_id: _label(runs[run_id]) if run_id else "Random weights",
            key=_SOURCE,
            on_change=_take_source,
            help="Blocks with the same name and the same shapes of weights take those of that run, the others begin "
            "with random ones. The run lists which did.",
        )
        if missing:
            box("error", MISSING)
        if problem and not missing:
            box("error", problem)
        if chosen in runs:
            _show_agreement(design, str(chosen))
        names = [node.id for node in design.nodes if node.enabled and node.shares is None]
        st.multiselect(
            "Frozen blocks",
            names,
            default=[name for name in names if name in frozen],
            key=_FROZEN,
            on_change=_take_frozen,
            args=(design.document(),),
            placeholder="None: training changes all weights",
            help="Their weights stay as they are (`trainable=False`), and batch normalization in them runs as in "
            "inference. Freeze the blocks that another run has trained, and train the rest.",
        )


def _show_agreement(design: Design, run_id: str) -> None:
    """Which blocks have a block of the same name in that run; whether the shapes agree is known when it starts."""
    source = _blocks_of(run_id)
    same = [node.id for node in design.nodes if source.get(node.id) == node.block]
    if same:
        st.caption(plain(f"In both networks: {', '.join(same)}. Shapes are compared when the run starts."))
    else:
        box(
            "warning",
            "No block of this design has the name and the kind of a block of that run, so no weights can be taken.",
        )


def _blocks_of(run_id: str) -> dict[str, str]:
    """The kinds of the blocks of a run of this workspace, by their ids."""
    run = my_run(run_id)
    nodes = run.design.get("nodes", []) if run is not None else []
    return {node["id"]: node["block"] for node in nodes}


def _frozen(design: Design) -> list[str]:
    return [node.id for node in design.nodes if not node.trainable]


def _label(run: RunEntry) -> str:
    return f"{run.name} · {ago(run.created)} · {run.id[:8]}"


def _take_source() -> None:
    put(weights_from=st.session_state[_SOURCE] or None)


@action("page")
def _take_frozen(before: dict[str, object]) -> None:
    chosen, design = set(st.session_state[_FROZEN]), state.design()
    edits = [
        {"op": "set_trainable", "node": node.id, "trainable": node.id not in chosen}
        for node in design.nodes
        if node.shares is None and node.trainable == (node.id in chosen)
    ]
    if edits:
        apply(edits, "Freeze blocks", before)
