"""The losses that an output can be trained with: one file each. A setting names one as text, such as "
"`huber:delta=2`."""

from collections.abc import Mapping

from pydantic import ValidationError

from blockwright.recipe.losses.loss import Loss
from blockwright.recipe.member import members, read_text

LOSSES: dict[str, type[Loss]] = members(__name__, __path__, Loss)
"""The losses by name."""

AUTO = "auto"
"""The setting that leaves the choice of the loss to the task of the output."""


def loss_name(setting: str) -> str:
    """The name in a setting: that of a loss, or `auto`."""
    return setting.partition(":")[0]


def read_loss(setting: object) -> Loss | None:
    """The loss that a setting says, with its arguments; None for `auto`.

    Raises ValueError with the end of a sentence about the setting.
    """
    if setting == AUTO:
        return None
    text = setting.replace(";", ",") if isinstance(setting, str) else setting
    document = read_text(text) if isinstance(text, str) else text
    name = document.get("name") if isinstance(document, Mapping) else None
    if not isinstance(name, str) or name not in LOSSES:
        *first, last = (repr(known) for known in (AUTO, *LOSSES))
        raise ValueError(f"must be {', '.join(first)} or {last}")
    arguments = ", ".join(LOSSES[name].fields())
    try:
        return LOSSES[name].model_validate(document)
    except ValidationError as error:
        problem = error.errors(include_url=False)[0]
        argument = ".".join(map(str, problem["loc"]))
        if problem["type"] == "extra_forbidden":
            valid = f"it has {arguments}" if arguments else "it has none"
            raise ValueError(f"gives {name} the argument {argument[:60]!r}; {valid}") from None
        expected = problem["msg"].replace("Input should be", "must be")
        raise ValueError(f"has an argument of {name} that does not fit: `{argument}` {expected}") from None


def loss_text(loss: Loss | None) -> str:
    """The setting that says a loss, with the arguments that are not its defaults."""
    if loss is None:
        return AUTO
    changed = [
        f"{name}={str(value).lower() if isinstance(value, bool) else format(value, 'g')}"
        for name, value in loss.arguments().items()
        if value != loss.fields()[name].default
    ]
    return f"{loss.name}:{','.join(changed)}" if changed else loss.name
