"""The section "Callbacks" of the form: each is switched on by itself, with its arguments from its declaration."""

from collections.abc import Sequence

import streamlit as st

from blockwright.design.wiring import resolve_outputs
from blockwright.recipe.callbacks import CALLBACKS
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.features import Target
from blockwright.tasks import task_of
from blockwright.tasks.monitors import monitors
from blockwright.ui.shell import state
from blockwright.ui.train.settings.member_switches import chosen_members, show_switches
from blockwright.ui.train.settings.training_state import raw

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

        show_switches(_SETTING, CALLBACKS, problems, choices)


def _monitor_names(card: Card | None, chosen_name: object) -> list[str]:
    """The curves that a run on this data will have, as far as the design and the data tell, and the one chosen now."""
    design = state.design()
    outputs = resolve_outputs(design) if design.nodes else ["output"]
    targets = {target.name: target for target in card.targets} if card else {}
    chosen = raw().get("outputs")
    settings = chosen if isinstance(chosen, dict) else {}
    metrics = {}
    for output, following in zip(outputs, [*targets.values(), *[None] * len(outputs)], strict=False):
        own = settings.get(output)
        name = own.get("target") if isinstance(own, dict) else None
        target: Target | None = targets.get(name or output) or following
        kind = target.kind if target else "reconstruction" if card else "classes"
        metrics[output] = task_of(kind).metric.name
    names = list(monitors(metrics, validated=raw().get("validation") != "none"))
    return [*names, chosen_name] if isinstance(chosen_name, str) and chosen_name not in names else names
