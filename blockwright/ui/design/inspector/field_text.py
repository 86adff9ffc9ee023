"""Arguments as text: how a field shows one, and how it reads what was typed."""

import re
from typing import Any

from blockwright.schema.parameters import Param

_GROUP = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_NONE = ("none", "null", "?")


def written(param: Param, value: Any) -> str:
    """The text that stands in the field for a value that fits; `read` gives the value back."""
    if value is None:
        return ""
    if not isinstance(value, list | tuple):
        return str(value)
    if param.kind == "words":
        return "\n".join(value)
    if param.kind == "size3":
        return " x ".join(map(str, value))
    return ", ".join(_entry(entry) for entry in value)


def _entry(entry: Any) -> str:
    if isinstance(entry, list | tuple):
        return f"({', '.join(map(str, entry))})"
    return "none" if entry is None else str(entry)


def read(param: Param, content: Any, second: Any = None) -> Any:
    """The argument that a field's content stands for; what cannot be read is returned as it is.

    Numbers come as numbers; lists are typed as `28, 28, 1`, pairs as `(1, 2), (3, 4)`, words one a line, and null as
    an empty field or `none`.
    """
    if param.kind in ("size", "number-range") and isinstance(content, int | float):
        return content if second is None or second == content else [content, second]
    if not isinstance(content, str) or param.kind in ("choice", "bool"):
        return content
    if param.kind == "words":
        words = [line.strip() for line in content.splitlines() if line.strip()]
        return words or None
    text = content.strip()
    if text in ("", "none", "null") and param.kind != "text":
        return None
    if param.kind == "text" or text in param.choices:
        return content
    groups = _GROUP.findall(text) if param.kind == "borders" else []
    if len(groups) > 1:
        pairs = [_numbers(group) for group in groups]
        return content if None in pairs else pairs
    numbers = _numbers(text, param.holes)
    if not numbers:
        return content
    return numbers if len(numbers) > 1 or param.kind == "shape" else numbers[0]


def _numbers(text: str, holes: bool = False) -> list[int | float | None] | None:
    """The numbers in a text, None where there is anything else; with `holes` "none" stands for null."""
    numbers: list[int | float | None] = []
    for piece in (piece for piece in re.split(r"[\s,;x×()\[\]]+", text) if piece):
        if holes and piece in _NONE:
            numbers.append(None)
            continue
        number = _parsed(piece)
        if number is None:
            return None
        numbers.append(number)
    return numbers


def _parsed(piece: str) -> int | float | None:
    for number in (int, float):
        try:
            return number(piece)
        except ValueError:
            continue
    return None
