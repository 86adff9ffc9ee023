"""Whether the design can be trained on the chosen data, what would fix it, and the start of a run."""

from typing import Any, NamedTuple

import streamlit as st

from blockwright.recipe.new_run import NEW_RUN
from blockwright.recipe.settings import Settings
from blockwright.recipe.validation import part_problem
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.description import Description
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.service_calls import DESCRIBE
from blockwright.ui.runs.run_queries import watch
from blockwright.ui.runs.storage import check_room
from blockwright.ui.shell import service, state
from blockwright.ui.shell.messages import action, box, plain
from blockwright.ui.shell.routing import first_steps, link
from blockwright.ui.shell.service import Starting, Unanswered, request, wait_for_service
from blockwright.ui.shell.store import run_store, workspace_limits
from blockwright.ui.shell.workspace import workspace
from blockwright.ui.train import training_time
from blockwright.ui.train.data.input_size import plan_input
from blockwright.ui.train.data.input_suggestions import reading_edits, unread, words
from blockwright.ui.train.design_changes import Edits, apply, change, offer
from blockwright.ui.train.probe.batch_table_view import show_batch_table
from blockwright.ui.train.probe.estimate_view import cancel_measurement, show_estimate
from blockwright.ui.train.probe.make_it_fit import show_smaller
from blockwright.ui.train.probe.range_test_view import show_range_test
from blockwright.ui.train.training_outputs import (
    is_obvious,
    offer_class_weights,
    shapes_of,
    show_matches,
    show_outputs,
    unfit_metrics,
    unmeasured_monitor,
)
from blockwright.ui.widgets import number_format
from blockwright.ui.widgets.primary_label import primary_label

_CHECKS_HEIGHT = 120


def _data(card: Card, settings: Settings | None) -> dict[str, Any]:
    """The data as `describe` takes it: with the targets that the settings choose."""
    outputs = {} if settings is None else settings.outputs
    chosen = {name: output.target for name, output in outputs.items() if output.target}
    return card.brief() | ({"chosen": chosen} if chosen else {})


class Checks(NamedTuple):
    """Why the design cannot be trained on the data, or None; and the edits with which a run begins."""

    reason: str | None
    edits: Edits = []
    label: str = ""


def show_checks(card: Card, settings: Settings | None = None) -> Checks:
    """Show how the design meets the data, with one-click fixes and what is set for each output."""
    current = state.design()
    if not current.nodes:
        box("info", "There is no network to train yet: start from an example, or add blocks.")
        first_steps()
        return Checks("The design has no blocks yet.")
    data = _data(card, settings)
    chosen = settings or NEW_RUN
    divided = part_problem(chosen, card.train_examples, card.validation_examples)
    if divided:
        box("error", divided)
        return Checks("The data cannot be divided like this; see above.")
    try:
        with st.skeleton(_CHECKS_HEIGHT):
            described: Description = request(DESCRIBE, design=current.document(), data=data)
    except Starting:
        wait_for_service()
        return Checks("The design service is starting.")
    except (Unanswered, DesignError) as error:
        box("error", str(error))
        return Checks("The design cannot be built.")
    plan = plan_input(current, card, chosen, data, described)
    design, description = plan.design, plan.description
    shapes = shapes_of(description)
    brief = is_obvious(design, card, shapes)
    reason = show_matches(design, card, chosen, shapes, brief)
    checked = bool(shapes) and not reason
    unfit = unfit_metrics(design, card, chosen, shapes) if checked else None
    unmeasured = unmeasured_monitor(design, card, chosen, shapes) if checked else None
    for problem in filter(None, (unfit, unmeasured)):
        box("error", problem)
    if not plan.is_shown and len(card.features) > 1:
        _offer_reading(design, card)
    if not brief and len(shapes) == len(description["outputs"]):
        with st.expander("Training objectives", key="train_ends", icon=":material/output:", expanded=True):
            show_outputs(design, card, chosen, shapes)
    elif brief and shapes and reason is None:
        offer_class_weights(next(iter(shapes)))
    findings = [Finding.model_validate(finding) for finding in description["findings"]]
    # The reason is shown above already.
    errors = [finding for finding in findings if finding.severity == "error" and finding.message != reason]
    warnings = [finding for finding in findings if finding.severity == "warning"]
    for index, finding in enumerate([*errors, *warnings]):
        _finding(index, finding)
    if errors:
        link("design", "Fix it on the page Design", key="train_to_design")
        return Checks(f"The design has {number_format.counted(len(errors), 'error')}.")
    if reason is None and settings is not None:
        guess = training_time.guess(design, card, settings, description["macs"])
        measured = show_estimate(design, settings, guess)
        if measured.problems:
            show_smaller(plan, current, card, settings, measured.estimate)
        show_range_test(design, settings)
        show_batch_table(design, settings)
    if reason is not None:
        return Checks("The data does not fit the design; see above.")
    if unfit is not None:
        return Checks("A metric does not fit its output; see above.")
    if unmeasured is not None:
        return Checks("A callback monitors what the run does not measure; see above.")
    return Checks(None, plan.edits, plan.label)


def _offer_reading(design: Design, card: Card) -> None:
    """Where a network of one input leaves features of the data out, offer to let it read all of them."""
    missing = unread(design, card)
    edits = reading_edits(design, card) if missing else None
    if edits is None:
        return
    if len(missing) < len(card.features):
        st.caption(plain(f"Not used by the design: {words(missing)}."))
    offer(
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


def _finding(index: int, finding: Finding) -> None:
    box(finding.severity, finding.message)
    if finding.fix:
        st.button(
            plain(finding.fix.label),
            key=f"train_fix_{index}",
            icon=":material/build:",
            on_click=change,
            args=(finding.fix.edits, finding.fix.label, state.design().document()),
        )


def show_start(settings: Settings | None, checks: Checks) -> None:
    """The button that starts a run; disabled, it says why."""
    reason = checks.reason
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
        args=(
            settings.document() if settings else None,
            checks.edits,
            checks.label,
            state.design().document(),
        ),
    )
    if reason:
        st.caption(plain(reason))


@action("page")
def _start(settings: dict[str, Any], edits: Edits, label: str, before: dict[str, Any]) -> None:
    check_room()
    if edits:
        apply(edits, label, before)
    design = state.design()
    name = design.name.strip() or "Untitled"
    limit = workspace_limits().queue
    run = run_store().create_run(workspace(), name, design.document(), settings, most_queued=limit)
    cancel_measurement()
    service.connect().wake()
    watch(run.id)
