"""The callbacks that a run can be given: one file each.

That a run ends when its loss becomes NaN or infinite (TerminateOnNaN), and that its curves are drawn, needs no choice.
"""

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from blockwright.recipe.callbacks.callback import Callback, Mode, MonitoringCallback
from blockwright.recipe.callbacks.model_checkpoint import ModelCheckpoint
from blockwright.recipe.member import members, read_text

CALLBACKS: dict[str, type[Callback]] = members(__name__, __path__, Callback)
"""The callbacks by name."""

if TYPE_CHECKING:
    _AnyCallback = Callback
else:
    _AnyCallback = Annotated[reduce(or_, CALLBACKS.values()), Field(discriminator="name")]

EXAMPLE = '[{"name": "early_stopping", "patience": 3}]'


def _documents(value: object) -> object:
    if not isinstance(value, list | tuple):
        raise ValueError(f"must be a list such as {EXAMPLE}")
    return tuple(read_text(entry) if isinstance(entry, str) else entry for entry in value)


def _sound(callbacks: tuple[Callback, ...]) -> tuple[Callback, ...]:
    titles = [callback.title for callback in callbacks]
    repeated = next((title for title in titles if titles.count(title) > 1), None)
    if repeated is not None:
        raise ValueError(f"has {repeated} twice; give all its settings at once")
    choosing = {(callback.monitor, callback.mode) for callback in choosing_weights(callbacks)}
    if len(choosing) > 1:
        raise ValueError(
            "must choose the weights that are tested by one monitor: give EarlyStopping and ModelCheckpoint the same "
            "one, or switch off restore_best_weights or save_best_only"
        )
    return callbacks


ChosenCallbacks = Annotated[tuple[_AnyCallback, ...], BeforeValidator(_documents), AfterValidator(_sound)]
"""The type of the setting."""


def choosing_weights(callbacks: Sequence[Callback]) -> list[MonitoringCallback]:
    """Those that have a run end with the weights of its best epoch; the last of them decides."""
    choosing = [
        callback
        for callback in callbacks
        if isinstance(callback, MonitoringCallback) and callback.chooses_weights
    ]
    return sorted(choosing, key=lambda callback: isinstance(callback, ModelCheckpoint))


def monitoring(callbacks: Sequence[Callback]) -> MonitoringCallback | None:
    """The callback whose monitor says which epoch is the best: one that chooses the weights comes first."""
    others = [callback for callback in callbacks if isinstance(callback, MonitoringCallback)]
    return next(iter([*reversed(choosing_weights(callbacks)), *others]), None)


def resolved(callbacks: Sequence[Callback], monitors: Mapping[str, Mode]) -> tuple[Callback, ...]:
    """The callbacks for a run that measures `monitors`. Raises ValueError with the sentences of all that cannot be."""
    sound: list[Callback] = []
    problems: list[str] = []
    for callback in callbacks:
        try:
            sound.append(callback.resolved(monitors))
        except ValueError as error:
            problems.append(str(error))
    if problems:
        raise ValueError(" ".join(problems))
    return tuple(sound)


def document(callbacks: Sequence[Callback]) -> list[dict[str, Any]]:
    """The callbacks as JSON."""
    return [callback.model_dump(mode="json") for callback in callbacks]
