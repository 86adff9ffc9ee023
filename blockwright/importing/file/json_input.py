"""The file as plain JSON: its limits, and what is not the JSON of a model at all."""

import json
from typing import Any

from blockwright.importing.problems import json_kind, refuse

MAX_BYTES = 5_000_000
"""NASNetLarge, the longest of Keras's own models with over a thousand layers, takes 1.0 MB."""

MAX_DEPTH = 120
"""Levels of lists and objects: about five for each model inside another, and a few for a call's arguments."""

_HOW = "In Python, `open('model.json', 'w').write(model.to_json())` writes the right file."
_MAGIC = {
    b"PK\x03\x04": "a .keras file (or another zip)",
    b"\x89HDF": "an .h5 file",
    b"\x08": "a saved model of TensorFlow",
    b"\x80\x04": "a Python pickle",
    b"\x80\x05": "a Python pickle",
    b"\x1f\x8b": "a compressed file",
}


def read_json(text: str | bytes) -> dict[str, Any]:
    """The JSON object of a file. Raises `ImportProblem` for what is too large, too deep, binary, or no JSON object."""
    if len(text) > MAX_BYTES:
        raise refuse(
            "too-large",
            f"A model's JSON can be up to {MAX_BYTES / 1e6:.0f} MB. Received: {len(text) / 1e6:.1f} MB. It contains no "
            "weights; save it again without indentation.",
        )
    document = _parse(_text(text))
    if not isinstance(document, dict):
        raise refuse(
            "not-a-model", f"The JSON of a model must be an object. Received: {json_kind(document)}. {_HOW}"
        )
    _refuse_depth(document)
    return document


def _text(text: str | bytes) -> str:
    start = text[:4].encode("utf-8", "replace") if isinstance(text, str) else text[:4]
    for magic, name in _MAGIC.items():
        if start.startswith(magic):
            raise refuse(
                "model-file",
                f"This is {name}. Such files can contain code and are never loaded; import the JSON of the model "
                f"instead. {_HOW}",
            )
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse(
            "not-json", f"This file is not UTF-8 text, so it is not the JSON of a model. {_HOW}"
        ) from None


def _parse(text: str) -> object:
    if not text.strip():
        raise refuse("not-json", f"This file is empty. {_HOW}")
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError:
        raise refuse("too-deep", "This file nests lists thousands of levels deep.") from None
    except json.JSONDecodeError as error:
        raise refuse(
            "not-json",
            f"This is not valid JSON: see line {error.lineno}, column {error.colno:,}. Is the file complete?",
        ) from None
    except ValueError as error:
        raise refuse("not-json", f"This is not valid JSON: {str(error)[:120]}.") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _finite(digits: str) -> float:
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{digits[:40]} is too large a number")
    return number


def _refuse_depth(document: object) -> None:
    stack = [(document, 0)]
    while stack:
        value, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise refuse(
                "too-deep",
                f"This file nests lists and objects more than {MAX_DEPTH} levels deep, the most that can be imported.",
            )
        if isinstance(value, dict):
            stack.extend((item, depth + 1) for item in value.values())
        elif isinstance(value, list):
            stack.extend((item, depth + 1) for item in value)
