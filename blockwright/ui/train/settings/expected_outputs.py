"""The outputs that a run will have, as far as the design and the card of its data tell."""

from typing import NamedTuple

from blockwright.design.wiring import resolve_outputs
from blockwright.schema.data.dataset_card import Card
from blockwright.schema.data.features import Target
from blockwright.tasks import task_of
from blockwright.tasks.base import TaskKind
from blockwright.ui.shell import state
from blockwright.ui.train.settings.training_state import raw


class ExpectedOutput(NamedTuple):
    """What an output will learn: the kind of its task, and the shape of what it outputs for one example."""

    kind: TaskKind
    shape: tuple[int, ...]


def expected_outputs(card: Card | None) -> dict[str, ExpectedOutput]:
    """The outputs by their ids, in the order of the design."""
    design = state.design()
    outputs = resolve_outputs(design) if design.nodes else ["output"]
    targets = {target.name: target for target in card.targets} if card else {}
    chosen = raw().get("outputs")
    settings = chosen if isinstance(chosen, dict) else {}
    expected = {}
    for output, following in zip(outputs, [*targets.values(), *[None] * len(outputs)], strict=False):
        own = settings.get(output)
        name = own.get("target") if isinstance(own, dict) else None
        target: Target | None = targets.get(name or output) or following
        kind: TaskKind = target.kind if target else "reconstruction" if card else "classes"
        expected[output] = ExpectedOutput(kind, _shape(kind, target))
    return expected


def _shape(kind: TaskKind, target: Target | None) -> tuple[int, ...]:
    if target is None:
        return (8, 8, 1) if kind == "reconstruction" else (10,)
    return (task_of(kind).units(target),)
