"""The layout that most charts share: clear backgrounds, so that the page's theme shows through."""

from typing import Any, TypedDict

from blockwright.charts import colours


class FigureDocument(TypedDict):
    """A Plotly figure as plain JSON."""

    data: list[dict[str, Any]]
    layout: dict[str, Any]


LEGEND = {"orientation": "h", "x": 0, "y": 1.02, "xanchor": "left", "yanchor": "bottom"}


def base_layout(**more: Any) -> dict[str, Any]:
    """A Plotly layout with its legend above the chart; `more` overrides and adds."""
    return {
        "margin": {"l": 62, "r": 16, "t": 12, "b": 44},
        "paper_bgcolor": colours.TRANSPARENT,
        "plot_bgcolor": colours.TRANSPARENT,
        "hovermode": "closest",
        "legend": LEGEND,
        **more,
    }
