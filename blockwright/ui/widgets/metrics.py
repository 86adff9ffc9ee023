"""Numbers in a row, each with its label and what it means."""

from collections.abc import Iterable
from dataclasses import dataclass

import streamlit as st


@dataclass(frozen=True)
class Metric:
    """A number with its label and what it means."""

    label: str
    value: str
    help: str


def show_metrics(metrics: Iterable[Metric], *, key: str, min_column_width: int) -> None:
    """Numbers side by side, in as many columns as there is room for."""
    with st.grid("auto", min_column_width=min_column_width, key=key):
        for metric in metrics:
            st.metric(metric.label, metric.value, help=metric.help)
