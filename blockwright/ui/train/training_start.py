"""Whether the design can be trained on the chosen data, what would fix it, and the start of a run."""

from typing import Any

import streamlit as st

from blockwright.design.edits import apply_edits
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.errors import DataError
from blockwright.schema.description import Description
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.run.training import Settings
from blockwright.schema.service_calls import DESCRIBE
from blockwright.tasks.fitting import plan_fitting
from blockwright.ui.design import design_storage
from blockwright.ui.runs.run_queries import my_runs, watch
from blockwright.ui.shell import service, state
from blockwright.ui.shell.messages import Refusal, action, box, plain
from blockwright.ui.shell.routing import first_steps, link
from blockwright.ui.shell.service import Starting, Unanswered, request, wait_for_service
from blockwright.ui.shell.store import run_store
from blockwright.ui.shell.workspace import workspace
from blockwright.ui.train import training_time
from blockwright.ui.train.input_suggestions import reading_edits, unread, words
from blockwright.ui.train.training_outputs import is_obvious, shapes_of, show_matches, show_outputs
from blockwright.ui.widgets import number_format
from blockwright.ui.widgets.primary_label import primary_label

MAX_QUEUED = 20


def _data(card: Card, settings: Settings | None) -> dict[str, Any]:
    """The data as `describe` takes it: with the targets that the settings choose."""
    outputs = {} if settings is None else settings.outputs
    chosen = {name: output.target for name, output in outputs.items() if output.target}
    return card.brief() | ({"chosen": chosen} if chosen else {})


def show_checks(card: Card, settings: Settings | None = None) -> str | None:
    """Show how the design meets the data, with one-click fixes and what is set for each output.

    The reason why it cannot be trained, or None.
    """
    design = state.design()
    if not design.nodes:
        box("info", "There is no network to train yet: start from an example, or add blocks.")
        first_steps()
        return "The design has no blocks yet."
    try:
        description: Description = request(DESCRIBE, design=design.document(), data=_data(card, settings))
    except Starting:
        wait_for_service()
        return "The design service is starting."
    except (Unanswered, DesignError) as error:
        box("error", str(error))
        return "The design cannot be built."
    shapes = shapes_of(description)
    brief = is_obvious(design, card, shapes)
    reason = show_matches(design, card, settings or Settings(), shapes, brief)
    notes = _resizing(design, card)
    if notes is not None:
        _show_sizes(design, card, description, notes)
    elif len(card.features) > 1:
        _offer_reading(design, card)
    if not brief and len(shapes) == len(description["outputs"]):
        with st.expander("Training objectives", key="train_ends", icon=":material/output:", expanded=True):
            show_outputs(design, card, settings or Settings(), shapes)
    findings = [Finding.model_validate(finding) for finding in description["findings"]]
    # The reason is shown above already.
    errors = [finding for finding in findings if finding.severity == "error" and finding.message != reason]
    warnings = [finding for finding in findings if finding.severity == "warning"]
    for index, finding in enumerate([*errors, *warnings]):
        _finding(index, finding)
    if errors:
        link("design", "Fix it on the page Design", key="train_to_design")
        return f"The design has {number_format.counted(len(errors), 'error')}."
    if reason is None and settings is not None:
        training_time.show(design, card, settings, description["macs"])
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


def _show_sizes(design: Design, card: Card, description: Description, notes: list[str]) -> None:
    """Both shapes, what the design costs as it is, and the offer to change its input."""
    shape = number_format.example_shape(card.shape)
    entry = design.inputs[0]
    with st.container(border=True, key="train_fit"):
        st.markdown(
            f"**The data is {shape}; the design expects {number_format.example_shape(entry.shape)}.**"
        )
        if notes:
            st.caption(f"Currently: {plain(' '.join(notes))} The design has {_costs(description)}.")
        edits = [{"op": "set_input", "input": entry.id, "shape": list(card.shape)}]
        _offer(design, card, edits, f"Change the input to {shape}", key="train_adapt", icon="fit_width")


def _offer_reading(design: Design, card: Card) -> None:
    """Where a network of one input leaves features of the data out, offer to let it read all of them."""
    missing = unread(design, card)
    edits = reading_edits(design, card) if missing else None
    if edits is None:
        return
    if len(missing) < len(card.features):
        st.caption(plain(f"Not used by the design: {words(missing)}."))
    _offer(
        design,
        card,
        edits,
        f"Change the input to {number_format.count(len(card.features))} features",
        key="train_read_all",
        icon="input",
        help="Adds an input for every feature, converts texts to numbers, and concatenates them before the first "
        "block.",
        result=f"It would use {words(card.features)}. ",
    )


def _offer(
    design: Design,
    card: Card,
    edits: list[dict[str, Any]],
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
        on_click=_change,
        args=(edits, label, design.document()),
        help=help,
    )
    findings = [Finding.model_validate(finding) for finding in description["findings"]]
    # The units of the last layer are another offer.
    errors = [finding for finding in findings if finding.severity == "error" and finding.code != "head-units"]
    if errors:
        st.caption(f":material/warning: The design could then not be built: {plain(errors[0].message)}")
    else:
        st.caption(plain(f"{result}It would have {_costs(description)}."))


def _costs(description: Description) -> str:
    params, macs = number_format.count(description["total_params"]), number_format.short(description["macs"])
    return f"{params} parameters and {macs} multiply-adds per example"


def _finding(index: int, finding: Finding) -> None:
    box(finding.severity, finding.message)
    if finding.fix:
        st.button(
            plain(finding.fix.label),
            key=f"train_fix_{index}",
            icon=":material/build:",
            on_click=_change,
            args=(finding.fix.edits, finding.fix.label, state.design().document()),
        )


@action("page")
def _change(edits: list[dict[str, Any]], label: str, before: dict[str, Any]) -> None:
    if state.design().document() != before:
        raise Refusal("The design has changed in the meantime. Check it, then choose again.")
    state.change(edits, label)
    design_storage.keep_draft()


def show_start(settings: Settings | None, reason: str | None) -> None:
    """The button that starts a run; disabled, it says why."""
    if settings is None and reason is None:
        reason = "A setting is not valid; see above."
    st.button(
        ":material/play_arrow: Start training"
        if reason
        else primary_label("Start training", ":material/play_arrow:"),
        key="train_start",
        type="primary",
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
    queued = sum(run.status == "queued" for run in my_runs())
    if queued >= MAX_QUEUED:
        raise Refusal(f"{queued} of your runs are queued already. Cancel some of them on the page Runs.")
    design = state.design()
    name = design.name.strip() or "Untitled"
    run = run_store().create_run(workspace(), name, design.document(), document)
    service.connect().wake()
    watch(run.id)
