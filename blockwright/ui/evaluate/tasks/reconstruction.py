"""The view of reconstructions: their errors, and the worst and best of them beside their inputs."""

import streamlit as st

from blockwright.charts.regression import errors_document
from blockwright.runs.evaluation_reader import Examples
from blockwright.schema.run.evaluation import ReconstructionReport
from blockwright.ui.evaluate.evaluation_files import png_of
from blockwright.ui.evaluate.tasks.task_view import (
    IMAGE_WIDTH,
    Output,
    TaskView,
    example_count,
    show_figure,
    show_metrics,
    worst_indices,
)
from blockwright.ui.widgets import tables
from blockwright.ui.widgets.live_figure import Panel
from blockwright.ui.widgets.metrics import Metric
from blockwright.ui.widgets.number_format import number

PICTURES = 8


def _show(output: Output) -> None:
    report: ReconstructionReport = output.report
    show_metrics(output, _metrics(report))
    st.header("Reconstruction error")
    errors = errors_document(report["errors"], title="Mean absolute error of an example")
    alt = "Histogram of the errors of the examples"
    show_figure(output, 300, Panel(name="errors", title="", alt=alt, **errors))
    examples = output.examples
    if not examples:
        st.caption("No examples were saved with this run.")
    elif examples.images is None or examples.reconstructions is None:
        _show_table(examples)
    else:
        half = min(PICTURES, max(1, len(examples) // 2))
        _show_pictures(examples, "worst", range(half))
        _show_pictures(examples, "best", range(len(examples) - half, len(examples)))


def _metrics(report: ReconstructionReport) -> list[Metric]:
    return [
        Metric(
            "Mean absolute error",
            number(report["mae"]),
            "How far the reconstructions are from the inputs, on the scale that the network was trained on.",
        ),
        Metric(
            "Root mean squared error",
            number(report["rmse"]),
            "The same with large errors counting for more.",
        ),
        Metric(
            "Baseline error",
            number(report["baseline_mae"]),
            "The mean absolute error of always predicting the mean example: what a network has to beat.",
        ),
        Metric("Worst example", number(report["errors"]["worst"]), "The largest error of a test example."),
        example_count(report),
    ]


def _show_table(examples: Examples) -> None:
    rows = [
        [int(examples.index[index]), number(float(examples.error[index]))]
        for index in worst_indices(examples)
    ]
    tables.draw(
        ["Test example", "Error"],
        rows,
        [True, True],
        key="evaluation_worst_table",
        label="The worst reconstructions",
    )


def _show_pictures(examples: Examples, which: str, indices: range) -> None:
    st.markdown(f"**{which.capitalize()} reconstructions** :small[:gray[input above, reconstruction below]]")
    with st.grid("auto", min_column_width=IMAGE_WIDTH, gap="small", key=f"evaluation_{which}"):
        for index in indices:
            with st.container(gap="xsmall"):
                name = f"test image {examples.index[index]}"
                st.image(png_of(examples.images[index]), width=IMAGE_WIDTH, alt=name.capitalize())
                st.image(
                    png_of(examples.reconstructions[index]),
                    width=IMAGE_WIDTH,
                    caption=f"error {number(float(examples.error[index]))}",
                    alt=f"Reconstruction of {name}",
                )


VIEW = TaskView("reconstruction", _show)
