"""The picture of a network, as `keras.utils.plot_model` draws it, at block level or with blocks opened."""

import html
import re
import shutil
import subprocess
from collections.abc import Collection, Mapping
from typing import Any

import keras
import pydot

from blocks import Block
from blockwright.design.composite_catalog import CATEGORY as OWN_BLOCKS
from blockwright.inference.catalog import catalog
from blockwright.network.design_graph import DesignGraph, design_graph
from blockwright.network.layer_graph import CompositeLayer
from blockwright.schema.block_colours import CATEGORY_COLOURS
from blockwright.schema.design import Design
from blockwright.schema.service_calls import Dot

FORMATS = ("svg", "png", "pdf")
OPTIONS: dict[str, bool | str | tuple[str, ...]] = {
    "expanded": False,
    "opened": (),
    "show_shapes": True,
    "show_names": True,
    "show_types": False,
    "show_activations": False,
    "show_trainable": False,
    "rankdir": "TB",
}
SECONDS = 60
_LONGEST_NAME = 48
_FRAME, _INSIDE = "#7d8aa0", "#7d8aa01c"


def graph(design: Design, options: Mapping[str, Any] | None = None) -> Dot:
    """The picture as `{"dot": ...}`, a text in Graphviz's language.

    Args:
        design: a sound design; `DesignError` says what is wrong with any other.
        options: `expanded` (every block opened), `opened` (the names of the layers that are opened, where not every
            one is), `show_shapes`, `show_names`, `show_types` (the data types), `show_activations`,
            `show_trainable`, and `rankdir`: "TB" from top to bottom, "LR" from left to right.

    A box that can be opened has the id "open" and its name, the frame around an opened one "close" and its name.
    """
    chosen = _read(options or {})
    opened = design_graph(design, expanded=chosen["expanded"] or chosen["opened"])
    dot = keras.utils.model_to_dot(
        opened.graph,
        show_shapes=chosen["show_shapes"],
        show_dtype=chosen["show_types"],
        show_layer_names=chosen["show_names"],
        show_layer_activations=chosen["show_activations"],
        show_trainable=chosen["show_trainable"],
        rankdir=chosen["rankdir"],
    )
    # Graphviz cuts off an SVG whose resolution is not its own.
    dot.obj_dict["attributes"].pop("dpi")
    dot.set("bgcolor", "transparent")
    _dress(dot, opened)
    _frame(dot, opened, chosen["opened"])
    return {"dot": _plain_ids(dot.to_string())}


def render(dot: str, picture_format: str, seconds: int = SECONDS) -> bytes:
    """A picture of a DOT text as "svg", "png" or "pdf".

    Raises `ValueError` with a sentence when the program `dot` is missing, fails, or takes longer than `seconds`.
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
            [program, f"-T{picture_format}", *(["-Gdpi=96"] if picture_format == "png" else [])],
            input=dot.encode(),
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise ValueError(
            f"The picture took longer than {seconds} seconds. Draw it at block level, or take the DOT file."
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
    names = chosen["opened"]
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise ValueError(f"`opened` must be a list of names. Received: {names!r:.60}.")
    for name, value in chosen.items():
        if name not in ("rankdir", "opened") and not isinstance(value, bool):
            raise ValueError(f"`{name}` must be true or false. Received: {value!r:.40}.")
    return chosen


def _layers(dot: pydot.Dot, opened: DesignGraph) -> list[tuple[pydot.Node, Any]]:
    """The nodes of the picture, each with its layer."""
    layers = {str(id(operation)): operation for operation in opened.graph.operations}
    nodes = [(node, layers.get(node.get_name().strip('"'))) for node in dot.get_nodes()]
    return [(node, layer) for node, layer in nodes if layer is not None]


def _dress(dot: pydot.Dot, opened: DesignGraph) -> None:
    """The names as people typed them, safe inside a label, and the colour of each layer's category."""
    for node, layer in _layers(dot, opened):
        label = node.get("label")
        label = label.replace(f"<b>{layer.name}</b>", f"<b>{_text(opened.spoken(layer.name))}</b>", 1)
        colour = _colour(layer)
        label = label.replace('bgcolor="black"', f'bgcolor="{colour}"')
        node.set("label", label)
        node.set("shape", "plain")
        if isinstance(layer, CompositeLayer) or (isinstance(layer, Block) and layer.opens):
            node.set("id", f'"open {layer.name}"')


def _frame(dot: pydot.Dot, opened: DesignGraph, names: Collection[str]) -> None:
    """A frame around the parts of each block that was opened by its name."""
    frames: dict[str, pydot.Subgraph] = {}

    def around(layer: str) -> pydot.Subgraph | None:
        names = [name for name in frames if layer.startswith(f"{name}.")]
        return frames[max(names, key=len)] if names else None

    nodes = _layers(dot, opened)
    for name in sorted(set(names), key=len):
        if any(layer.name.startswith(f"{name}.") for _, layer in nodes):
            frame = pydot.Subgraph(
                f"cluster_{len(frames)}",
                id=f'"close {name}"',
                label=f"<{_text(opened.spoken(name))}>",
                labeljust="l",
                fontname="helvetica",
                fontsize="14",
                style="rounded",
                color=f'"{_FRAME}"',
                bgcolor=f'"{_INSIDE}"',
            )
            (around(name) or dot).add_subgraph(frame)
            frames[name] = frame
    for node, layer in nodes:
        innermost = around(layer.name)
        if innermost is not None:
            dot.del_node(node)
            innermost.add_node(node)


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
