"""Whether the design can be trained on the chosen data, what would fix it, and the start of a run."""

from typing import Any

import streamlit as st

from blockwright.design.edits import apply_edit, apply_edits
from blockwright.schema.data_errors import DataError
from blockwright.schema.dataset_cards import Card
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.training import Settings
from blockwright.tasks.fitting import plan_fitting
from blockwright.ui.design import design_storage
from blockwright.ui.runs.run_queries import my_runs, watch
from blockwright.ui.shell import service, state
from blockwright.ui.shell.messages import Refusal, action, box, plain
from blockwright.ui.shell.routing import link
from blockwright.ui.shell.service import Starting, Unanswered, request, wait_for_service
from blockwright.ui.shell.store import run_store
from blockwright.ui.shell.workspace import workspace
from blockwright.ui.train import training_time
from blockwright.ui.train.input_suggestions import reading_edits, unread, words
from blockwright.ui.train.training_outputs import is_obvious, shapes_of, show_matches, show_outputs
from blockwright.ui.widgets import number_format

MOST_WAITING = 20


def data_of(card: Card, settings: Settings | None = None) -> dict[str, Any]:
    """What `describe` wants to know of the data."""
    outputs = {} if settings is None else settings.outputs
    chosen = {name: output.target for name, output in outputs.items() if output.target}
    return card.brief() | ({"chosen": chosen} if chosen else {})


def show_checks(card: Card, settings: Settings | None = None) -> str | None:
    """Show how the design meets the data, with one-click fixes and what is set for each output.

    The reason why it cannot be trained, or None.
    """
    design = state.design()
    if not design.nodes:
        box("info", "There is no network to train yet: start from an example, or stack blocks yourself.")
        with st.container(horizontal=True):
            link("start", "Start from an example", key="train_to_start")
            link("design", "Stack blocks", key="train_to_design")
        return "The design has no blocks yet."
    try:
        answer = request("describe", design=design.document(), data=data_of(card, settings))
    except Starting:
        wait_for_service()
        return "The design service is starting."
    except (Unanswered, DesignError) as error:
        box("error", str(error))
        return "The design cannot be built."
    shapes = shapes_of(answer)
    brief = is_obvious(design, card, shapes)
    reason = show_matches(design, card, settings or Settings(), shapes, brief)
    notes = _resizing(design, card)
    if notes is not None:
        _show_sizes(design, card, answer, notes)
    elif len(card.features) > 1:
        _offer_reading(design, card)
    if not brief and len(shapes) == len(answer["outputs"]):
        with st.expander("Training objectives", key="train_ends", icon=":material/output:", expanded=True):
            show_outputs(design, card, settings or Settings(), shapes)
    findings = [Finding.model_validate(one) for one in answer["findings"]]
    errors = [one for one in findings if one.severity == "error"]
    # The reason is shown above already.
    errors = [finding for finding in errors if finding.message != reason]
    for place, finding in enumerate([*errors, *(one for one in findings if one.severity == "warning")]):
        _finding(place, finding)
    if errors:
        link("design", "Fix it on the page Design", key="train_to_design")
        return f"The design has {len(errors)} {'error' if len(errors) == 1 else 'errors'}."
    if reason is None and settings is not None:
        training_time.show(design, card, settings, answer["macs"])
    return reason


def _resizing(design: Design, card: Card) -> list[str] | None:
    """How the data is brought to the shape of the design's only input, in sentences; None where nothing is to be done.

    Empty where it cannot be done.
    """
    if len(design.inputs) != 1 or design.inputs[0].dtype == "string" or not card.shape:
        return None
    try:
        fitting = plan_fitting(card.shape, design.inputs[0].shape)
    except DataError:
        return []
    return list(fitting.notes) if fitting.changes else None


def _show_sizes(design: Design, card: Card, answer: dict[str, Any], notes: list[str]) -> None:
    """Both shapes, what the design costs as it is, and the offer to change its input."""
    with st.container(border=True, key="train_fit"):
        st.markdown(
            f"**The data is {number_format.shape(card.shape, batch=False)}; "
            f"the design expects {number_format.shape(design.inputs[0].shape, batch=False)}.**"
        )
        if notes:
            st.caption(
                f"Currently: {plain(' '.join(notes))} {number_format.count(answer['total_params'])} parameters, "
                f"{number_format.short(answer['macs'])} multiply-adds per image."
            )
        _offer_shape(design, card)


def _offer_shape(design: Design, card: Card) -> None:
    """Offer to give the design's input the shape of the data."""
    edit = {"op": "set_input", "input": design.inputs[0].id, "shape": list(card.shape)}
    what = f"Change the input to {number_format.shape(card.shape, batch=False)}"
    try:
        adapted = apply_edit(design, edit)
        answer = request("describe", design=adapted.document(), data=data_of(card))
    except (ValueError, Starting):
        return
    before = state.design().document()
    errors = [one for one in answer["findings"] if one["severity"] == "error"]
    st.button(
        what, key="train_adapt", icon=":material/fit_width:", on_click=_change, args=([edit], what, before)
    )
    if errors:
        st.caption(f":material/warning: The design could then not be built: {plain(errors[0]['message'])}")
    else:
        st.caption(
            f"It would have {number_format.count(answer['total_params'])} parameters and need "
            f"{number_format.short(answer['macs'])} multiply-adds per image."
        )


def _offer_reading(design: Design, card: Card) -> None:
    """Where a network of one input leaves features of the data out, offer to let it read all of them."""
    left = unread(design, card)
    edits = reading_edits(design, card) if left else None
    if edits is None:
        return
    try:
        answer = request("describe", design=apply_edits(design, edits).document(), data=data_of(card))
    except (ValueError, Starting, Unanswered):
        return
    label = f"Change the input to {number_format.count(len(card.features))} features"
    if len(left) < len(card.features):
        st.caption(plain(f"Not used by the design: {words(left)}."))
    st.button(
        label,
        key="train_read_all",
        icon=":material/input:",
        on_click=_change,
        args=(edits, label, design.document()),
        help="Adds an input for every feature, converts texts to numbers, and concatenates them before the first "
        "block.",
    )
    wrong = [one for one in answer["findings"] if one["severity"] == "error" and one["code"] != "head-units"]
    if wrong:
        st.caption(f":material/warning: The design could then not be built: {plain(wrong[0]['message'])}")
    else:
        st.caption(
            plain(
                f"It would use {words(card.features)}: {number_format.count(answer['total_params'])} parameters."
            )
        )


def _finding(place: int, finding: Finding) -> None:
    box(finding.severity, finding.message)
    if finding.fix:
        st.button(
            plain(finding.fix.label),
            key=f"train_fix_{place}",
            icon=":material/build:",
            on_click=_change,
            args=(finding.fix.edits, finding.fix.label, state.design().document()),
        )


@action("page")
def _change(edits: list[dict[str, Any]], label: str, seen: dict[str, Any]) -> None:
    if state.design().document() != seen:
        raise Refusal("The design has changed in the meantime. Check it, then choose again.")
    state.change(edits, label)
    design_storage.keep_draft()


def show_start(settings: Settings | None, reason: str | None) -> None:
    """The button that starts a run; disabled, it says why."""
    if settings is None and reason is None:
        reason = "A setting is not valid; see above."
    st.button(
        "Start training",
        key="train_start",
        type="primary",
        icon=":material/play_arrow:",
        width="stretch",
        disabled=reason is not None,
        help=reason or "Starts a run, which continues when this page is closed.",
        on_click=_start,
        args=(settings.document() if settings else None,),
    )
    if reason:
        st.caption(plain(reason))


@action("page")
def _start(document: dict[str, Any]) -> None:
    waiting = sum(run.status == "queued" for run in my_runs())
    if waiting >= MOST_WAITING:
        raise Refusal(f"{waiting} of your runs are queued already. Cancel some of them on the page Runs.")
    design = state.design()
    name = design.name.strip() or "Untitled"
    run = run_store().create_run(workspace(), name, design.document(), document)
    service.connect().wake()
    watch(run.id)
