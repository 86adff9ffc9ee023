"""What a new run begins with: the defaults of the page Train, of the command line and of `blockwright.train`."""

from collections.abc import Mapping
from typing import Any

from blockwright.recipe.callbacks import CALLBACKS
from blockwright.recipe.defaults import BATCH_SIZE
from blockwright.recipe.schedules.cosine import Cosine
from blockwright.recipe.settings import DATA_VERSION, Settings, upgraded

NEW_RUN = Settings(learning_rate=0.002, schedule=Cosine(warmup=0.1), batch_size=BATCH_SIZE, epochs=5)
"""The settings of a run for which nothing was chosen.

They were chosen by the test accuracy after each epoch of six networks on `digits` and two on 8,000 digits of 28 x 28
pixels, one seed each, among cosine, one cycle and a constant rate at 0.001 to 0.005 and batches of 32 to 128; the
README has the figures. Larger batches leave small data too few steps, for which moving averages of batch normalization
lag.
"""

_NO_TRAINING_SETTINGS = frozenset({"data", "data_version", "outputs"})


def new_run(chosen: Mapping[str, Any]) -> dict[str, Any]:
    """All settings of a new run, from those that were chosen, of which `optimizer` and `callbacks` may be text.

    Learning rate and schedule were chosen for Adam: another optimizer has those of `Settings`. The schedule is constant
    where a callback sets the learning rate.
    """
    document, ordinary = NEW_RUN.document(), Settings().document()
    if "optimizer" in chosen and _name(chosen["optimizer"]) != NEW_RUN.optimizer.name:
        document |= {name: ordinary[name] for name in ("learning_rate", "schedule")}
    callbacks = chosen.get("callbacks")
    for callback in callbacks if isinstance(callbacks, list | tuple) else ():
        declared = CALLBACKS.get(_name(callback))
        if declared is not None and declared.sets_rate:
            document["schedule"] = ordinary["schedule"]
    return {**document, **upgraded(dict(chosen))}


def names_no_settings(document: Mapping[str, Any]) -> bool:
    """Whether a document has nothing about the training beside its data and what its outputs learn."""
    return not document.keys() - _NO_TRAINING_SETTINGS


def completed(document: Mapping[str, Any]) -> dict[str, Any]:
    """All settings of a draft or a saved design.

    One that names some training settings was written by an earlier version: what it leaves out has the defaults of
    `Settings`, as it had then. One that names none has the defaults of a new run.
    """
    defaults = NEW_RUN if names_no_settings(document) else Settings()
    return {**defaults.document(), **upgraded(dict(document)), "data_version": DATA_VERSION}


def _name(member: object) -> str:
    """The name of an optimizer or a callback that is an object, or text as on the command line."""
    name = member.get("name") if isinstance(member, Mapping) else member
    return str(name).partition(":")[0]
