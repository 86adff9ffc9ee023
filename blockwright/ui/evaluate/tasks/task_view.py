"""What the views of all tasks share: an output, and how its numbers, charts and examples are shown."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from blockwright.runs.evaluation_reader import Examples
from blockwright.ui.evaluate.evaluation_files import png_of
from blockwright.ui.runs.live_history import follow
from blockwright.ui.train.run.live_metrics import baseline_lines, chosen_values
from blockwright.ui.widgets import metrics as metrics_row
from blockwright.ui.widgets.live_figure import Panel, live_figures
from blockwright.ui.widgets.metrics import Metric
from blockwright.ui.widgets.number_format import count, number

ROWS = 20
TEXT_COLUMNS = 6
IMAGE_WIDTH = 92


@dataclass(frozen=True)
class Output:
    """One output of an evaluated run.

    Attributes:
        run_id: the run.
        name: the output's id.
        report: its report (`schema.run.evaluation`, by the kind of its task).
        examples: its saved test examples, the worst first; None where there are none.
    """

    run_id: str
    name: str
    report: Any
    examples: Examples | None


@dataclass(frozen=True)
class TaskView:
    """The view of the task of a `kind`: `show` draws an output."""

    kind: str
    show: Callable[[Output], None]


def show_metrics(output: Output, metrics: list[Metric]) -> None:
    """The numbers of an output side by side, and what simple models reach.

    The views of other tasks than classes compare with always the same answer themselves.
    """
    metrics = [*metrics, *chosen_values(follow(output.run_id), "test", output.name)]
    metrics_row.show_metrics(metrics, key="evaluation_numbers", min_column_width=170)
    only = None if output.report["kind"] == "classes" else "linear"
    for line in baseline_lines(follow(output.run_id), output.name, only):
        st.markdown(line)


def example_count(report: Any) -> Metric:
    """How many examples the test has."""
    return Metric("Test examples", count(report.get("examples")), "Examples that are used for the test only.")


def show_figure(output: Output, height: int, *panels: Panel) -> None:
    """The charts of an output side by side."""
    live_figures(
        list(panels), key="evaluation_figures", viewer=f"{output.run_id} {output.name}", height=height
    )


def worst_indices(examples: Examples) -> range:
    """Which of the saved examples the page shows."""
    return range(min(ROWS, len(examples)))


def values_text(values: Any) -> str:
    """The first values of an example on one line."""
    shown = ", ".join(number(float(value)) for value in values[:4])
    return shown + (", …" if len(values) > 4 else "")


def text_columns(examples: Examples) -> list[str]:
    """The names of the values that stand beside an example in a table."""
    return list(examples.texts[0])[:TEXT_COLUMNS] if examples.texts else []


def text_cells(examples: Examples, index: int) -> list[str]:
    """The values of one example under `text_columns`."""
    return [examples.texts[index].get(name, "") for name in text_columns(examples)]


def show_images(examples: Examples, indices: Sequence[int], caption: Callable[[int], str]) -> None:
    """The images of examples side by side, each with its caption (Markdown)."""
    with st.grid("auto", min_column_width=IMAGE_WIDTH, gap="xsmall", key="evaluation_images"):
        for index in indices:
            st.image(
                png_of(examples.images[index]),
                caption=caption(index),
                width=IMAGE_WIDTH,
                alt=f"Test image {examples.index[index]}",
            )
