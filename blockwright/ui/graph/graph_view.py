"""The picture of the network, its options and its files, and the summary of the network."""

import base64
import re
import shutil
from typing import Any

import streamlit as st

from blockwright.schema.service_calls import GRAPH, GRAPH_FILE, SUMMARY, SummaryRow
from blockwright.ui.design.toolbar import file_name
from blockwright.ui.shell import state
from blockwright.ui.shell.messages import box, part
from blockwright.ui.shell.service import ask, request
from blockwright.ui.widgets import number_format, tables
from blockwright.ui.widgets.downloads import download_button

_SHOWN = {
    "show_shapes": ("Shapes", True, "The input and output shapes of each block."),
    "show_names": ("Names", True, "The name of each block."),
    "show_types": ("Data types", False, "The data type of each output."),
    "show_activations": ("Activations", False, "The activation function of each block."),
    "show_trainable": ("Trainability", False, "Whether training changes the weights of the block."),
}
_DIRECTIONS = {"TB": "Top to bottom", "LR": "Left to right"}
MANY = 300
COLUMNS = ("Layer", "Type", "Output shape", "Parameters", "Trainable", "Connected to")
RIGHT = (False, False, False, True, True)
_ARROWS, _LINES = "#7d8aa0", "#c3cad6"
_NO_DOT = (
    "SVG and PNG files are made by the program `dot`, which is not installed on this server. Install the Debian "
    "package graphviz (`apt install graphviz`), or download the DOT file and draw it elsewhere."
)


@part("the graph", key="graph")
def draw() -> None:
    """The options, the picture, and the downloads."""
    options = _options()
    design = state.design().document()
    with st.spinner(f"Building the network of {len(design['nodes']):,} blocks …"):
        answer = ask(GRAPH, design=design, options=options)
    if answer is None:
        return
    arrows = answer["dot"].count(" -> ")
    if arrows > MANY:
        st.caption(f"{number_format.count(arrows)} arrows: drawing them in your browser takes a few seconds.")
    _downloads(design, options, answer["dot"])
    with st.container(border=True, horizontal_alignment="center", key="picture"):
        st.graphviz_chart(for_page(answer["dot"]), alt=f"The graph of {state.design().name}")


def for_page(dot: str) -> str:
    """The DOT text as the page draws it: at the browser's own resolution, with arrows seen in both themes."""
    head, brace, rest = dot.partition("{")
    settings, newline, nodes = rest.partition("\nnode")
    settings = re.sub(r"\bdpi=\d+;?", "", settings)
    nodes = nodes.replace('cellborder="1" bgcolor', f'cellborder="1" color="{_LINES}" bgcolor')
    return f'{head}{brace}\nedge [color="{_ARROWS}"];{settings}{newline}{nodes}'


def _options() -> dict[str, Any]:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium", key="graph_options"):
        level = st.segmented_control(
            "Level",
            ["Blocks", "Expanded"],
            default="Blocks",
            required=True,
            key="graph_level",
            help="Every block as one box, or expanded into the Keras layers it consists of.",
            persist_state="session",
        )
        rankdir = st.segmented_control(
            "Direction",
            list(_DIRECTIONS),
            default="TB",
            required=True,
            key="graph_direction",
            format_func=lambda direction: _DIRECTIONS[direction],
            persist_state="session",
        )
        shown = st.pills(
            "Show",
            list(_SHOWN),
            default=[name for name, (_, default, _) in _SHOWN.items() if default],
            selection_mode="multi",
            key="graph_show",
            format_func=lambda name: _SHOWN[name][0],
            persist_state="session",
            wrap=True,
        )
    return {"expanded": level == "Expanded", "rankdir": rankdir} | {name: name in shown for name in _SHOWN}


def _downloads(design: dict[str, Any], options: dict[str, Any], dot: str) -> None:
    stem = file_name(design["name"]).removesuffix(".json")
    drawable = shutil.which("dot") is not None
    with st.container(horizontal=True, gap="small", key="graph_downloads"):
        for kind, mime in (("svg", "image/svg+xml"), ("png", "image/png")):
            if drawable:
                _file(design, options, kind, mime, f"{stem}.{kind}")
        download_button("DOT", dot, f"{stem}.dot", "text/vnd.graphviz", key="graph_dot")
    if not drawable:
        box("note", _NO_DOT)


def _file(design: dict[str, Any], options: dict[str, Any], kind: str, mime: str, name: str) -> None:
    def content() -> bytes:
        answer = request(GRAPH_FILE, design=design, options=options, format=kind)
        return base64.b64decode(answer["base64"])

    download_button(kind.upper(), content, name, mime, key=f"graph_{kind}")


@part("the summary", key="summary")
def draw_summary() -> None:
    """`model.summary()` as a table and as text."""
    with st.container(horizontal=True, vertical_alignment="center", gap="medium"):
        form = st.segmented_control(
            "Form",
            ["Table", "Text"],
            default="Table",
            required=True,
            key="summary_form",
            label_visibility="collapsed",
            persist_state="session",
        )
        opened = st.toggle("Expand every block", key="summary_opened", persist_state="session")
    with st.spinner("Building the network …"):
        answer = ask(SUMMARY, design=state.design().document(), expanded=bool(opened))
    if answer is None:
        return
    if form == "Text":
        st.code(answer["text"], language=None, height=620)
        return
    tables.draw(
        COLUMNS, table(answer["rows"]), RIGHT, key="summary_table", label="Every layer of the network"
    )
    st.caption(
        f"{number_format.count(answer['total_params'])} parameters: "
        f"{number_format.count(answer['trainable_params'])} trainable, "
        f"{number_format.count(answer['non_trainable_params'])} not."
    )


def table(rows: list[SummaryRow]) -> list[list[str]]:
    """The rows of the summary as cells, in the order of `COLUMNS`."""
    return [
        [
            row["layer"],
            row["type"],
            number_format.shape(row["output_shape"]),
            number_format.count(row["params"]),
            number_format.count(row["trainable"]),
            ", ".join(row["connected_to"]),
        ]
        for row in rows
    ]
