"""The view of classes: accuracy, the confusion matrix, the worst mistakes, and the classification report."""

import streamlit as st

from blockwright.charts.confusion import Values, confusion_document
from blockwright.runs.evaluation_reader import Examples
from blockwright.schema.run.evaluation import ClassificationReport
from blockwright.ui.evaluate.report_table import draw_classification_report
from blockwright.ui.evaluate.tasks.task_view import (
    Output,
    TaskView,
    show_images,
    show_metrics,
    text_cells,
    text_columns,
)
from blockwright.ui.shell.messages import plain
from blockwright.ui.widgets import tables
from blockwright.ui.widgets.live_figure import Panel, live_figures
from blockwright.ui.widgets.metrics import Metric
from blockwright.ui.widgets.number_format import count, number, percent

MANY_CLASSES = 25
SHOWN_AT_ONCE = 24
LONG_TEXT = 40
_ANY_CLASS = "Any class"
_TRUE, _PREDICTED = "evaluation_true", "evaluation_predicted"
_AVERAGES = {"macro": "Macro average", "weighted": "Weighted average"}


def _show(output: Output) -> None:
    report: ClassificationReport = output.report
    examples = output.examples
    noun = "example" if examples is not None and examples.images is None else "image"
    show_metrics(output, _metrics(report, noun))
    names = report["class_names"]
    if report["confusion_matrix"] is None:
        st.caption(
            f"With {count(len(names))} classes the confusion matrix is too large to show; the table below has every "
            "class."
        )
        _show_mistakes(output, noun)
    else:
        grid = st.grid(1 if len(names) > MANY_CLASSES else 2, min_column_width=400, gap="medium")
        with grid.cell():
            _show_matrix(output, noun)
        with grid.cell():
            _show_mistakes(output, noun)
    st.header("Classification report")
    _show_report(report)


def _metrics(report: ClassificationReport, noun: str) -> list[Metric]:
    total = sum(row["support"] for row in report["report"])
    return [
        Metric(
            "Test accuracy",
            percent(report["test_accuracy"]),
            f"The share of the test {noun}s that the network classifies correctly. It did not train on them.",
        ),
        Metric(
            "Test loss",
            number(report.get("test_loss")),
            f"The loss on the test {noun}s. Training makes the loss on the training {noun}s smaller.",
        ),
        Metric(f"Test {noun}s", count(total), f"{noun.capitalize()}s that are used for the test only."),
        Metric(
            "Mistakes",
            count(round(total * (1 - report["test_accuracy"]))),
            f"Test {noun}s that were assigned to the wrong class.",
        ),
    ]


def _show_matrix(output: Output, noun: str) -> None:
    report: ClassificationReport = output.report
    matrix = report["confusion_matrix"] or []
    names = report["class_names"]
    st.header("Confusion matrix")
    values: Values = st.segmented_control(
        "Numbers in the matrix",
        ["counts", "percent"],
        default="counts",
        required=True,
        format_func=lambda choice: {"counts": "Counts", "percent": "Row %"}[choice],
        key="evaluation_values",
        help="Counts, or the percentage of the examples of each true class. "
        "Blue is correct, orange is wrong. Click a cell to see its examples.",
    )
    live_figures(
        [
            Panel(
                name="confusion",
                title="",
                alt=f"Confusion matrix of {len(names)} classes",
                **confusion_document(matrix, names, values, noun),
            )
        ],
        key="evaluation_matrix",
        viewer=output.run_id,
        height=760 if len(names) > MANY_CLASSES else 500,
        least_width=300,
        on_clicked=_choose_cell,
    )


def _choose_cell() -> None:
    clicked = st.session_state["evaluation_matrix"].get("clicked")
    if clicked and len(clicked.get("point", [])) == 2:
        st.session_state[_TRUE], st.session_state[_PREDICTED] = map(int, clicked["point"])


def _show_mistakes(output: Output, noun: str) -> None:
    report: ClassificationReport = output.report
    names, examples = report["class_names"], output.examples
    st.header("Worst mistakes", help="Wrong predictions in the test, the most confident first.")
    with st.container(horizontal=True):
        true = _choose_class("True class", _TRUE, names, "The class in the data.")
        predicted = _choose_class("Predicted", _PREDICTED, names, "The class that the network predicted.")
    st.markdown(plain(_sentence(report, true, predicted, noun)))
    if examples is None:
        st.caption(f"The {noun}s with mistakes were not saved with this run.")
        return
    chosen = examples_of_cell(examples, true, predicted)
    draw = _show_texts if examples.images is None else _show_images
    shown = draw(examples, chosen, names)
    if 0 < shown < len(chosen):
        st.caption(f"The first {shown} of {count(len(chosen))} saved {noun}s.")


def _choose_class(label: str, key: str, names: list[str], help: str) -> int | None:
    options = [None, *range(len(names))]
    if st.session_state.get(key) not in options:
        st.session_state[key] = None
    return st.selectbox(
        label,
        options,
        format_func=lambda number: _ANY_CLASS if number is None else names[number],
        key=key,
        help=help,
    )


def examples_of_cell(examples: Examples, true: int | None, predicted: int | None) -> list[int]:
    """Positions among the saved examples: the mistakes of a true class, of a predicted one, or one cell of the matrix.

    Correct predictions are among them only where their own cell is asked for; None stands for any class.
    """
    fits = examples.true != examples.predicted
    if true is not None and true == predicted:
        fits = examples.true == examples.predicted
    if true is not None:
        fits = fits & (examples.true == true)
    if predicted is not None:
        fits = fits & (examples.predicted == predicted)
    return fits.nonzero()[0].tolist()


def _sentence(report: ClassificationReport, true: int | None, predicted: int | None, noun: str) -> str:
    matrix, names = report["confusion_matrix"], report["class_names"]
    if matrix is None:
        return "Choose a class to see its mistakes. Most confident first."
    if true is None:
        if predicted is None:
            return "Click a cell of the matrix, or choose a class, to see its mistakes. Most confident first."
        wrong = sum(row[predicted] for index, row in enumerate(matrix) if index != predicted)
        return f"{count(wrong)} {noun}s were wrongly predicted as “{names[predicted]}”."
    total = sum(matrix[true])
    of = f"Of {count(total)} {noun}s of “{names[true]}”, "
    if predicted is None:
        return f"{of}{count(total - matrix[true][true])} were predicted as another class."
    cell = matrix[true][predicted]
    part = f"{count(cell)} ({percent(cell / total)})" if total else "none"
    if true == predicted:
        return f"{of}{part} were predicted correctly. Least confident first."
    return f"{of}{part} were predicted as “{names[predicted]}”."


def _show_images(examples: Examples, chosen: list[int], names: list[str]) -> int:
    """Draw pictures with their classes; how many."""
    if not chosen:
        st.caption("There are no such images.")
        return 0
    shown = chosen[:SHOWN_AT_ONCE]
    show_images(examples, shown, lambda index: _classes(examples, index, names, 16))
    return len(shown)


def _show_texts(examples: Examples, chosen: list[int], names: list[str]) -> int:
    """Draw examples without pictures by their values; how many."""
    if not examples.texts:
        st.caption("The data of this run is plain numbers, so there is nothing to show of its examples.")
        return 0
    if not chosen:
        st.caption("There are no such examples.")
        return 0
    shown = chosen[:SHOWN_AT_ONCE]
    if max(len(text) for index in shown for text in examples.texts[index].values()) <= LONG_TEXT:
        _show_table(examples, shown, names)
        return len(shown)
    shown = shown[: SHOWN_AT_ONCE // 2]
    for index in shown:
        with st.container(border=True, gap="xsmall", key=f"evaluation_text_{index}"):
            st.markdown(_classes(examples, index, names))
            for column, text in examples.texts[index].items():
                st.text(f"{column}: {text}")
    return len(shown)


def _show_table(examples: Examples, shown: list[int], names: list[str]) -> None:
    rows = [
        [
            names[examples.true[index]],
            names[examples.predicted[index]],
            _confidence(examples, index),
            *text_cells(examples, index),
        ]
        for index in shown
    ]
    columns = ["True class", "Predicted", "Confidence", *text_columns(examples)]
    numeric = [False, False, True]
    tables.draw(columns, rows, numeric, key="evaluation_mistakes", label="The worst mistakes")


def _classes(examples: Examples, index: int, names: list[str], limit: int | None = None) -> str:
    true, predicted = (plain(names[number[index]][:limit]) for number in (examples.true, examples.predicted))
    return f"{true} → **{predicted}**, {_confidence(examples, index)}"


def _confidence(examples: Examples, index: int) -> str:
    return f"{100 * examples.confidence[index]:.0f} %"


def _show_report(report: ClassificationReport) -> None:
    draw_classification_report(report["report"], key="evaluation_report")
    for name, row in (report.get("averages") or {}).items():
        st.caption(
            f"{_AVERAGES.get(name, plain(name))}: precision {percent(row['precision'])}, "
            f"recall {percent(row['recall'])}, F1 {percent(row['f1'])}."
        )


VIEW = TaskView("classes", _show)
