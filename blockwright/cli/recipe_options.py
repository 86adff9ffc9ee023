"""The values of `--optimizer`, `--schedule` and of the options beside it, as settings."""

from typing import Any

from blockwright.recipe.member import read_text
from blockwright.recipe.new_run import NEW_RUN
from blockwright.recipe.optimizers import OPTIMIZERS
from blockwright.recipe.settings import SettingsError

_BESIDE = {"momentum": "--momentum", "weight_decay": "--weight-decay"}


def chosen_settings(options: dict[str, Any]) -> dict[str, Any]:
    """The settings of the options that were passed; `recipe.new_run` has the others.

    Raises `SettingsError` where `--optimizer` cannot be read, or an option beside it does not belong to the optimizer.
    """
    settings = {name: value for name, value in options.items() if value is not None and value != ()}
    if "schedule" in settings:
        settings["schedule"] = _read("--schedule", settings["schedule"])
    beside = {name: settings.pop(name) for name in _BESIDE if name in settings}
    if "optimizer" not in settings and not beside:
        return settings
    optimizer = _read("--optimizer", settings.get("optimizer", NEW_RUN.optimizer.name))
    for name, value in beside.items():
        problem = _problem(optimizer, name)
        if problem:
            raise SettingsError([("optimizer", f"{_BESIDE[name]} {problem}")])
        optimizer[name] = value
    return {**settings, "optimizer": optimizer}


def _read(option: str, text: str) -> dict[str, Any]:
    try:
        return read_text(text)
    except ValueError as problem:
        raise SettingsError([(option, f"{option} {problem}. Received: {text[:80]!r}.")]) from None


def _problem(optimizer: dict[str, Any], argument: str) -> str | None:
    """Why the argument cannot be given beside the optimizer; an unknown optimizer is refused by the settings."""
    if argument in optimizer:
        return f"is given twice: also in --optimizer, as {argument}."
    declared = OPTIMIZERS.get(optimizer["name"])
    if declared is None or argument in declared.fields():
        return None
    names = [name for name, other in OPTIMIZERS.items() if argument in other.fields()]
    return (
        f"does not apply: {declared.title} has no {argument}. Optimizers with {argument}: {', '.join(names)}."
    )
