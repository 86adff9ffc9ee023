"""What each workspace may use of a shared server, as its administrator has set it."""

import os
from dataclasses import dataclass
from typing import Self

PREFIX = "BLOCKWRIGHT_WORKSPACE_"
CLASS = "BLOCKWRIGHT_CLASS"
MOST = 10**9


@dataclass(frozen=True)
class WorkspaceLimits:
    """Limits of one workspace, each set by the environment variable `BLOCKWRIGHT_WORKSPACE_` and the name in capitals.

    0 is unlimited. `BLOCKWRIGHT_CLASS=1` stands for limits that suit a class; a variable overrides one of them. Runs of
    the command line belong to no workspace and have no limits.

    Attributes:
        runs: runs that are active at once, paused ones included.
        queue: queued runs.
        minutes: minutes of training a day, by the clock of the server, from the start to the end of each run.
        upload_mb: megabytes of uploaded files.
        run_mb: megabytes of the files of runs.
        design_mb: megabytes of saved designs and drafts.
        days: days that ended runs, and uploads that no run uses, are kept.
    """

    runs: int = 0
    queue: int = 20
    minutes: int = 0
    upload_mb: int = 0
    run_mb: int = 0
    days: int = 0
    design_mb: int = 50

    @classmethod
    def from_environment(cls) -> Self:
        """The defaults, overridden by environment variables.

        Raises:
            ValueError: a variable is not a whole number of at least 0, or `BLOCKWRIGHT_CLASS` neither 0 nor 1.
        """
        chosen = os.environ.get(CLASS, "") or "0"
        if chosen not in ("0", "1"):
            raise ValueError(f"{CLASS} must be 1 for the limits of a class, or 0. Received: {chosen!r:.40}.")
        defaults = _CLASS_DEFAULTS if chosen == "1" else vars(cls())
        return cls(**{name: _whole_number(name, default) for name, default in defaults.items()})

    @property
    def upload_bytes(self) -> int:
        """`upload_mb` in bytes."""
        return self.upload_mb * 1_000_000

    @property
    def run_bytes(self) -> int:
        """`run_mb` in bytes."""
        return self.run_mb * 1_000_000

    @property
    def design_bytes(self) -> int:
        """`design_mb` in bytes."""
        return self.design_mb * 1_000_000


_CLASS_DEFAULTS = vars(WorkspaceLimits(runs=2, queue=10, minutes=120, upload_mb=500, run_mb=2_000, days=90))


def _whole_number(name: str, default: int) -> int:
    variable = PREFIX + name.upper()
    text = os.environ.get(variable, "")
    if not text:
        return default
    if not (text.isascii() and text.isdecimal()) or int(text) > MOST:
        raise ValueError(f"{variable} must be a whole number, 0 for unlimited. Received: {text!r:.40}.")
    return int(text)
