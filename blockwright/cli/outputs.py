"""What a command line says of single outputs: `priority:loss=huber,weight=0.2,target=urgency`."""

import re
from collections.abc import Sequence
from typing import Any

from blockwright.schema.training import OutputSettings, SettingsError

EXAMPLE = "priority:loss=huber,weight=0.2"
_KEYS = tuple(OutputSettings.model_fields)
# A comma parts two settings only before the next key: the name of a target may hold one.
_PARTS = re.compile(r",(?=\s*\w+\s*=)")


def read_outputs(words: Sequence[str], known: Sequence[str]) -> dict[str, dict[str, Any]]:
    """The settings of outputs by their ids, as `Settings.outputs` takes them.

    Args:
        words: `NAME:KEY=VALUE,KEY=VALUE`, one for each output.
        known: the outputs of the design. A name may hold colons itself; the longest that fits counts.

    Raises `SettingsError` with a sentence for everything that cannot be read. What the values must be is told by the
    settings themselves.
    """
    found: dict[str, dict[str, Any]] = {}
    problems: list[tuple[str, str]] = []
    for word in words:
        name = _name(word, known)
        if name is None:
            problems.append(("outputs", _unnamed(word, known)))
        elif name in found:
            problems.append(("outputs", f'--output names "{name[:60]}" twice. Say all of an output in one.'))
        else:
            found[name] = _settings(name, word[len(name) + 1 :], problems)
    if problems:
        raise SettingsError(problems)
    return found


def _name(word: str, known: Sequence[str]) -> str | None:
    fitting = [name for name in known if word.startswith(f"{name}:")]
    return max(fitting, key=len, default=None)


def _unnamed(word: str, known: Sequence[str]) -> str:
    names = ", ".join(f'"{name[:60]}"' for name in known[:16])
    name, colon, _ = word.partition(":")
    if not colon:
        return f'--output is written NAME:KEY=VALUE, such as "{EXAMPLE}". Received: {word[:80]!r}.'
    return f'--output names "{name[:60]}", which is no output of the design. There are: {names}.'


def _settings(name: str, text: str, problems: list[tuple[str, str]]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for part in _PARTS.split(text):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        problem = None
        if not equals or not value:
            problem = f"says {part.strip()[:60]!r} without a value"
        elif key not in _KEYS:
            problem = f"says {key[:60]!r}"
        elif key in settings:
            problem = f"says {key} twice"
        if problem is not None:
            problems.append(
                (
                    f"outputs.{name}",
                    f'--output "{name[:60]}" {problem}. It takes {", ".join(_KEYS)}, such as "{EXAMPLE}".',
                )
            )
            continue
        settings[key] = _number(value) if key == "weight" else value
    return settings


def _number(value: str) -> float | str:
    try:
        return float(value)
    except ValueError:
        return value
