"""Smaller trainings, each with what it would take, for a run that does not fit or takes long."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import streamlit as st

from blockwright.design.edits import apply_edits
from blockwright.recipe.settings import Settings
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.description import Description
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError
from blockwright.schema.run.probes import TrainingEstimate, total_seconds
from blockwright.schema.service_calls import DESCRIBE
from blockwright.ui.shell.messages import action, plain
from blockwright.ui.shell.service import Starting, Unanswered, request
from blockwright.ui.train.data.input_size import InputPlan
from blockwright.ui.train.design_changes import Edits, change, obstacle
from blockwright.ui.train.settings.training_state import forget_widgets, put
from blockwright.ui.widgets.number_format import counted, example_shape, rough_duration, size

STEP_SECONDS = 0.003
"""What a step costs beside its examples."""
LEAST_SIZE = 8
"""Pixels below which no smaller input is offered."""


@dataclass(frozen=True)
class Smaller:
    """A smaller training: changed settings or edits of the design, and by how much work and memory are less.

    Attributes:
        work: the work of an epoch, of that of the training as it is.
        activations: the memory that grows with batch and network, of that of the training as it is.
        steps: the steps of an epoch, of those of the training as it is.
    """

    key: str
    label: str
    work: float = 1.0
    activations: float = 1.0
    steps: float = 1.0
    settings: dict[str, Any] | None = None
    edits: Edits | None = None


def show_smaller(
    plan: InputPlan, before: Design, card: Card, settings: Settings, estimate: TrainingEstimate | None
) -> None:
    """A button for each, and below it what the run would then take.

    Args:
        plan: what the run would train.
        before: the design as it is now, which the edits of the plan make that of the run.
    """
    design, description = plan.design, plan.description
    offers = list(smaller_trainings(design, description, card, settings))
    if not offers:
        return
    with st.expander("Make the run smaller", key="train_smaller", icon=":material/compress:", expanded=True):
        for offer in offers:
            with st.container(gap="xsmall"):
                _button(offer, plan.edits, before)
                st.caption(plain(effect(offer, description, settings, estimate)))


def smaller_trainings(
    design: Design, description: Description, card: Card, settings: Settings
) -> Iterator[Smaller]:
    """What can be made smaller in this training."""
    if settings.batch_size > 1:
        half = settings.batch_size // 2
        yield Smaller(
            "batch",
            f"Batches of {counted(half, 'example')}",
            activations=half / settings.batch_size,
            steps=settings.batch_size / half,
            settings={"batch_size": half},
        )
    for key, label, edits in (_smaller_input(design), _narrower(design)):
        changed = _described(design, edits, card) if edits else None
        if edits and changed and description["macs"] and description["activation_bytes"]:
            yield Smaller(
                key,
                label,
                work=(changed["macs"] or 0) / description["macs"],
                activations=(changed["activation_bytes"] or 0) / description["activation_bytes"],
                edits=edits,
            )


def effect(
    offer: Smaller, description: Description, settings: Settings, estimate: TrainingEstimate | None
) -> str:
    """What the run would take, worked out from the measurement; without one, by how much it is less."""
    if estimate is None:
        parts = [
            f"{part:.0%} of the {what}"
            for part, what in ((offer.work, "work of an epoch"), (offer.activations, "memory for a batch"))
            if part != 1
        ]
        return f"About {' and '.join(parts)}."
    overhead = STEP_SECONDS * estimate["steps_per_epoch"]
    computing = max(0.0, estimate["epoch_seconds"] - overhead)
    epoch = computing * offer.work + overhead * offer.steps
    # Values in float32, and their gradients beside them.
    activations = min(
        0.8 * estimate["memory_bytes"], 2 * (description["activation_bytes"] or 0) * settings.batch_size
    )
    memory = estimate["memory_bytes"] - activations * (1 - offer.activations)
    changed = TrainingEstimate(**{**estimate, "epoch_seconds": epoch})
    return (
        f"About {rough_duration(epoch)} per epoch instead of {rough_duration(estimate['epoch_seconds'])}, "
        f"{rough_duration(total_seconds(changed, settings.epochs))} in all, and {size(memory)} of memory instead of "
        f"{size(estimate['memory_bytes'])}."
    )


def _smaller_input(design: Design) -> tuple[str, str, Edits | None]:
    entry = design.inputs[0]
    sizes = entry.shape[:-1]
    if (
        len(design.inputs) != 1
        or len(entry.shape) < 3
        or any(not side or side < 2 * LEAST_SIZE for side in sizes)
    ):
        return "input", "", None
    shape = [*(side // 2 for side in sizes if side), entry.shape[-1]]
    return (
        "input",
        f"Input of {example_shape(shape)}",
        [{"op": "set_input", "input": entry.id, "shape": shape}],
    )


def _narrower(design: Design) -> tuple[str, str, Edits | None]:
    """Half of the filters and units of every node but the outputs."""
    outputs = set(design.outputs or [design.nodes[-1].id])
    edits: Edits = []
    for node in design.nodes:
        widths = {
            name: value // 2
            for name, value in node.params.items()
            if name.startswith(("filters", "units")) and type(value) is int and value >= 2
        }
        if widths and node.id not in outputs and node.shares is None:
            edits.append({"op": "set", "node": node.id, "params": widths})
    return "width", "Half of the filters and units", edits or None


def _described(design: Design, edits: Edits, card: Card) -> Description | None:
    """The description of the changed design; None where it could not be built."""
    try:
        changed: Description = request(
            DESCRIBE, design=apply_edits(design, edits).document(), data=card.brief()
        )
    except (ValueError, Starting, Unanswered, DesignError):
        return None
    return None if obstacle(changed) else changed


def _button(offer: Smaller, edits: Edits, before: Design) -> None:
    common: dict[str, Any] = {"key": f"train_smaller_{offer.key}", "icon": ":material/compress:"}
    if offer.settings is not None:
        st.button(offer.label, on_click=_put, args=(offer.settings,), **common)
    elif offer.edits is not None:
        st.button(
            offer.label,
            on_click=change,
            args=([*edits, *offer.edits], offer.label, before.document()),
            **common,
        )


@action("page")
def _put(settings: dict[str, Any]) -> None:
    put(**settings)
    forget_widgets()
