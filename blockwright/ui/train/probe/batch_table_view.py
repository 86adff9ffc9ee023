"""One batch passes through the network before a run: the values after every block, as in training or as in a test."""

import streamlit as st

from blockwright.recipe.settings import Settings
from blockwright.schema.design import Design
from blockwright.schema.run.probes import BatchSource, BatchTable, ValuesOfBatch
from blockwright.schema.service_calls import BATCH_TABLE
from blockwright.ui.reactive import background_calls
from blockwright.ui.shell.messages import action, box, part
from blockwright.ui.train.probe.probe_arguments import ProbeArguments, probe_arguments, probe_key
from blockwright.ui.widgets import tables
from blockwright.ui.widgets.number_format import UNKNOWN, number, shape

_ABOUT = (
    "Passes the first batch of the run through the network, block by block in Python, with the weights that the run "
    "begins with. Nothing is trained."
)
_SOURCES: dict[BatchSource, str] = {"data": "Training data", "ones": "Ones", "noise": "Random numbers"}
_MODES = {True: "Training", False: "Inference"}
_COLUMNS = ("Block", "Type", "Reads", "Shape", "Mean", "Spread", "Lowest", "Highest")


def show_batch_table(design: Design, settings: Settings) -> None:
    """What to pass through the network, and the values after every block once they are there."""
    with st.expander("Values of one batch", key="train_batch", icon=":material/table_rows:"):
        with st.grid(2, min_column_width=150):
            training = st.selectbox(
                "Run the blocks as in",
                list(_MODES),
                format_func=lambda mode: _MODES[mode],
                key="train_batch_mode",
                help="Training: Dropout drops values, and batch normalization uses the mean and spread of the batch. "
                "Inference, as in validation and test: Dropout does nothing, and batch normalization uses its moving "
                "averages.",
            )
            source = st.selectbox(
                "Values",
                list(_SOURCES),
                format_func=lambda name: _SOURCES[name],
                key="train_batch_source",
                help="What passes through: the first training examples, ones, or random numbers with mean 0 and "
                "spread 1. Texts and whole numbers are always those of the data.",
            )
        arguments = probe_arguments(design, settings)
        key = f"{probe_key(arguments)} {training} {source}"
        call = background_calls.find(BATCH_TABLE, key)
        if call is not None and not call.done:
            _wait(key)
            return
        if call is not None and call.result is not None:
            _show(call.result)
            return
        st.caption(_ABOUT)
        if call is not None and call.error:
            box("warning", call.error)
        st.button(
            "Pass a batch through",
            key="train_batch_start",
            icon=":material/table_rows:",
            on_click=_start,
            args=(key, arguments, training, source),
        )


@part("the batch", key="batch_table_progress", run_every=1.0)
def _wait(key: str) -> None:
    call = background_calls.find(BATCH_TABLE, key)
    if call is None or call.done:
        st.rerun()
    st.caption(f"Passing a batch through the network … ({call.seconds:.0f} s)")


@action("page")
def _start(key: str, arguments: ProbeArguments, training: bool, source: BatchSource) -> None:
    background_calls.start(BATCH_TABLE, key, **arguments, training=training, source=source)


def _show(table: BatchTable) -> None:
    for row in table["rows"]:
        if row["problem"]:
            box("warning", row["problem"])
    tables.draw(
        _COLUMNS,
        [_cells(row) for row in table["rows"]],
        right=[False] * 4 + [True] * 4,
        key="train_batch_table",
        label="The values of one batch after every block",
    )
    losses = ", ".join(
        f"{number(loss) if loss is not None else 'not finite'} of {output}"
        for output, loss in table["losses"].items()
    )
    st.caption(f"Loss before training: {losses}. Computed in {table['precision']}.")


def _cells(row: ValuesOfBatch) -> list[str]:
    numbers = [row["mean"], row["spread"], row["low"], row["high"]]
    cells = [UNKNOWN if value is None else number(value) for value in numbers]
    if row["not_finite"]:
        cells[0] = f"{row['not_finite']:,} not finite"
    return [
        row["node"],
        row["block"] or "Input",
        ", ".join(row["reads"]),
        shape(row["shape"], batch=False),
        *cells,
    ]
