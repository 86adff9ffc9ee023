"""The states of a run and the title of its data, as people read them."""

from dataclasses import dataclass
from typing import Any, Literal

from blockwright.runs.history import History
from blockwright.runs.records import RunEntry
from blockwright.schema.data.dataset_cards import card
from blockwright.schema.data.errors import DataError
from blockwright.ui.shell.store import run_store


@dataclass(frozen=True)
class Look:
    """How a state is shown: a word, an icon, a colour of Streamlit's palette, and what it means."""

    word: str
    icon: str
    colour: Literal["red", "orange", "blue", "green", "gray"]
    meaning: str


LOOKS = {
    "queued": Look(
        "Queued", ":material/hourglass_top:", "gray", "Starts as soon as this machine has capacity for it."
    ),
    "starting": Look(
        "Starting", ":material/rocket_launch:", "blue", "Loads the data and builds the network."
    ),
    "running": Look(
        "Training", ":material/play_circle:", "blue", "Is training, and continues when this page is closed."
    ),
    "paused": Look(
        "Paused", ":material/pause_circle:", "orange", "Waits between two batches until it is resumed."
    ),
    "finished": Look("Finished", ":material/check_circle:", "green", "Has been trained and tested."),
    "stopped": Look(
        "Stopped", ":material/stop_circle:", "gray", "Was stopped; its weights so far are saved."
    ),
    "failed": Look("Failed", ":material/error:", "red", "Could not continue; its message says why."),
    "interrupted": Look(
        "Interrupted",
        ":material/power_off:",
        "orange",
        "Its process was ended from outside; finished epochs are saved.",
    ),
}


STOPPING = Look(
    "Stopping",
    ":material/stop_circle:",
    "orange",
    "Was asked to stop; it saves its weights and tests the network, then it has stopped.",
)


def look_of(run: RunEntry) -> Look:
    """How the state of a run is shown; from the request to stop until the end it is stopping, and nothing else."""
    return STOPPING if run.active and run_store().stop_requested(run.id) else LOOKS[run.status]


def barely_trained(history: History) -> str | None:
    """A sentence about the test of a run that was stopped in its first epoch; None for every other run."""
    if history.status != "stopped" or not history.evaluated or history.epochs or not history.started:
        return None
    batch = history.batches[-1]["batch"] if history.batches else 0
    return (
        f"This run was stopped in its first epoch, after about {batch:,} of {history.started['steps_per_epoch']:,} "
        "batches. The network had hardly begun to learn, so its test is close to guessing. Train again, "
        "for one epoch at least, to see what it can do."
    )


def data_title(settings: dict[str, Any]) -> str:
    """The title of the data set of a run, or the name of the uploaded file, and what was done to its training part."""
    share = settings.get("train_share", 1.0)
    return (
        _title(settings.get("data") or {})
        + (f", {share:.3g} of it" if share != 1.0 else "")
        + (" with random labels" if settings.get("random_labels") else "")
    )


def _title(choice: dict[str, Any]) -> str:
    if choice.get("name") == "upload":
        return str(choice.get("title") or "uploaded file")
    try:
        return card(str(choice.get("name"))).title
    except DataError:
        return str(choice.get("name"))
