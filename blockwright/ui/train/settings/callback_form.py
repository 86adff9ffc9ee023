"""The section "Callbacks" of the form: each is switched on by itself, with its arguments from its declaration."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from blockwright.recipe.callbacks import CALLBACKS
from blockwright.recipe.callbacks.callback import Callback
from blockwright.recipe.member import read_text
from blockwright.recipe.schedules.constant import Constant
from blockwright.schema.data.dataset_card import Card
from blockwright.tasks import task_of
from blockwright.tasks.monitors import monitors
from blockwright.ui.shell.messages import box
from blockwright.ui.train.settings.expected_outputs import expected_outputs
from blockwright.ui.train.settings.member_fields import argument_field
from blockwright.ui.train.settings.metric_form import chosen_modes
from blockwright.ui.train.settings.training_state import forget_widgets, put, raw

_SETTING = "callbacks"


def show_callbacks(card: Card | None, problems: dict[str, str]) -> None:
    """A switch for each callback, and the arguments of those that are on; takes out of `problems` what it shows."""
    chosen = _chosen()
    wrong = [name for name in problems if name.partition(".")[0] == _SETTING]
    with st.expander("Callbacks", key="train_callbacks", expanded=bool(chosen or wrong)):
        st.caption(
            "What Keras does between batches and epochs. A run always ends when its loss becomes NaN or infinite, as "
            "with TerminateOnNaN."
        )
        for name, callback in CALLBACKS.items():
            _show(name, callback, chosen.get(name), card, problems)
        problem = problems.pop(_SETTING, None)
        if problem:
            box("error", problem)


def _show(
    name: str,
    callback: type[Callback],
    document: dict[str, Any] | None,
    card: Card | None,
    problems: dict[str, str],
) -> None:
    key = f"train_set_callback_{name}"
    st.toggle(
        f"**{callback.title}**",
        value=document is not None,
        key=key,
        help=callback.help,
        on_change=_switch,
        args=(name, key),
    )
    if document is None:
        return
    with st.grid(2, min_column_width=150):
        for field, info in callback.fields().items():
            with st.container(gap="xsmall"):
                value = document.get(field, info.default)
                choices = _monitor_names(card, value) if field == "monitor" else ()
                key = f"train_set_callback_{name}_{field}"
                argument_field(info, value, key, _take, (name, field, key), choices)
                problem = problems.pop(f"{_SETTING}.{name}.{field}", None)
                if problem:
                    box("error", problem)


def _monitor_names(card: Card | None, chosen_name: object) -> list[str]:
    """The curves that a run on this data will have, as far as the design and the data tell, and the one chosen now."""
    outputs = expected_outputs(card)
    metrics = {name: task_of(output.kind).metric.name for name, output in outputs.items()}
    names = list(monitors(metrics, chosen_modes(outputs)))
    return [*names, chosen_name] if isinstance(chosen_name, str) and chosen_name not in names else names


def _chosen() -> dict[str, dict[str, Any]]:
    """The documents of the callbacks that are on, as far as they can be read."""
    value = raw().get(_SETTING)
    documents: dict[str, dict[str, Any]] = {}
    for entry in value if isinstance(value, list | tuple) else ():
        try:
            document = read_text(entry) if isinstance(entry, str) else entry
        except ValueError:
            continue
        if isinstance(document, Mapping) and document.get("name") in CALLBACKS:
            documents[str(document["name"])] = dict(document)
    return documents


def _switch(name: str, key: str) -> None:
    chosen = _chosen()
    if st.session_state[key]:
        chosen[name] = {"name": name}
    else:
        chosen.pop(name, None)
    _put(chosen)
    if st.session_state[key] and CALLBACKS[name].sets_rate:
        # Only one of them can set the learning rate, and the schedule of a new run is not constant.
        put(schedule=Constant().model_dump(mode="json"))
        forget_widgets()


def _take(name: str, field: str, key: str) -> None:
    chosen = _chosen()
    chosen[name] = {**chosen.get(name, {"name": name}), field: st.session_state[key]}
    _put(chosen)


def _put(chosen: dict[str, dict[str, Any]]) -> None:
    """Keep the callbacks, in the order of the form."""
    put(**{_SETTING: [chosen[name] for name in CALLBACKS if name in chosen]})
