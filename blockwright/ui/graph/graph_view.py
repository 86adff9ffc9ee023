"""The picture of the network, its options and its files, and the summary of the network."""

import base64
import shutil
from typing import Any

import streamlit as st

from blockwright.schema.service_calls import GRAPH, GRAPH_FILE, SUMMARY, SummaryRow
from blockwright.ui.design.toolbar import file_name
from blockwright.ui.frontend import canvas_library, component_data, mount
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
MOST_OPENED = 500
COLUMNS = ("Layer", "Type", "Output shape", "Parameters", "Trainable", "Connected to")
RIGHT = (False, False, False, True, True)
_ARROWS, _LINES = "#7d8aa0", "#c3cad6"
_NO_DOT = (
    "SVG and PNG files are made by the program `dot`, which is not installed on this server. Install the Debian "
    "package graphviz (`apt install graphviz`), or download the DOT file and draw it elsewhere."
)
KEY = "picture"
_HINT = "Click a block to open it, and its frame to close it."
_OPENED = "graph_opened"

_component = st.components.v2.component(
    "blockwright_picture",
    html='<div class="mount">The picture is being loaded.</div>\n',
    css=".mount{height:max(420px,calc(100vh - 290px))}\n",
    js=mount("picture"),
)


@part("the graph", key="graph")
def draw() -> None:
    """The options, the downloads, and the picture."""
    options = _options()
    design = state.design().document()
    with st.spinner(f"Building the network of {len(design['nodes']):,} blocks …"):
        answer = ask(GRAPH, design=design, options=options)
    if answer is None:
        return
    _downloads(design, options, answer["dot"])
    label = f"The graph of {state.design().name}"
    if answer["svg"] is not None:
        canvas_library.load()
        hint = _HINT if 'id="open ' in answer["dot"] or options["opened"] else ""
        _component(
            key=KEY,
            data=component_data({"svg": answer["svg"], "label": label, "hint": hint}),
            on_action_change=_receive,
        )
        return
    arrows = answer["dot"].count(" -> ")
    if arrows > MANY:
        st.caption(f"{number_format.count(arrows)} arrows: drawing them in your browser takes a few seconds.")
    with st.container(border=True, horizontal_alignment="center", key="picture_by_browser"):
        st.graphviz_chart(for_page(answer["dot"]), alt=label)


def _receive() -> None:
    """Callback: open or close the block that was clicked in the picture."""
    message = getattr(st.session_state[KEY], "action", None)
    if not isinstance(message, dict) or not isinstance(message.get("name"), str):
        return
    opened = set(_opened())
    (opened.add if message.get("do") == "open" else opened.discard)(message["name"])
    st.session_state[_OPENED] = {"document": state.document_key(), "names": sorted(opened)[:MOST_OPENED]}


def _opened() -> list[str]:
    """The names of the layers that are opened in the picture of this design."""
    kept = st.session_state.get(_OPENED, {})
    return kept["names"] if kept.get("document") == state.document_key() else []


def for_page(dot: str) -> str:
    """The DOT text as the browser draws it: with arrows and lines that are seen in both themes."""
    head, brace, rest = dot.partition("{")
    settings, newline, nodes = rest.partition("\nnode")
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
    expanded = level == "Expanded"
    options = {"expanded": expanded, "opened": [] if expanded else _opened(), "rankdir": rankdir}
    return options | {name: name in shown for name in _SHOWN}


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
