"""The file as plain JSON: limits, and what is no model's JSON at all."""

import json
from typing import Any

from blockwright.importing.problems import kind_of, refuse

MOST_BYTES = 5_000_000
"""NASNetLarge, with over a thousand layers the longest of Keras's own models, has 1.0 MB."""

MAX_DEPTH = 120
"""Levels of lists and objects: about five for each model inside another, and a few for a call's arguments."""

_HOW = "In Python, `open('model.json', 'w').write(model.to_json())` writes the file that is read here."
_MAGIC = {
    b"PK\x03\x04": "a .keras file (or another zip)",
    b"\x89HDF": "an .h5 file of weights",
    b"\x08": "a saved model of TensorFlow",
    b"\x80\x04": "a Python pickle",
    b"\x80\x05": "a Python pickle",
    b"\x1f\x8b": "a compressed file",
}


def read_json(text: str | bytes) -> dict[str, Any]:
    """The JSON object of a file. Raises `ImportProblem` for what is too large, too deep, binary or no JSON object."""
    if len(text) > MOST_BYTES:
        raise refuse(
            "too-large",
            f"A model's JSON may have up to {MOST_BYTES / 1e6:.0f} MB. Received: {len(text) / 1e6:.1f} MB. It holds no "
            "weights; write it again without indentation.",
        )
    document = _parse(_text(text))
    if not isinstance(document, dict):
        raise refuse("not-a-model", f"A model's JSON is an object. Received: {kind_of(document)}. {_HOW}")
    _refuse_depth(document)
    return document


def _text(text: str | bytes) -> str:
    start = text[:4].encode("utf-8", "replace") if isinstance(text, str) else text[:4]
    for magic, name in _MAGIC.items():
        if start.startswith(magic):
            raise refuse(
                "model-file",
                f"This is {name}. Such files carry code and are never loaded here; a design is made from a model's "
                f"JSON. {_HOW}",
            )
    if isinstance(text, str):
        return text.removeprefix("\ufeff")
    try:
        return text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refuse(
            "not-json", f"This file is not text in UTF-8, so it is no model's JSON. {_HOW}"
        ) from None


def _parse(text: str) -> object:
    if not text.strip():
        raise refuse("not-json", f"This file is empty. {_HOW}")
    try:
        return json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError:
        raise refuse("too-deep", "This file nests lists thousands deep; no model does.") from None
    except json.JSONDecodeError as error:
        raise refuse(
            "not-json",
            f"This is not JSON from line {error.lineno}, column {error.colno:,} on. Was the file cut off?",
        ) from None
    except ValueError as error:
        raise refuse("not-json", f"This is not JSON: {str(error)[:120]}.") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


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
                f"This file nests lists and objects over {MAX_DEPTH} deep; no model that is read does.",
            )
        if isinstance(value, dict):
            stack.extend((item, depth + 1) for item in value.values())
        elif isinstance(value, list):
            stack.extend((item, depth + 1) for item in value)
