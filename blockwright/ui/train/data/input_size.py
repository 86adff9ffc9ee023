"""Where the data is not of the size that the design reads: change the input or fit the data, each with its cost.

What is cheaper is the default. The input is changed when training starts, as a step of the design's history.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import streamlit as st

from blockwright.design.edits import apply_edits
from blockwright.recipe.settings import Settings
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.errors import DataError
from blockwright.schema.description import Description
from blockwright.schema.design import Design
from blockwright.schema.service_calls import DESCRIBE
from blockwright.tasks.fitting import Fitting, adapted_shape, plan_fitting
from blockwright.ui.shell.messages import plain
from blockwright.ui.shell.service import Starting, request
from blockwright.ui.train.design_changes import Edits, costs, obstacle, offer
from blockwright.ui.train.training_time import epoch_time
from blockwright.ui.widgets.number_format import example_shape, rough_duration

INPUT, DATA = "input", "data"
_CHOICES = "train_size_choices"
_KEPT = "train_size_kept"


class InputPlan(NamedTuple):
    """The design that a run would train, its description, and the edits that make it of the current design.

    `is_shown` where the sizes differ, so that both are shown with how long an epoch takes.
    """

    design: Design
    description: Description
    edits: Edits
    label: str = ""
    is_shown: bool = False


def plan_input(
    design: Design, card: Card, settings: Settings, data: dict[str, Any], description: Description
) -> InputPlan:
    """Show both shapes where they differ, and the choice; `data` is as `describe` takes it.

    Where the data cannot be fitted, changing the input is a button, because nothing would train without it.
    """
    unchanged = InputPlan(design, description, [])
    if len(design.inputs) != 1 or design.inputs[0].dtype == "string" or not card.shape:
        return unchanged
    entry = design.inputs[0]
    try:
        fitting = plan_fitting(card.shape, entry.shape)
    except DataError:
        fitting = None
    if fitting is not None and not fitting.changes:
        return unchanged
    shape = adapted_shape(card.shape, entry.shape)
    edits: Edits = [{"op": "set_input", "input": entry.id, "shape": list(shape)}]
    label = f"Change the input to {example_shape(shape)}"
    with st.container(border=True, key="train_fit"):
        st.markdown(
            f"**The data is {example_shape(card.shape)}; the design expects {example_shape(entry.shape)}.**"
        )
        if fitting is None:
            offer(design, card, edits, label, key="train_adapt", icon="fit_width")
            return unchanged._replace(is_shown=True)
        adapted = _adapted(design, edits, label, data)
        reason = None if adapted is None else obstacle(adapted.description)
        if adapted is None or reason is not None:
            st.caption(plain(f"{' '.join(fitting.notes)} {_cost(unchanged, card, settings)}"))
            if reason is not None:
                st.caption(plain(f"With an input of {example_shape(shape)} it could not be built: {reason}"))
            return unchanged._replace(is_shown=True)
        return _choose(unchanged, adapted, card, settings, fitting)._replace(is_shown=True)


def keep_input(design: dict[str, Any]) -> None:
    """Do not change the input unless it is chosen: for the repetition of a run whose design is this document."""
    shapes = [entry["shape"] for entry in design.get("inputs", [])]
    st.session_state[_KEPT] = [*st.session_state.get(_KEPT, []), *shapes]


def _adapted(design: Design, edits: Edits, label: str, data: dict[str, Any]) -> InputPlan | None:
    try:
        changed = apply_edits(design, edits)
        return InputPlan(changed, request(DESCRIBE, design=changed.document(), data=data), edits, label)
    except (ValueError, Starting):
        return None


def _choose(
    unchanged: InputPlan, adapted: InputPlan, card: Card, settings: Settings, fitting: Fitting
) -> InputPlan:
    """The choice between both, by default what takes less time, of designs that can be built."""
    plans = {INPUT: adapted, DATA: unchanged}
    verb = "Resize" if fitting.size else "Convert"
    shape = unchanged.design.inputs[0].shape
    labels = {INPUT: adapted.label, DATA: f"{verb} the images to {example_shape(shape)}"}
    notes = {
        INPUT: "Starting the training changes the design; Undo on the page Design takes that back.",
        DATA: " ".join(fitting.notes),
    }
    key = f"train_size_{_words(shape)}_{_words(card.shape)}"
    cheap = min(plans, key=lambda name: plans[name].description["macs"] or 0)
    if obstacle(unchanged.description) is not None:
        cheap = INPUT
    kept = list(shape) in st.session_state.get(_KEPT, [])
    chosen = st.session_state.get(_CHOICES, {}).get(key) or (DATA if kept else cheap)
    st.radio(
        "How they are brought together",
        list(plans),
        index=list(plans).index(chosen),
        format_func=lambda name: labels[name],
        captions=[plain(f"{_cost(plans[name], card, settings)} {notes[name]}") for name in plans],
        key=key,
        label_visibility="collapsed",
        on_change=_take,
        args=(key,),
    )
    return plans[st.session_state[key]]


def _take(key: str) -> None:
    st.session_state[_CHOICES] = {**st.session_state.get(_CHOICES, {}), key: st.session_state[key]}


def _cost(plan: InputPlan, card: Card, settings: Settings) -> str:
    time = epoch_time(plan.design, card, settings, plan.description["macs"])
    length = f"About {rough_duration(time.seconds)} per epoch: " if time else ""
    return f"{length}{costs(plan.description)}."


def _words(shape: Sequence[int | None]) -> str:
    return "x".join(str(size or "any") for size in shape)
