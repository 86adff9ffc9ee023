"""Where a network errs: its numbers on the test part, the confusion matrix, its classes and its worst mistakes."""

from typing import TYPE_CHECKING, Any

import streamlit as st

from blockwright.charts.confusion import confusion_document
from blockwright.ui.evaluate.evaluation_files import chosen, png_of
from blockwright.ui.evaluate.report_table import class_table
from blockwright.ui.runs.run_format import number, percent
from blockwright.ui.shell.messages import plain
from blockwright.ui.widgets import tables
from blockwright.ui.widgets.live_figure import Panel, live_figures
from blockwright.ui.widgets.number_format import count

if TYPE_CHECKING:
    from blockwright.runs.evaluation_reader import Examples
    from blockwright.runs.records import Run

MANY_CLASSES = 25
SHOWN_AT_ONCE = 24
TABLE_COLUMNS = 6
_EVERY = "Any class"


def show_numbers(found: dict[str, Any], noun: str = "images") -> None:
    """The test in four numbers; `noun` is what the examples are called."""
    total = sum(row["support"] for row in found["report"])
    with st.grid("auto", min_column_width=150, key="evaluation_numbers"):
        st.metric(
            "Test accuracy",
            percent(found["test_accuracy"]),
            help=f"The share of the test {noun} that the network gets right. It has never seen them before.",
        )
        st.metric(
            "Test loss",
            number(found["test_loss"]),
            help=f"The loss on the test {noun}: what training makes smaller, measured where it did not train.",
        )
        st.metric(f"Test {noun}", count(total), help=f"{noun.capitalize()} kept aside for this test only.")
        st.metric(
            "Mistakes",
            count(round(total * (1 - found["test_accuracy"]))),
            help=f"Test {noun} that were taken for another class.",
        )


def noun_of(kept: "Examples | None") -> str:
    """What the examples are called: images, or examples where there is no picture."""
    return "examples" if kept is not None and kept.images is None else "images"


def show_confusion(run: "Run", found: dict[str, Any], kept: "Examples | None") -> None:
    """The confusion matrix, and beside it the worst mistakes, of the chosen cell if one is chosen."""
    matrix, names = found["confusion_matrix"], found["class_names"]
    if matrix is None:
        st.caption(
            f"With {count(len(names))} classes the matrix is too large to show; the table below has every class."
        )
        _worst(found, kept)
        return
    many = len(names) > MANY_CLASSES
    grid = st.grid(1 if many else 2, min_column_width=400, gap="medium")
    with grid.cell():
        st.header("What is taken for what")
        values = st.segmented_control(
            "Numbers in the matrix",
            ["counts", "shares"],
            default="counts",
            required=True,
            format_func={"counts": "Counts", "shares": "Shares of each row, %"}.get,
            key="evaluation_values",
            help="Counts, or which share of the examples of a class was called what. "
            "Blue is right, orange is wrong. Click a cell to see its examples.",
        )
        drawn = confusion_document(matrix, names, values)
        if noun_of(kept) != "images":
            drawn["layout"]["yaxis"]["title"]["text"] = "What it is"
        panel = Panel(name="confusion", title="", alt=f"Confusion matrix of {len(names)} classes", **drawn)
        live_figures(
            [panel],
            key="evaluation_matrix",
            viewer=run.id,
            height=760 if many else 500,
            least_width=300,
            on_clicked=_take_click,
        )
    with grid.cell():
        _worst(found, kept)


def _take_click() -> None:
    clicked = st.session_state["evaluation_matrix"].get("clicked")
    if clicked and len(clicked.get("point", [])) == 2:
        true, said = (int(place) for place in clicked["point"])
        st.session_state["evaluation_true"] = true
        st.session_state["evaluation_said"] = said


def _worst(found: dict[str, Any], kept: "Examples | None") -> None:
    st.header("Worst mistakes", help="Wrong answers in the test that the network was surest of.")
    names = found["class_names"]
    places = [None, *range(len(names))]
    shown = {None: _EVERY} | dict(enumerate(names))
    for key in ("evaluation_true", "evaluation_said"):
        if st.session_state.get(key) not in places:
            st.session_state[key] = None
    with st.container(horizontal=True):
        true = st.selectbox(
            "It is",
            places,
            format_func=shown.get,
            key="evaluation_true",
            help="What the label says.",
        )
        said = st.selectbox(
            "The network said",
            places,
            format_func=shown.get,
            key="evaluation_said",
            help="What it was taken for.",
        )
    st.markdown(plain(_about(found, true, said, noun_of(kept))))
    if kept is None:
        st.caption("The images of the mistakes were not kept with this run.")
    elif kept.images is None:
        _texts(kept, chosen(kept, true, said), names)
    else:
        rows = chosen(kept, true, said)
        _images(kept, rows[:SHOWN_AT_ONCE], names)
        if len(rows) > SHOWN_AT_ONCE:
            st.caption(f"The first {SHOWN_AT_ONCE} of {count(len(rows))} kept images.")


def _about(found: dict[str, Any], true: int | None, said: int | None, noun: str) -> str:
    matrix, names = found["confusion_matrix"], found["class_names"]
    if (true is None and said is None) or matrix is None:
        return (
            "Click a cell of the matrix, or choose a class, to see its mistakes. The surest ones come first."
        )
    if true is None:
        wrong = sum(row[said] for place, row in enumerate(matrix) if place != said)
        return f"{count(wrong)} {noun} were wrongly called “{names[said]}”."
    total = sum(matrix[true])
    of = f"Of {count(total)} {noun} of “{names[true]}”, "
    if said is None:
        return f"{of}{count(total - matrix[true][true])} were called something else."
    here = matrix[true][said]
    part = f"{count(here)} ({percent(here / total)})" if total else "none"
    if true == said:
        return f"{of}{part} were recognised. These are the ones that it was least sure of."
    return f"{of}{part} were called “{names[said]}”."


def _images(kept: "Examples", rows: list[int], names: list[str]) -> None:
    if not rows:
        st.caption("No such image.")
        return
    with st.grid("auto", min_column_width=92, gap="xsmall", key="evaluation_images"):
        for place in rows:
            true, predicted = names[kept.true[place]], names[kept.predicted[place]]
            st.image(
                png_of(kept.images[place]),
                caption=f"{plain(true[:16])} → **{plain(predicted[:16])}**, {100 * kept.confidence[place]:.0f} %",
                width=92,
                alt=f"Test image {kept.index[place]} of {true[:60]}, taken for {predicted[:60]}",
            )


def _texts(kept: "Examples", rows: list[int], names: list[str]) -> None:
    """Examples without pictures, by their values."""
    if not kept.texts:
        st.caption("The data of this run is plain numbers, so there is nothing to show of its examples.")
        return
    if not rows:
        st.caption("No such example.")
        return
    columns = list(kept.texts[0])
    if max(len(text) for place in rows[:SHOWN_AT_ONCE] for text in kept.texts[place].values()) > 40:
        for place in rows[: SHOWN_AT_ONCE // 2]:
            with st.container(border=True, gap="xsmall", key=f"evaluation_text_{place}"):
                st.markdown(f"{plain(names[kept.true[place]])} → {_answer(kept, place, names)}")
                for column in columns:
                    st.text(f"{column}: {kept.texts[place][column]}")
        shown = SHOWN_AT_ONCE // 2
    else:
        header = ["Is", "Taken for", "Sure to", *columns[:TABLE_COLUMNS]]
        cells = [
            [
                names[kept.true[place]],
                names[kept.predicted[place]],
                f"{100 * kept.confidence[place]:.0f} %",
                *(kept.texts[place][column] for column in columns[:TABLE_COLUMNS]),
            ]
            for place in rows[:SHOWN_AT_ONCE]
        ]
        tables.draw(
            header, cells, [False, False, True], key="evaluation_mistakes", label="The worst mistakes"
        )
        shown = SHOWN_AT_ONCE
    if len(rows) > shown:
        st.caption(f"The first {shown} of {count(len(rows))} kept examples.")


def _answer(kept: "Examples", place: int, names: list[str]) -> str:
    return f"**{plain(names[kept.predicted[place]])}**, {100 * kept.confidence[place]:.0f} %"


def show_report(found: dict[str, Any]) -> None:
    """Precision, recall and F1 of every class as a table that sorts."""
    class_table(found["report"], key="evaluation_report")
    words = {"macro": "Every class counts alike", "weighted": "Every example counts alike"}
    for name, row in (found.get("averages") or {}).items():
        scores = (
            f"precision {percent(row['precision'])}, recall {percent(row['recall'])}, F1 {percent(row['f1'])}"
        )
        st.caption(f"{words.get(name, plain(name))}: {scores}.")
