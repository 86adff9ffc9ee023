"""The offer to train a network as the tutorial that it comes from does."""

from typing import Any

import streamlit as st

from blockwright.design.presets import preset_with_tutorial
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import action, plain
from blockwright.ui.train.design_changes import apply
from blockwright.ui.train.settings.training_state import forget_widgets, put, raw

_LABEL = "Use the tutorial's settings"


def show_tutorial() -> None:
    """Where the design is the network of a tutorial: what that reaches, and a button for its settings."""
    design = state.design()
    trained = preset_with_tutorial(design)
    if trained is None:
        return
    preset, tutorial = trained
    settings, edits = _settings(tutorial.run_settings().document()), tutorial.edits(preset.design, design)
    used = not edits and all(raw()[name] == value for name, value in settings.items())
    with st.container(key="train_tutorial", gap="xsmall"):
        st.caption(plain(tutorial.results[0].sentence()))
        st.button(
            "Settings of the tutorial are in use" if used else _LABEL,
            key="train_use_tutorial",
            icon=":material/check:" if used else ":material/school:",
            disabled=used,
            on_click=_use,
            args=(settings, edits, design.document()),
            help=f"{tutorial.words()}. The defaults of this page have a larger learning rate that falls over the run, "
            "and the blocks moving averages of batch normalization that follow sooner (momentum 0.9). "
            "Defaults brings the settings back, undo on the page Design the network.",
        )


def _settings(document: dict[str, Any]) -> dict[str, Any]:
    """The settings of a tutorial: all but those of the data, which stay."""
    return {
        name: value
        for name, value in document.items()
        if name not in ("data", "data_version", "validation_share", "seed")
    }


@action("page")
def _use(settings: dict[str, Any], edits: list[dict[str, Any]], before: dict[str, Any]) -> None:
    if edits:
        apply(edits, _LABEL, before)
    put(**settings, callbacks=[])
    forget_widgets()
