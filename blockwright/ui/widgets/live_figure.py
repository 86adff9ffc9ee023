"""Plotly figures that change while one looks at them.

`st.plotly_chart` mounts a changed figure again and so loses the viewer's zoom. This component draws with
`Plotly.react` under a fixed key instead: an update is one message with the points (at most 500 a trace, about
20 kB for both curves), and zoom, hover and hidden lines stay.

Where Plotly's program comes from: Streamlit ships it for `st.plotly_chart` as a file of its own
(`static/js/PlotlyChart.<hash>.js`, 4.7 MB) which sets `window.Plotly` and which the browser keeps for a year.
The component imports that very file: mounting and every update cost a session 6 kB beside the figures, the
repository holds no copy, and live and static charts share one download and one version. The alternatives cost
more: inline in a loader component, 4.8 MB go through the web socket and into the server's message cache for every
session; a slim build of about 1 MB is one more download beside the file that static charts need anyway. The
file's name changes with Streamlit's version; it is looked up here, the version is pinned, and a test holds both
the name and `window.Plotly`.
"""

from collections.abc import Callable
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, TypedDict

import streamlit as st

from blockwright.ui.frontend import component_data, script


class Panel(TypedDict):
    """One figure: its name within the component, heading, description for screen readers, and Plotly's parts."""

    name: str
    title: str
    alt: str
    data: list[dict[str, Any]]
    layout: dict[str, Any]


_MESSAGES = count()

_component = st.components.v2.component(
    "blockwright_live_figure",
    html='<div class="bw-figures"></div>',
    css=script("live_figure.css"),
    js=script("live_figure.js"),
    isolate_styles=False,
)


@cache
def library_file() -> str:
    """The name of Streamlit's own Plotly file; ValueError where this version of Streamlit has none."""
    folder = Path(st.__file__).parent / "static" / "static" / "js"
    for file in sorted(folder.glob("PlotlyChart.*.js")):
        return file.name
    raise ValueError(f"Streamlit {st.__version__} ships no PlotlyChart file in {folder}.")


def live_figures(
    panels: list[Panel],
    key: str,
    viewer: str,
    height: int = 320,
    least_width: int = 380,
    on_clicked: Callable[[], None] | None = None,
) -> dict[str, Any] | None:
    """Show figures side by side, below each other where a page is narrower than `least_width` pixels for each.

    `viewer` names what is looked at (a run's id): as long as it stays the same, zoom is kept. A click on a
    point comes back once as {"figure", "point"}, the point as Plotly counts it: [row, column] in a heatmap.

    Every message is a new one: Streamlit sends a large one that it has sent before as a reference, and when a fragment
    runs again at once it drops what it has not sent yet but the references, which then come before their containers
    (`ForwardMsgQueue.clear`): "Bad delta path index" and a white page.
    """
    result = _component(
        key=key,
        data=component_data(
            {
                "library": library_file(),
                "viewer": viewer,
                "height": height,
                "least_width": least_width,
                "figures": panels,
                "message": next(_MESSAGES),
            }
        ),
        on_clicked_change=on_clicked or _nothing,
    )
    return result.clicked


def preload() -> None:
    """Let the browser fetch Plotly while the person still reads, so that the first curve shows at once."""
    live_figures([], key="live_preload", viewer="preload", height=0, least_width=1)


def _nothing() -> None:
    """Without a callback Streamlit reports no clicks."""
