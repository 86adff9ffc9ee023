"""The view of numbers: their errors, predicted against true values, and the worst predictions."""

import streamlit as st

from blockwright.charts.regression import errors_document, points_document
from blockwright.runs.evaluation_reader import Examples
from blockwright.schema.run.evaluation import RegressionReport
from blockwright.ui.evaluate.tasks.task_view import (
    Output,
    TaskView,
    example_count,
    show_figure,
    show_images,
    show_metrics,
    text_cells,
    text_columns,
    values_text,
    worst_indices,
)
from blockwright.ui.shell.messages import plain
from blockwright.ui.widgets import tables
from blockwright.ui.widgets.live_figure import Panel
from blockwright.ui.widgets.metrics import Metric
from blockwright.ui.widgets.number_format import number, percent


def _show(output: Output) -> None:
    report: RegressionReport = output.report
    show_metrics(output, _metrics(report))
    _compare_with_mean(report)
    st.header("Predicted and true values")
    _show_charts(output)
    st.header("Worst predictions", help="The test examples with the largest errors.")
    if not output.examples:
        st.caption("The worst predictions were not saved with this run.")
        return
    _show_table(output.examples, report.get("unit", ""))
    if output.examples.images is not None:
        _show_images(output.examples)


def _metrics(report: RegressionReport) -> list[Metric]:
    unit = plain(report.get("unit", ""))
    scale = f"In {unit}." if unit else f"In the unit of {plain(report['target'])}."
    metrics = [
        Metric(
            "Mean absolute error",
            number(report["mae"], unit),
            "How far the predictions are from the true numbers, on average, whether too high or too low. "
            f"{scale}",
        ),
        Metric(
            "Root mean squared error",
            number(report["rmse"], unit),
            "The errors squared, averaged, and the root of that: large errors count for more than small ones. "
            f"{scale}",
        ),
        Metric(
            "R²",
            number(report["r2"]),
            "Coefficient of determination: the part of the variance of the true numbers that the predictions "
            "explain, without a unit. 1 is perfect; 0 is no better than always predicting the mean of the test "
            "examples, and below 0 is worse than that.",
        ),
        example_count(report),
    ]
    baseline = report.get("baseline_mae")
    if baseline is not None:
        metrics.append(
            Metric(
                "Baseline error",
                number(baseline, unit),
                "The mean absolute error of always predicting the mean of the training examples: what a network "
                f"has to beat. {scale}",
            )
        )
    return metrics


def _compare_with_mean(report: RegressionReport) -> None:
    """Whether the network beats always predicting the mean, in a sentence."""
    baseline, error, unit = report.get("baseline_mae"), report["mae"], plain(report.get("unit", ""))
    if not baseline or error is None:
        return
    result = f"The mean absolute error is {number(error, unit)}"
    always = f"always predicting the mean would give {number(baseline, unit)}"
    if error < baseline:
        st.markdown(f"{result}; {always}. That is {percent(1 - error / baseline)} less.")
    else:
        st.markdown(f"{result}, but {always}: the network has not learned anything useful for new examples.")


def _show_charts(output: Output) -> None:
    report: RegressionReport = output.report
    unit = report.get("unit", "")
    show_figure(
        output,
        420,
        Panel(
            name="points",
            title="Predicted and true",
            alt=f"Predicted against true {report['target']}",
            **points_document(report["points"], report["target"], unit),
        ),
        Panel(
            name="residuals",
            title="Errors",
            alt=f"Histogram of the errors of {report['target']}",
            **errors_document(report["residuals"], unit),
        ),
    )
    st.caption(
        "Predicted and true: a point for each test example. On the dashed line the prediction is exact, above it too "
        "high, below it too low. Errors: how many test examples have an error of each size."
    )


def _show_table(examples: Examples, unit: str) -> None:
    unit = f", {unit}" if unit else ""
    columns = [
        "Test example",
        f"True{unit}",
        f"Predicted{unit}",
        f"Error{unit}",
        *text_columns(examples),
    ]
    rows = [
        [
            int(examples.index[index]),
            values_text(examples.true[index]),
            values_text(examples.predicted[index]),
            number(float(examples.error[index])),
            *text_cells(examples, index),
        ]
        for index in worst_indices(examples)
    ]
    tables.draw(columns, rows, [True] * 4, key="evaluation_worst_table", label="The worst predictions")


def _show_images(examples: Examples) -> None:
    show_images(
        examples,
        worst_indices(examples),
        lambda index: f"{values_text(examples.true[index])} → **{values_text(examples.predicted[index])}**",
    )


VIEW = TaskView("number", _show)
