"""The design in a generated file: how it is written into the file, and how it is read back, as text only."""

import json
from typing import Any

from blockwright.design.parse import MAX_BYTES, read_design
from blockwright.schema.design import Design

HEADING = "# The design of this network; Blockwright restores it from these lines."
MAX_FILE_BYTES = 20_000_000
_MAX_CELLS = 10_000


class RecoverError(ValueError):
    """A file without a design to restore; the message says why."""


def carried(design: Design, settings: dict[str, Any] | None = None) -> str:
    """The comment lines that carry a design, and training settings if there are any, one node a line."""
    rows = []
    document = design.document()
    nodes = document.pop("nodes")
    outputs = document.pop("outputs", None)
    composites = document.pop("composites", {})
    rows.append('{"design": {')
    rows += [f"  {_text(key)}: {_text(value)}," for key, value in document.items()]
    if composites:
        rows.append('  "composites": {')
        for index, (name, composite) in enumerate(composites.items()):
            rows += _composite_rows(name, composite, last=index == len(composites) - 1)
        rows.append("  },")
    rows.append('  "nodes": [')
    rows += _node_rows(nodes, "    ")
    rows.append("  ]" + (f', "outputs": {_text(outputs)}' if outputs is not None else ""))
    if settings is None:
        rows.append("}}")
    else:
        rows.append('}, "settings": {')
        entries = [f"{_text(key)}: {_text(value)}" for key, value in settings.items()]
        rows += [f"  {row}" for row in _rows(entries)]
        rows.append("}}")
    return "\n".join([HEADING, *(f"# {row}" for row in rows)]) + "\n"


def _composite_rows(name: str, document: dict[str, Any], last: bool) -> list[str]:
    """One of the design's composite blocks, one node a line."""
    outputs = f', "outputs": {_text(document["outputs"])}' if "outputs" in document else ""
    head = "".join(
        f"{_text(key)}: {_text(document[key])}, " for key in ("inputs", "params") if key in document
    )
    rows = [f'    {_text(name)}: {{{head}"nodes": [', *_node_rows(document["nodes"], "      ")]
    return [*rows, f"    ]{outputs}}}{'' if last else ','}"]


def _node_rows(nodes: list[dict[str, Any]], indent: str) -> list[str]:
    return [
        f"{indent}{_text(node)}{',' if index < len(nodes) - 1 else ''}" for index, node in enumerate(nodes)
    ]


def read_code(source: str | bytes) -> dict[str, Any]:
    """What a generated `.py` or `.ipynb` carries: `{"design": {...}}`, and `"settings"` if it has any.

    The file is read as text and JSON, and never run. Raises `RecoverError` with a sentence when it carries no design,
    and `DesignError` when the design that it carries is not one.
    """
    if len(source) > MAX_FILE_BYTES:
        raise RecoverError(
            f"This file is too large: {len(source) / 1e6:,.1f} MB. The limit is {MAX_FILE_BYTES // 1_000_000} MB."
        )
    try:
        text = source.decode("utf-8-sig") if isinstance(source, bytes) else source.removeprefix("\ufeff")
    except UnicodeDecodeError:
        raise RecoverError("This file is not UTF-8 text, so it contains no design.") from None
    if text.lstrip().startswith("{"):
        text = _cells(text)
    payload = _payload(text)
    read_design(payload["design"])
    return payload


def _text(value: Any) -> str:
    """JSON on one line: what is not printable is escaped, so that nothing can leave its comment."""
    text = json.dumps(value, ensure_ascii=False)
    return "".join(char if char.isprintable() else json.dumps(char)[1:-1] for char in text)


def _rows(entries: list[str]) -> list[str]:
    """The entries one after the other, in rows of about 80 characters."""
    rows: list[str] = []
    for index, entry in enumerate(entries):
        entry += "," if index < len(entries) - 1 else ""
        if rows and len(rows[-1]) + len(entry) < 80:
            rows[-1] += f" {entry}"
        else:
            rows.append(entry)
    return rows


def _cells(text: str) -> str:
    """The source of all code cells of a notebook, one after another."""
    try:
        book = json.loads(text)
    except (ValueError, RecursionError):
        raise RecoverError("This notebook is damaged: it is not valid JSON. Download it again.") from None
    cells = book.get("cells") if isinstance(book, dict) else None
    if not isinstance(cells, list):
        raise RecoverError(
            "This file is neither a notebook (it has no cells) nor a Python file. "
            "Open a design as .json, or a file that Blockwright generated."
        )
    if len(cells) > _MAX_CELLS:
        raise RecoverError(f"This notebook has {len(cells):,} cells; a generated one has a few dozen.")
    sources = []
    for cell in cells:
        source = cell.get("source") if isinstance(cell, dict) else None
        if isinstance(source, list):
            source = "".join(line for line in source if isinstance(line, str))
        if isinstance(source, str):
            sources.append(source)
    return "\n\n".join(sources)


def _payload(text: str) -> dict[str, Any]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    marks = [index for index, line in enumerate(lines) if line.strip() == HEADING]
    if not marks:
        raise RecoverError(
            "This file contains no design. Blockwright restores designs from files that it generated, using the "
            "comment lines at their end. Other Keras models can be imported from their to_json()."
        )
    rows = []
    for line in lines[marks[-1] + 1 :]:
        if not line.lstrip().startswith("#"):
            break
        rows.append(line.lstrip()[1:])
    document = "\n".join(rows)
    if len(document) > MAX_BYTES:
        raise RecoverError(f"The design in this file is larger than {MAX_BYTES // 1_000_000} MB, the limit.")
    try:
        payload = json.loads(document)
    except (ValueError, RecursionError):
        raise RecoverError(
            "The comment lines with the design of this file were changed or are incomplete, so it cannot be restored. "
            "Download the file again, or open the design as .json."
        ) from None
    settings = payload.get("settings", {}) if isinstance(payload, dict) else None
    if not isinstance(settings, dict) or not isinstance(payload.get("design"), dict):
        raise RecoverError("The comment lines of this file contain no design. Download the file again.")
    extra = payload.keys() - {"design", "settings"}
    if extra:
        raise RecoverError(
            "This file contains more than a design and its training settings, so it cannot be opened."
        )
    return payload
