"""The loss of every batch of a run: its own small chart, and its table as a download."""

import streamlit as st

from blockwright.charts.batch_losses import batch_losses_document
from blockwright.runs.files.batch_losses import batch_losses_csv, read_batch_losses
from blockwright.runs.files.home import run_folder
from blockwright.ui.widgets.downloads import download_button
from blockwright.ui.widgets.live_figure import Panel, live_figures

_EPOCH = "batch_loss_epoch"
_ALL = 0


def show_batch_losses(run_id: str, steps_per_epoch: int, logarithmic: bool = False) -> None:
    """The chart of all epochs or of one, and the download."""
    losses = read_batch_losses(run_folder(run_id))
    if not len(losses):
        st.caption("There are no losses of single batches yet. Runs of earlier versions recorded none.")
        return
    epochs = -(-len(losses) // steps_per_epoch)
    with st.container(key="batch_losses"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            epoch = st.selectbox(
                "Epoch",
                [_ALL, *range(1, epochs + 1)],
                format_func=lambda number: "All epochs" if number == _ALL else f"Epoch {number:,}",
                key=_EPOCH,
                width=180,
            )
            download_button(
                "Loss of every batch",
                lambda: batch_losses_csv(read_batch_losses(run_folder(run_id)), steps_per_epoch),
                f"batch-losses-{run_id[:8]}.csv",
                "text/csv",
                key="download_batch_losses",
                help="Epoch, batch and loss, as CSV.",
            )
        document = batch_losses_document(losses, steps_per_epoch, epoch or None, logarithmic)
        title = "Loss of every batch" + (f", epoch {epoch:,}" if epoch else "")
        panel = Panel(name="batch_losses", title=title, alt=f"{title}, in the order of training", **document)
        live_figures([panel], key="batch_loss_figure", viewer=f"{run_id} {epoch}", height=220)
