"""What the page shows of any output: the frame that every task's view fills."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import streamlit as st

from blockwright.ui.evaluate.evaluation_files import png_of
from blockwright.ui.runs.run_format import number
from blockwright.ui.shell.messages import plain
from blockwright.ui.widgets.number_format import count

if TYPE_CHECKING:
    from blockwright.runs.evaluation_reader import Examples

ROWS = 20
TEXT_COLUMNS = 6
IMAGE_WIDTH = 92
TEST_EXAMPLES_HELP = "Examples kept aside for this test only."


@dataclass(frozen=True)
class Output:
    """One output of an evaluated run, as its view is given it.

    Attributes:
        run_id: the run.
        name: the output's id.
        report: its report (`schema.evaluation`, by the kind of its task).
        examples: the test examples kept of it, the worst first; None where there are none.
    """

    run_id: str
    name: str
    report: Any
    examples: "Examples | None"

    @property
    def viewer(self) -> str:
        """What the charts are about: as long as it stays the same, their zoom is kept."""
        return f"{self.run_id} {self.name}"


@dataclass(frozen=True)
class TaskView:
    """The view of the task of a `kind`: `show` draws an output."""

    kind: str
    show: Callable[[Output], None]


@dataclass(frozen=True)
class Metric:
    """A number with its label and what it means."""

    label: str
    value: str
    help: str


def show_metrics(metrics: list[Metric]) -> None:
    """Numbers side by side."""
    with st.grid("auto", min_column_width=170, key="evaluation_numbers"):
        for metric in metrics:
            st.metric(metric.label, metric.value, help=metric.help)


def example_count(report: Any) -> Metric:
    """How many examples the test has."""
    return Metric("Test examples", count(report.get("examples")), TEST_EXAMPLES_HELP)


def with_unit(value: float | None, unit: str) -> str:
    """A number with its unit, which somebody typed."""
    return f"{number(value)} {plain(unit)}" if unit and value is not None else number(value)


def values_text(values: Any) -> str:
    """The first values of an example on one line."""
    shown = ", ".join(number(float(value)) for value in values[:4])
    return shown + (", …" if len(values) > 4 else "")


def text_columns(examples: "Examples") -> list[str]:
    """The names of the values that stand beside an example in a table."""
    return list(examples.texts[0])[:TEXT_COLUMNS] if examples.texts else []


def text_cells(examples: "Examples", index: int) -> list[str]:
    """The values of one example under `text_columns`."""
    return [examples.texts[index].get(name, "") for name in text_columns(examples)]


def show_images(examples: "Examples", indices: list[int], caption: Callable[[int], str]) -> None:
    """Pictures of kept examples side by side, each with its caption (Markdown)."""
    with st.grid("auto", min_column_width=IMAGE_WIDTH, gap="xsmall", key="evaluation_images"):
        for index in indices:
            st.image(
                png_of(examples.images[index]),
                caption=caption(index),
                width=IMAGE_WIDTH,
                alt=f"Test image {examples.index[index]}",
            )
