"""The view of tags: the scores of every tag, and the examples with the most wrong tags."""

from collections.abc import Iterable

import streamlit as st

from blockwright.charts.multilabel import tags_document
from blockwright.runs.evaluation_reader import Examples
from blockwright.schema.run.evaluation import MultilabelReport
from blockwright.ui.evaluate.tasks.task_view import (
    Output,
    TaskView,
    example_count,
    show_figure,
    show_metrics,
    text_cells,
    text_columns,
    worst_indices,
)
from blockwright.ui.widgets import tables
from blockwright.ui.widgets.live_figure import Panel
from blockwright.ui.widgets.metrics import Metric
from blockwright.ui.widgets.number_format import count, percent

TAG_ROWS = 60


def _show(output: Output) -> None:
    report: MultilabelReport = output.report
    show_metrics(output, _metrics(report))
    _compare_with_no_tags(report)
    st.header("Scores by tag")
    _show_scores(output)
    st.header("Worst predictions", help="The test examples with the most wrong tags.")
    if not output.examples:
        st.caption("The worst predictions were not saved with this run.")
        return
    _show_table(output.examples, report)


def _metrics(report: MultilabelReport) -> list[Metric]:
    micro = (report.get("averages") or {}).get("micro")
    return [
        Metric(
            "Accuracy",
            percent(report["test_accuracy"]),
            "For every test example and every tag the network predicts whether the example has the tag. This is the "
            "share of correct predictions. Where most tags are rare, predicting none at all is right most of the time.",
        ),
        Metric(
            "Exact match",
            percent(report["exact"]),
            "The share of the test examples whose every tag is predicted correctly.",
        ),
        Metric(
            "F1, micro average",
            percent(micro["f1"] if micro else None),
            "Precision and recall over all tags taken together, in one number: 100 % is perfect, and predicting no "
            "tags gives 0 %.",
        ),
        example_count(report),
    ]


def _compare_with_no_tags(report: MultilabelReport) -> None:
    """How accurate it would be to predict no tags, in a sentence."""
    total = report.get("examples", 0) * len(report["tags"])
    if total:
        accuracy = 1 - sum(row["support"] for row in report["tags"]) / total
        st.markdown(f"Predicting no tags at all would already give an accuracy of {percent(accuracy)}.")


def _show_scores(output: Output) -> None:
    report: MultilabelReport = output.report
    label = "Precision, recall and F1 of every tag"
    show_figure(output, 340, Panel(name="tags", title="", alt=label, **tags_document(report["tags"])))
    rows = [
        [
            row["tag"],
            *(percent(score) for score in (row["precision"], row["recall"], row["f1"])),
            row["support"],
            row["predicted"],
        ]
        for row in report["tags"][:TAG_ROWS]
    ]
    columns = ["Tag", "Precision", "Recall", "F1", "Examples", "Predicted"]
    tables.draw(columns, rows, [False, *[True] * 5], key="evaluation_tags", label=label)
    if len(report["tags"]) > TAG_ROWS:
        st.caption(f"The first {TAG_ROWS} of {count(len(report['tags']))} tags.")
    st.caption(
        "Precision: of the examples for which a tag was predicted, the share that has it. Recall: of those that have "
        "it, the share for which it was predicted. F1 is high only where both are. A tag is predicted from a "
        f"probability of {percent(report['threshold'])} on."
    )


def _show_table(examples: Examples, report: MultilabelReport) -> None:
    if not examples.error.any():
        st.caption("No tag is wrong. These are the least confident predictions.")
    names, threshold = report["class_names"], report["threshold"]
    rows = [
        [
            int(examples.index[index]),
            _tags(names, examples.true[index] >= 0.5),
            _tags(names, examples.predicted[index] >= threshold),
            int(examples.error[index]),
            *text_cells(examples, index),
        ]
        for index in worst_indices(examples)
    ]
    columns = ["Test example", "True tags", "Predicted tags", "Wrong tags", *text_columns(examples)]
    numeric = [True, False, False, True]
    tables.draw(columns, rows, numeric, key="evaluation_worst_table", label="The worst predictions")


def _tags(names: list[str], chosen: Iterable[bool]) -> str:
    return ", ".join(name for name, on in zip(names, chosen, strict=False) if on) or "none"


VIEW = TaskView("tags", _show)
