"""How runs are spoken of: their states, durations and dates, as people read them."""

import time
from dataclasses import dataclass
from typing import Any, Literal

ACTIVE = ("queued", "starting", "running", "paused")
LIVE = ("starting", "running", "paused")


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
    "finished": Look("Finished", ":material/check_circle:", "green", "Trained all epochs and was tested."),
    "stopped": Look("Stopped", ":material/stop_circle:", "gray", "Was stopped; its weights so far are kept."),
    "failed": Look("Failed", ":material/error:", "red", "Could not continue; its message says why."),
    "interrupted": Look(
        "Interrupted",
        ":material/power_off:",
        "orange",
        "Its process was ended from outside; finished epochs are kept.",
    ),
}


def duration(seconds: float | None) -> str:
    """A length of time in two figures: 0.8 s, 42 s, 3 min 5 s, 2 h 10 min. Unknown is a dash."""
    if seconds is None:
        return "–"
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def ago(moment: float, now: float | None = None) -> str:
    """How long ago a moment (seconds since 1970) was: just now, 5 min ago, 3 h ago, 2 days ago."""
    passed = max(0.0, (time.time() if now is None else now) - moment)
    if passed < 60:
        return "just now"
    if passed < 3600:
        return f"{passed // 60:.0f} min ago"
    if passed < 86_400:
        return f"{passed // 3600:.0f} h ago"
    days = int(passed // 86_400)
    return "yesterday" if days == 1 else f"{days} days ago"


def ordinal(place: int) -> str:
    """1st, 2nd, 3rd, 4th, …, 11th, 12th, 13th, …"""
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place}{ending}"


def percent(share: float | None) -> str:
    """A share as a percentage with one decimal; unknown is a dash."""
    return "–" if share is None else f"{100 * share:.1f} %"


def number(value: float | None) -> str:
    """A loss or a like number in four figures; unknown is a dash."""
    return "–" if value is None else f"{value:.4g}"


def data_title(settings: dict[str, Any]) -> str:
    """What the run's data is called: the data set's title, or the uploaded file's name."""
    from blockwright.schema.data_errors import DataError
    from blockwright.schema.dataset_cards import card

    choice = settings.get("data") or {}
    if choice.get("name") == "upload":
        return str(choice.get("title") or "uploaded file")
    try:
        return card(str(choice.get("name"))).title
    except DataError:
        return str(choice.get("name"))


def best_validation(epochs: list[Any]) -> float | None:
    """The highest validation accuracy of any epoch; None without one."""
    only = [next(iter(epoch["outputs"].values())) for epoch in epochs if len(epoch["outputs"]) == 1]
    return max(
        (values["val_accuracy"] for values in only if values.get("val_accuracy") is not None), default=None
    )
