"""The picture of a network, as `keras.utils.plot_model` draws it, at block level or with every block opened."""

import html
import re
import shutil
import subprocess
from collections.abc import Mapping
from typing import Any

import keras
import pydot

from blockwright.design.composite_catalog import CATEGORY as OWN_BLOCKS
from blockwright.inference.catalog import catalog
from blockwright.network.design_graph import DesignGraph, design_graph
from blockwright.network.layer_graph import CompositeLayer
from blockwright.schema.block_colours import CATEGORY_COLOURS
from blockwright.schema.design import Design
from blockwright.schema.service_calls import Dot

FORMATS = ("svg", "png", "pdf")
OPTIONS: dict[str, bool | str] = {
    "expanded": False,
    "show_shapes": True,
    "show_names": True,
    "show_types": False,
    "show_activations": False,
    "show_trainable": False,
    "rankdir": "TB",
}
_SECONDS = 60
_LONGEST_NAME = 48


def graph(design: Design, options: Mapping[str, Any] | None = None) -> Dot:
    """The picture as `{"dot": ...}`, a text in Graphviz's language.

    Args:
        design: a sound design; `DesignError` says what is wrong with any other.
        options: `expanded` (every block opened), `show_shapes`, `show_names`, `show_types` (the data types),
            `show_activations`, `show_trainable`, and `rankdir`: "TB" from top to bottom, "LR" from left to right.
    """
    chosen = _read(options or {})
    opened = design_graph(design, expanded=chosen["expanded"])
    dot = keras.utils.model_to_dot(
        opened.graph,
        show_shapes=chosen["show_shapes"],
        show_dtype=chosen["show_types"],
        show_layer_names=chosen["show_names"],
        show_layer_activations=chosen["show_activations"],
        show_trainable=chosen["show_trainable"],
        rankdir=chosen["rankdir"],
        dpi=96,
    )
    dot.set("bgcolor", "transparent")
    return {"dot": _plain_ids(_dressed(dot, opened))}


def render(dot: str, picture_format: str) -> bytes:
    """A picture of a DOT text as "svg", "png" or "pdf".

    Raises `ValueError` with a sentence when the program `dot` is missing, fails, or takes over a minute.
    """
    if picture_format not in FORMATS:
        raise ValueError(f"A picture can be {', '.join(FORMATS)}. Received: {picture_format!r:.40}.")
    program = shutil.which("dot")
    if program is None:
        raise ValueError(
            f"To make a {picture_format.upper()} file, install the program `dot` (Debian package `graphviz`) on "
            "this server. The DOT file and the picture in the page work without it."
        )
    try:
        done = subprocess.run(
            [program, f"-T{picture_format}"],
            input=dot.encode(),
            capture_output=True,
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ValueError(
            f"The picture took longer than {_SECONDS} seconds. Draw it at block level, or take the DOT file."
        ) from None
    if done.returncode or not done.stdout:
        reason = done.stderr.decode(errors="replace").strip().splitlines() or ["it gave no reason"]
        raise ValueError(f"The program `dot` could not draw this: {reason[0][:200]}.")
    return done.stdout


def _read(options: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(options) - set(OPTIONS))
    if unknown:
        raise ValueError(
            f"A graph has the options {', '.join(OPTIONS)}. Received: {', '.join(unknown)[:80]}."
        )
    chosen = {**OPTIONS, **options}
    if chosen["rankdir"] not in ("TB", "LR"):
        raise ValueError(f'`rankdir` must be "TB" or "LR". Received: {chosen["rankdir"]!r:.40}.')
    for name, value in chosen.items():
        if name != "rankdir" and not isinstance(value, bool):
            raise ValueError(f"`{name}` must be true or false. Received: {value!r:.40}.")
    return chosen


def _dressed(dot: pydot.Dot, opened: DesignGraph) -> str:
    """The names as people typed them, safe inside a label, and the colour of each layer's category."""
    layers = {str(id(operation)): operation for operation in opened.graph.operations}
    for node in dot.get_nodes():
        layer = layers.get(node.get_name().strip('"'))
        if layer is None:
            continue
        label = node.get("label")
        label = label.replace(f"<b>{layer.name}</b>", f"<b>{_text(opened.spoken(layer.name))}</b>", 1)
        colour = _colour(layer)
        label = label.replace('bgcolor="black"', f'bgcolor="{colour}"')
        node.set("label", label)
        node.set("shape", "plain")
    return dot.to_string()


def _colour(layer: Any) -> str:
    if isinstance(layer, keras.layers.InputLayer):
        return CATEGORY_COLOURS["Input"]
    if isinstance(layer, CompositeLayer):
        return CATEGORY_COLOURS[OWN_BLOCKS]
    kind = catalog().blocks.get(type(layer).__name__)
    return CATEGORY_COLOURS.get(kind.category if kind else "Input", CATEGORY_COLOURS["Input"])


def _text(name: str) -> str:
    """A name as text inside an HTML-like label: no markup, no control characters, not too long."""
    printable = "".join(character if character.isprintable() else " " for character in name)
    short = printable if len(printable) <= _LONGEST_NAME else printable[: _LONGEST_NAME - 1] + "…"
    return html.escape(short)


def _plain_ids(text: str) -> str:
    """Memory addresses as `n1`, `n2`, …, so that one design always gives one text."""
    numbers: dict[str, str] = {}

    def number(match: re.Match[str]) -> str:
        return numbers.setdefault(match[0], f"n{len(numbers) + 1}")

    lines = []
    for line in text.splitlines():
        head, bracket, rest = line.partition("[")
        lines.append(re.sub(r"\b\d{6,}\b", number, head) + bracket + rest)
    return "\n".join(lines) + "\n"
