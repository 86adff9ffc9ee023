"""The value of `--output-settings`: `priority:loss=huber,weight=0.2,target=urgency`."""

import re
from collections.abc import Sequence
from typing import Any

from blockwright.recipe.settings import OutputSettings, SettingsError

_EXAMPLE = "priority:loss=huber,weight=0.2"
_KEYS = tuple(OutputSettings.model_fields)
# A comma separates two settings only before the next key: the name of a target may contain one.
_SEPARATOR = re.compile(r",(?=\s*\w+\s*=)")


def parse_output_settings(values: Sequence[str], output_names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The settings of outputs by their ids, as `Settings.outputs` takes them.

    Args:
        values: `NAME:KEY=VALUE,KEY=VALUE`, one for each output.
        output_names: the outputs of the design. A name may contain colons; the longest that fits counts.

    Raises `SettingsError` with a sentence for everything that cannot be read. The range of each value is checked by
    the settings themselves.
    """
    outputs: dict[str, dict[str, Any]] = {}
    problems: list[tuple[str, str]] = []
    for value in values:
        name = max((name for name in output_names if value.startswith(f"{name}:")), key=len, default=None)
        if name is None:
            problems.append(("outputs", _unknown_output(value, output_names)))
        elif name in outputs:
            problems.append(
                (
                    "outputs",
                    f'--output-settings names "{name[:60]}" twice. Give all settings of an output at once.',
                )
            )
        else:
            outputs[name] = _parse_settings(name, value[len(name) + 1 :], problems)
    if problems:
        raise SettingsError(problems)
    return outputs


def _unknown_output(value: str, output_names: Sequence[str]) -> str:
    name, colon, _ = value.partition(":")
    if not colon:
        return f'--output-settings must be NAME:KEY=VALUE, such as "{_EXAMPLE}". Received: {value[:80]!r}.'
    names = ", ".join(f'"{name[:60]}"' for name in output_names[:16])
    return (
        f'--output-settings names "{name[:60]}", which is not an output of the design. Its outputs: {names}.'
    )


def _parse_settings(name: str, text: str, problems: list[tuple[str, str]]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for part in _SEPARATOR.split(text):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not equals or not value:
            problem = f"has {part.strip()[:60]!r} without a value"
        elif key not in _KEYS:
            problem = f"has the unknown key {key[:60]!r}"
        elif key in settings:
            problem = f"has {key} twice"
        else:
            settings[key] = _number(value) if key in ("weight", "label_smoothing") else value
            continue
        message = (
            f'--output-settings "{name[:60]}" {problem}. Its keys are {", ".join(_KEYS)}, as in "{_EXAMPLE}".'
        )
        problems.append((f"outputs.{name}", message))
    return settings


def _number(text: str) -> float | str:
    """The number, or the text for the settings to refuse."""
    try:
        return float(text)
    except ValueError:
        return text
