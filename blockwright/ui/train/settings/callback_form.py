"""The section "Callbacks" of the form: each is switched on by itself, with its arguments from its declaration."""

from collections.abc import Sequence

import streamlit as st

from blockwright.recipe.callbacks import CALLBACKS
from blockwright.recipe.schedules.constant import Constant
from blockwright.schema.data.dataset_card import Card
from blockwright.tasks import task_of
from blockwright.tasks.monitors import monitors
from blockwright.ui.train.settings.expected_outputs import expected_outputs
from blockwright.ui.train.settings.member_switches import chosen_members, show_switches
from blockwright.ui.train.settings.metric_form import chosen_modes
from blockwright.ui.train.settings.training_state import forget_widgets, put, raw

_SETTING = "callbacks"


def show_callbacks(card: Card | None, problems: dict[str, str]) -> None:
    """A switch for each callback, and the arguments of those that are on; takes out of `problems` what it shows."""
    wrong = [name for name in problems if name.partition(".")[0] == _SETTING]
    chosen = chosen_members(_SETTING, CALLBACKS)
    with st.expander("Callbacks", key="train_callbacks", expanded=bool(chosen or wrong)):
        st.caption(
            "What Keras does between batches and epochs. A run always ends when its loss becomes NaN or infinite, as "
            "with TerminateOnNaN."
        )

        def choices(field: str, value: object) -> Sequence[str]:
            return _monitor_names(card, value) if field == "monitor" else ()

        show_switches(_SETTING, CALLBACKS, problems, choices, _switched_on)


def _monitor_names(card: Card | None, chosen_name: object) -> list[str]:
    """The curves that a run on this data will have, as far as the design and the data tell, and the one chosen now."""
    outputs = expected_outputs(card)
    metrics = {name: task_of(output.kind).metric.name for name, output in outputs.items()}
    names = list(monitors(metrics, chosen_modes(outputs), validated=raw().get("validation") != "none"))
    return [*names, chosen_name] if isinstance(chosen_name, str) and chosen_name not in names else names


def _switched_on(name: str) -> None:
    if CALLBACKS[name].sets_rate:
        # Only one of them can set the learning rate, and the schedule of a new run is not constant.
        put(schedule=Constant().model_dump(mode="json"))
        forget_widgets()
