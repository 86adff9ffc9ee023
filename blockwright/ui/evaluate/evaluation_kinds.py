"""Where a network errs that gives numbers, tags, or what it was given: each kind with its own numbers and pictures."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from blockwright.charts.numbers import points_document, residuals_document, tags_document
from blockwright.ui.evaluate.evaluation_files import png_of
from blockwright.ui.runs.run_format import number, percent
from blockwright.ui.shell.messages import plain
from blockwright.ui.widgets import tables
from blockwright.ui.widgets.live_figure import Panel, live_figures
from blockwright.ui.widgets.number_format import count

if TYPE_CHECKING:
    from blockwright.runs.evaluation_reader import Worst
    from blockwright.runs.records import Run

ROWS = 20
PICTURES = 8
TEXT_COLUMNS = 6
TAG_ROWS = 60


def show(run: "Run", output: str, found: dict[str, Any], worst: "Worst | None") -> None:
    """The evaluation of one output that tells no classes."""
    {"number": _number, "tags": _tags, "reconstruction": _reconstruction}[found["kind"]](
        run, output, found, worst
    )


def _metrics(entries: list[tuple[str, str, str]]) -> None:
    with st.grid("auto", min_column_width=190, key="evaluation_numbers"):
        for label, words, help in entries:
            st.metric(label, words, help=help)


def _unit(value: float | None, unit: str) -> str:
    return f"{number(value)} {plain(unit)}" if unit and value is not None else number(value)


def _number(run: "Run", output: str, found: dict[str, Any], worst: "Worst | None") -> None:
    unit = found.get("unit", "")
    same = f"In {plain(unit)}." if unit else f"In the unit of {plain(found['target'])}."
    entries = [
        (
            "Mean absolute error",
            _unit(found["mae"], unit),
            f"How far the answers are from the true numbers, on average, whether too high or too low. {same}",
        ),
        (
            "Root mean squared error",
            _unit(found["rmse"], unit),
            "The errors squared, averaged, and the root of that: large errors count for more than small ones. "
            f"{same}",
        ),
        (
            "Explained variance, R²",
            number(found["r2"]),
            "How much of the ups and downs of the true numbers the answers follow, without a unit. 1 is perfect; 0 is "
            "no better than always giving the mean of the test examples, and below 0 is worse than that.",
        ),
        ("Test examples", count(found["examples"]), "Examples kept aside for this test only."),
    ]
    if found.get("baseline_mae") is not None:
        entries.append(
            (
                "Error of the mean",
                _unit(found["baseline_mae"], unit),
                "The mean absolute error of always giving the mean of the training examples, whatever the example: "
                f"what a network has to beat. {same}",
            )
        )
    _metrics(entries)
    _against_mean(found, unit)
    st.header("What it says against what is true")
    live_figures(
        [
            Panel(
                name="points",
                title="Predicted and true",
                alt=f"Predicted against true {found['target']}",
                **points_document(found["points"], found["target"], unit),
            ),
            Panel(
                name="residuals",
                title="Errors",
                alt=f"Histogram of the errors of {found['target']}",
                **residuals_document(found["residuals"], unit),
            ),
        ],
        key="evaluation_figures",
        viewer=f"{run.id} {output}",
        height=420,
    )
    st.caption(
        "Predicted and true: a point for each test example. On the dashed line the answer is exactly right, above it "
        "too high, below it too low. Errors: how many test examples are off by how much; near 0 they are nearly right."
    )
    st.header("Worst answers", help="The test examples on which it is farthest off.")
    if worst is None or not len(worst):
        st.caption("The worst answers were not kept with this run.")
        return
    of = f", {unit}" if unit else ""
    header = ["Test example", f"True{of}", f"Predicted{of}", f"Error{of}", *_text_names(worst)]
    rows = [
        [
            int(worst.index[place]),
            _listed(worst.true[place]),
            _listed(worst.predicted[place]),
            number(float(worst.error[place])),
            *_text_values(worst, place),
        ]
        for place in range(min(ROWS, len(worst)))
    ]
    tables.draw(header, rows, [True] * 4, key="evaluation_worst_table", label="The worst answers")
    _pictures_of(worst)


def _against_mean(found: dict[str, Any], unit: str) -> None:
    """Whether the network beats always giving the mean, in a sentence."""
    mean, error = found.get("baseline_mae"), found["mae"]
    if not mean or error is None:
        return
    off = f"On average it is {_unit(error, unit)} off"
    always = f"always giving the mean would be {_unit(mean, unit)} off"
    if error < mean:
        st.markdown(f"{off}; {always}. That is {percent(1 - error / mean)} less.")
    else:
        st.markdown(f"{off}, but {always}: it has learnt nothing that helps on new examples yet.")


def _listed(values: Any) -> str:
    shown = ", ".join(number(float(one)) for one in values[:4])
    return shown + (", …" if len(values) > 4 else "")


def _text_names(worst: "Worst") -> list[str]:
    return list(worst.texts[0])[:TEXT_COLUMNS] if worst.texts else []


def _text_values(worst: "Worst", place: int) -> list[str]:
    return [worst.texts[place].get(name, "") for name in _text_names(worst)] if worst.texts else []


def _pictures_of(worst: "Worst") -> None:
    if worst.images is None:
        return
    with st.grid("auto", min_column_width=92, gap="xsmall", key="evaluation_images"):
        for place in range(min(ROWS, len(worst))):
            st.image(
                png_of(worst.images[place]),
                caption=f"{_listed(worst.true[place])} → **{_listed(worst.predicted[place])}**",
                width=92,
                alt=f"Test image {worst.index[place]}",
            )


def _tags(run: "Run", output: str, found: dict[str, Any], worst: "Worst | None") -> None:
    averages = found.get("averages") or {}
    _metrics(
        [
            (
                "Tags that are right",
                percent(found["test_accuracy"]),
                "Every test example is asked for every tag: has it that tag or not? This is the share of right "
                "answers. Where most tags are rare, saying no to everything is right most of the time.",
            ),
            (
                "Examples all right",
                percent(found["exact"]),
                "The share of the test examples whose every tag is right.",
            ),
            (
                "F1 of all tags",
                percent(averages.get("micro", {}).get("f1")),
                "Precision and recall over all tags taken together, in one number: 100 % is perfect, and saying no to "
                "everything gives 0 %.",
            ),
            ("Test examples", count(found["examples"]), "Examples kept aside for this test only."),
        ]
    )
    _against_none(found)
    st.header("Tag by tag")
    live_figures(
        [
            Panel(
                name="tags",
                title="",
                alt="Precision, recall and F1 of every tag",
                **tags_document(found["tags"]),
            )
        ],
        key="evaluation_figures",
        viewer=f"{run.id} {output}",
        height=340,
    )
    header = ["Tag", "Precision", "Recall", "F1", "Have it", "Were said to"]
    rows = [
        [
            row["tag"],
            *(percent(row[key]) for key in ("precision", "recall", "f1")),
            row["support"],
            row["predicted"],
        ]
        for row in found["tags"][:TAG_ROWS]
    ]
    tables.draw(
        header,
        rows,
        [False, *[True] * 5],
        key="evaluation_tags",
        label="Precision, recall and F1 of every tag",
    )
    if len(found["tags"]) > TAG_ROWS:
        st.caption(f"The first {TAG_ROWS} of {count(len(found['tags']))} tags.")
    st.caption(
        "Precision: of the examples that were said to have a tag, the share that has it. Recall: of those that have "
        "it, the share that was found. F1 is high only where both are. A tag counts as said from a probability of "
        f"{percent(found['threshold'])} on."
    )
    st.header("Worst answers", help="The test examples with the most wrong tags.")
    if worst is None or not len(worst):
        st.caption("The worst answers were not kept with this run.")
        return
    if not worst.error.any():
        st.caption("Not a single tag is wrong. These are the examples on which it was least sure.")
    names, threshold = found["class_names"], found["threshold"]
    rows = [
        [
            int(worst.index[place]),
            _tag_names(names, worst.true[place] >= 0.5),
            _tag_names(names, worst.predicted[place] >= threshold),
            int(worst.error[place]),
            *_text_values(worst, place),
        ]
        for place in range(min(ROWS, len(worst)))
    ]
    header = ["Test example", "Has", "Said", "Wrong tags", *_text_names(worst)]
    sides = [True, False, False, True]
    tables.draw(header, rows, sides, key="evaluation_worst_table", label="The worst answers")


def _against_none(found: dict[str, Any]) -> None:
    """How right it would be to say no tag at all, in a sentence."""
    asked = found["examples"] * len(found["tags"])
    if asked:
        none = 1 - sum(row["support"] for row in found["tags"]) / asked
        st.markdown(f"Saying no tag of any example would already get {percent(none)} of all tags right.")


def _tag_names(names: list[str], chosen: Any) -> str:
    return ", ".join(name for name, on in zip(names, chosen, strict=False) if on) or "none"


def _reconstruction(run: "Run", output: str, found: dict[str, Any], worst: "Worst | None") -> None:
    errors = found["errors"]
    _metrics(
        [
            (
                "Mean absolute error",
                number(found["mae"]),
                "How far what it gives is from what it was given, on the scale it was trained on.",
            ),
            (
                "Root mean squared error",
                number(found["rmse"]),
                "The same with large errors counting for more.",
            ),
            (
                "Error of the mean",
                number(found["baseline_mae"]),
                "The error of always giving the mean example: what is to be beaten.",
            ),
            ("Worst example", number(errors["worst"]), "The largest error of a test example."),
            ("Test examples", count(found["examples"]), "Examples kept aside for this test only."),
        ]
    )
    st.header("How well examples are given back")
    live_figures(
        [
            Panel(
                name="errors",
                title="",
                alt="Histogram of the errors of the examples",
                **residuals_document(errors, title="Mean absolute error of an example"),
            )
        ],
        key="evaluation_figures",
        viewer=f"{run.id} {output}",
        height=300,
    )
    if worst is None or not len(worst):
        st.caption("No examples were kept with this run.")
        return
    if worst.images is None or worst.reconstructions is None:
        rows = [
            [int(worst.index[place]), number(float(worst.error[place]))]
            for place in range(min(ROWS, len(worst)))
        ]
        st.markdown(tables.markdown(["Test example", "Error"], rows, [True, True]))
        return
    half = min(PICTURES, max(1, len(worst) // 2))
    for title, key, places in (
        ("Given back worst", "worst", range(half)),
        ("Given back best", "best", range(len(worst) - half, len(worst))),
    ):
        st.markdown(f"**{title}** :small[:gray[above what it was given, below what it made of it]]")
        with st.grid("auto", min_column_width=92, gap="small", key=f"evaluation_{key}"):
            for place in places:
                with st.container(gap="xsmall"):
                    st.image(png_of(worst.images[place]), width=92, alt=f"Test image {worst.index[place]}")
                    st.image(
                        png_of(worst.reconstructions[place]),
                        width=92,
                        caption=f"error {number(float(worst.error[place]))}",
                        alt=f"What was made of test image {worst.index[place]}",
                    )
