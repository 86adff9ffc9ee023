"""The home folder, with the run store, the runs' artifacts and the logs."""

import contextlib
import functools
import os
import re
import stat
from pathlib import Path

import platformdirs

from blockwright.runs.records import StoreError

_RUN_ID = re.compile(r"[a-z0-9]{8,64}")


class HomeError(StoreError, OSError):
    """The home folder cannot be used."""


def home() -> Path:
    """The home folder, created for its owner only: `BLOCKWRIGHT_HOME`, or the user's data folder.

    Raises:
        HomeError: it cannot be created; the message says how to fix it.
    """
    named = os.environ.get("BLOCKWRIGHT_HOME")
    folder = Path(named).expanduser() if named else Path(platformdirs.user_data_dir("blockwright"))
    if not folder.is_dir():
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            message = (
                f"The home folder {folder} cannot be created: {error.strerror}. "
                "Set BLOCKWRIGHT_HOME to another folder."
            )
            raise HomeError(message) from error
    folder = folder.resolve()
    _close_to_others(folder)
    return folder


@functools.cache
def _close_to_others(folder: Path) -> None:
    """Once a process: take from other users what a folder that existed before, or an earlier version, let them read.

    Only what belongs to Blockwright, as the folder may hold other things.
    """
    for path in (folder / "runs", folder / "uploads", folder / "logs", *folder.glob("blockwright.db*")):
        with contextlib.suppress(OSError):
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077:
                path.chmod(mode & 0o700)


def run_folder(run_id: str) -> Path:
    """The folder of a run's artifacts; `RunStore.create_run` makes it.

    Raises:
        ValueError: `run_id` is not a run's id, so that no name from outside becomes a path.
    """
    if not isinstance(run_id, str) or not _RUN_ID.fullmatch(run_id):
        raise ValueError(f"{run_id!r:.80} is not the id of a run: 8 to 64 small letters and digits.")
    return home() / "runs" / run_id


def logs_folder() -> Path:
    """The folder of the backend's logs, created if missing."""
    folder = home() / "logs"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def database_url() -> str:
    """The store's address: `BLOCKWRIGHT_DATABASE_URL`, or the SQLite file in the home folder."""
    return os.environ.get("BLOCKWRIGHT_DATABASE_URL") or f"sqlite:///{home() / 'blockwright.db'}"
