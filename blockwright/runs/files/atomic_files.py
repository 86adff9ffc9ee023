"""Writing files atomically, so that a killed process leaves the previous version."""

import contextlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

import numpy as np

from blockwright.runs.database.database import to_json
from blockwright.runs.files.storage_problems import storage_problem

PARTIAL = ".partial-"
"""How the names of unfinished files begin."""
ABANDONED_SECONDS = 3600.0
"""The age after which an unfinished file counts as left behind."""

_wait: ContextVar[Callable[[str], None] | None] = ContextVar("wait", default=None)


@contextlib.contextmanager
def waiting_for_room(wait: Callable[[str], None]) -> Iterator[None]:
    """Within it, a file that cannot be written is tried again for as long as the disk is full or read-only.

    Args:
        wait: called between two tries with a sentence that says what is missing; takes a moment, or raises to give up.
    """
    token = _wait.set(wait)
    try:
        yield
    finally:
        _wait.reset(token)


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Call `write` on a temporary file beside `path`, with the same suffix, then replace `path` with it."""
    partial = path.with_name(f"{PARTIAL}{os.getpid()}-{path.name}")
    while True:
        try:
            write(partial)
            os.replace(partial, path)
            return
        except Exception as error:
            wait, problem = _wait.get(), storage_problem(error, path.parent)
            if wait is None or problem is None:
                raise
        finally:
            with contextlib.suppress(OSError):
                partial.unlink(missing_ok=True)
        wait(problem)


def write_json(path: Path, document: Any) -> None:
    """Write JSON; numbers that are not finite become null."""
    text = json.dumps(json.loads(to_json(document)), ensure_ascii=False, indent=1)
    write_atomically(path, lambda partial: partial.write_text(text + "\n", encoding="utf-8"))


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays as a compressed `.npz`."""
    write_atomically(path, lambda partial: np.savez_compressed(partial, **arrays))  # type: ignore[arg-type]


def remove_partial_files(folder: Path, older_than: float = 0.0) -> None:
    """Remove what killed processes left unfinished in a folder, if it is older than some seconds."""
    for path in folder.glob(f"{PARTIAL}*"):
        with contextlib.suppress(OSError):
            if time.time() - path.lstat().st_mtime >= older_than:
                if path.is_dir() and not path.is_symlink():
                    shutil.rmtree(path)
                else:
                    path.unlink()


def remove_abandoned_files(home: Path) -> None:
    """Remove what killed processes left unfinished in a home: in the folders of runs, their exports, and uploads."""
    for pattern in ("runs/*", "runs/*/*/", "uploads/*"):
        for folder in home.glob(pattern):
            if folder.is_dir() and not folder.name.startswith(PARTIAL):
                remove_partial_files(folder, ABANDONED_SECONDS)
