"""What the page Code writes: the current design with its settings, or the design and settings of a run."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from blockwright.design.parse import read_design
from blockwright.recipe.new_run import NEW_RUN
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError
from blockwright.ui.reactive.widget_keys import widget_key
from blockwright.ui.runs.live_history import follow
from blockwright.ui.runs.run_queries import my_run
from blockwright.ui.shell import routing, state
from blockwright.ui.shell.messages import box, plain
from blockwright.ui.train.settings import training_state

_OF = "code_of"
_BLOCK = "code_block"


@dataclass(frozen=True)
class Subject:
    """A design to be written as code.

    Attributes:
        settings: the training settings; None for the defaults.
        run: the name of the run that it was trained in, where it is a run's.
    """

    design: Design
    settings: dict[str, Any] | None
    run: str | None = None

    @property
    def chosen(self) -> str | None:
        """The id of the selected node."""
        name = st.session_state.get(_BLOCK) if self.run else state.selected_outside()
        return name if any(node.id == name for node in self.design.nodes) else None

    def choose(self, name: str | None) -> None:
        """Select a node; in the current design it is then selected everywhere."""
        if self.run:
            st.session_state[_BLOCK] = name
        else:
            state.leave(0)
            state.select(name)


def show_run(run_id: str) -> None:
    """From a callback: open the page Code with the code of that run."""
    state.set_active_run(run_id)
    st.session_state[_OF] = "run"
    routing.follow("code")


def current() -> Subject:
    """The current design, or what the followed run trained, where the visitor chose that."""
    if st.session_state.get(_OF) == "run":
        trained = _trained()
        if trained is not None:
            return trained
    settings, sentences = training_state.checked()
    if sentences:
        box(
            "warning",
            " ".join(["The code uses the default settings until this is fixed.", *sentences.values()]),
        )
    return Subject(state.design(), (settings or NEW_RUN).document())


def choose(subject: Subject) -> None:
    """Let the visitor choose between the current design and the run, where there is a run."""
    trained = _trained()
    if trained is None:
        return
    names = {"design": "This design", "run": f"Run: {trained.run}"[:40]}
    key = widget_key("code_of_choice", "run" if subject.run else "design")
    st.segmented_control(
        "Code of",
        list(names),
        key=key,
        required=True,
        format_func=lambda name: plain(names[name]),
        on_change=_take,
        args=(key,),
        help="The current design with the settings of the page Train, or exactly what a run trained.",
    )


def _trained() -> Subject | None:
    """What the followed run trained, in the precision that it computed in.

    None without a run, or where its design is one of another version.
    """
    run = my_run(state.active_run())
    if run is None:
        return None
    started = follow(run.id).started
    computed = {"precision": started["precision"]} if started else {}
    try:
        return Subject(read_design(run.design), {**run.settings, **computed}, run.name)
    except DesignError:
        return None


def _take(key: str) -> None:
    st.session_state[_OF] = st.session_state[key]
