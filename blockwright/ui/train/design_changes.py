"""Changes of the design that the page Train offers, each with what the design would then cost."""

from typing import Any

import streamlit as st

from blockwright.design.edits import apply_edits
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.description import Description
from blockwright.schema.design import Design
from blockwright.schema.findings import Finding
from blockwright.schema.service_calls import DESCRIBE
from blockwright.ui.design import design_storage
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import Refusal, action, plain
from blockwright.ui.shell.service import Starting, request
from blockwright.ui.widgets import number_format

Edits = list[dict[str, Any]]


def obstacle(description: Description) -> str | None:
    """Why a changed design could not be built, or None. The units of the last layer are another offer."""
    for finding in map(Finding.model_validate, description["findings"]):
        if finding.severity == "error" and finding.code != "head-units":
            return finding.message
    return None


def offer(
    design: Design,
    card: Card,
    edits: Edits,
    label: str,
    *,
    key: str,
    icon: str,
    help: str | None = None,
    result: str = "",
) -> None:
    """A button for these edits; below it, what the design would then cost, or why it could not be built."""
    try:
        changed = apply_edits(design, edits)
        description: Description = request(DESCRIBE, design=changed.document(), data=card.brief())
    except (ValueError, Starting):
        return
    st.button(
        label,
        key=key,
        icon=f":material/{icon}:",
        on_click=change,
        args=(edits, label, design.document()),
        help=help,
    )
    reason = obstacle(description)
    if reason is not None:
        st.caption(f":material/warning: The design could then not be built: {plain(reason)}")
    else:
        st.caption(plain(f"{result}It would have {costs(description)}."))


def costs(description: Description) -> str:
    """The parameters and multiply-adds of a design."""
    params, macs = number_format.count(description["total_params"]), number_format.short(description["macs"])
    return f"{params} parameters and {macs} multiply-adds per example"


@action("page")
def change(edits: Edits, label: str, before: dict[str, Any]) -> None:
    """Callback: apply edits to the design that they were made for."""
    apply(edits, label, before)


def apply(edits: Edits, label: str, before: dict[str, Any]) -> None:
    """Apply edits as one step of the history. Raises Refusal where the design is no longer `before`."""
    if state.design().document() != before:
        raise Refusal("The design has changed in the meantime. Check it, then choose again.")
    state.change(edits, label)
    design_storage.keep_draft()
