"""Reading a design from JSON, or every problem of its form at once, each a sentence with its path."""

import json
from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from blockwright.schema.design import FORMAT, Design
from blockwright.schema.findings import DesignError, Finding, shortened
from blockwright.schema.rules import ReportedRule

MAX_BYTES = 2_000_000
MAX_DEPTH = 16


class NotADesign(ReportedRule):
    """A design is a JSON object that says its format. Choose a file that Blockwright saved."""

    code = "not-a-design"


class NewerFormat(ReportedRule):
    """A format of a later version is not read, because its meaning is not known. Update the app."""

    code = "newer-format"


class WrongForm(ReportedRule):
    """Each part of a design has its kind and its limits. Change the part that the message names."""

    code = "form"


class TooLarge(ReportedRule):
    """The size of a file is limited, so that reading it stays quick. Choose a smaller file."""

    code = "too-large"


class NotJson(ReportedRule):
    """A design is JSON in UTF-8. Fix the text at the line that the message names."""

    code = "not-json"


class TooDeep(ReportedRule):
    """How deep lists may nest is limited, because no design needs more. Choose another file."""

    code = "too-deep"


def read_design(source: Design | str | bytes | dict[str, Any]) -> Design:
    """Read a design from JSON text or an already parsed object; a design is returned unchanged.

    Raises `DesignError` with every problem of its form at once, each with its path. The catalog and `check_structure`
    check whether the blocks exist and the connections are valid.
    """
    if isinstance(source, Design):
        return source
    document = _parse(source) if isinstance(source, str | bytes) else source
    if not isinstance(document, dict):
        raise NotADesign.refusal(f"A design is a JSON object. Received: {_kind(document)}.")
    _refuse_depth(document)
    version = document.get("format", None)
    if isinstance(version, int) and not isinstance(version, bool) and version > FORMAT:
        raise NewerFormat.refusal(
            f"This design was made by a newer version (format {version}; this one reads up to {FORMAT}). "
            "Update the app, or ask for the design in the older format."
        )
    if isinstance(version, bool):
        raise WrongForm.refusal("`format` must be 1. Received: true or false.")
    if "format" not in document:
        raise NotADesign.refusal('A design needs a format. Add "format": 1 at the top of the file.')
    try:
        return Design.model_validate(document)
    except ValidationError as error:
        raise DesignError(list(_findings(error, document))) from None


def _parse(source: str | bytes) -> object:
    if len(source) > MAX_BYTES:
        raise TooLarge.refusal(
            f"A design can be up to {MAX_BYTES // 1_000_000} MB. Received: {len(source) / 1_000_000:.1f} MB."
        )
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source.removeprefix("\ufeff")
        return json.loads(text, parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise NotJson.refusal("This file is not UTF-8 text, so it is not a design.") from None
    except RecursionError:
        raise TooDeep.refusal("This file nests lists thousands of levels deep.") from None
    except json.JSONDecodeError as error:
        raise NotJson.refusal(
            f"This is not valid JSON: line {error.lineno}, column {error.colno}: {error.msg}."
        ) from None
    except ValueError as error:
        raise NotJson.refusal(f"This is not valid JSON: {str(error)[:120]}.") from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _refuse_depth(document: object) -> None:
    stack = [(document, 0)]
    while stack:
        value, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise TooDeep.refusal(f"A design can nest up to {MAX_DEPTH} levels; this one is deeper.")
        if isinstance(value, dict):
            if not all(isinstance(key, str) for key in value):
                raise NotADesign.refusal("Every key of a design must be text.")
            stack.extend((item, depth + 1) for item in value.values())
        elif isinstance(value, list | tuple):
            stack.extend((item, depth + 1) for item in value)


def _kind(value: object) -> str:
    names = {list: "a list", str: "text", int: "a number", float: "a number", bool: "true or false"}
    return "nothing" if value is None else names.get(type(value), "something else")


_EXPECTED = {
    "missing": "is missing",
    "extra_forbidden": "is not a key of the design format; remove it",
    "string_type": "must be text",
    "string_too_short": "must not be empty",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "dict_type": "must be an object",
    "bool_type": "must be true or false",
    "int_type": "must be a whole number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
}


def wrong_values(error: ValidationError) -> list[str]:
    """What is wrong with a part of a design, each a sentence with its path."""
    return [finding.message for finding in _findings(error, {})]


def _findings(error: ValidationError, document: dict[str, Any]) -> Iterator[Finding]:
    sentences = set()
    for problem in error.errors(include_url=False):
        if problem["type"] == "none_required" or (problem["type"] == "too_short" and problem["input"]):
            continue
        keys = [part for part in problem["loc"] if not (isinstance(part, str) and "[" in part)]
        while keys and keys[-1] in ("int", "none", "constrained-int"):
            keys.pop()
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in keys).lstrip(".")
        expected = _EXPECTED.get(problem["type"])
        if expected is None:
            context = problem.get("ctx", {})
            expected = {
                "string_too_long": f"must be at most {context.get('max_length')} characters",
                "too_long": f"must have at most {context.get('max_length')} entries",
                "too_short": f"must have at least {context.get('min_length')} entry",
                "greater_than_equal": f"must be at least {context.get('ge')}",
                "less_than_equal": f"must be at most {context.get('le')}",
                "literal_error": f"must be {context.get('expected')}",
                "value_error": str(context.get("error")),
            }.get(problem["type"], problem["msg"][:1].lower() + problem["msg"][1:])
        received = ""
        if problem["type"] not in ("missing", "extra_forbidden", "value_error"):
            received = f" Received: {shortened(problem['input'])}."
        node = _node_at(document, keys)
        subject = f"`{path[:200]}`" if path else "It"
        sentence = f"{subject} {expected}.{received}"
        if sentence not in sentences:
            sentences.add(sentence)
            yield WrongForm.error(sentence, node)


def _node_at(document: dict[str, Any], keys: list[int | str]) -> str | None:
    if len(keys) >= 2 and keys[0] == "nodes" and isinstance(keys[1], int):
        entry = document["nodes"][keys[1]] if "nodes" in document else None
        name = entry.get("id") if isinstance(entry, dict) else None
        return name if isinstance(name, str) else None
    return None
