"""The states from which a run can go on: files in the folder of the run, one for an epoch, the latest two of them.

A state is a zip of a JSON document and of arrays, as NumPy's `.npz` files are; its checksums show whether it is whole.
"""

import contextlib
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from blockwright.runs.files.atomic_files import write_atomically

STATES = "state"
"""The folder of the states within that of a run."""
FORMAT = 1
_DOCUMENT = "state.json"
_NAME = re.compile(r"epoch_(\d{1,9})\.zip")
_DAMAGES = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError)


class DamagedState(ValueError):
    """A state that cannot be read: its file is damaged, or does not belong to the network."""


@dataclass(frozen=True)
class SavedState:
    """The state of a run after some epochs."""

    epoch: int
    path: Path
    bytes: int

    def is_whole(self) -> bool:
        """Whether its file is undamaged; all of it is read for that."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                return archive.testzip() is None and self._document(archive)["epoch"] == self.epoch
        except _DAMAGES:
            return False

    def document(self) -> dict[str, Any]:
        """What belongs to it besides the arrays. Raises `DamagedState`."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                return self._document(archive)
        except _DAMAGES as error:
            raise DamagedState(f"The state after epoch {self.epoch} cannot be read.") from error

    def arrays(self, names: Iterable[str]) -> Iterator[np.ndarray]:
        """The arrays of these names, one after another. Raises `DamagedState`."""
        try:
            with zipfile.ZipFile(self.path) as archive:
                for name in names:
                    with archive.open(name) as file:
                        yield np.lib.format.read_array(file, allow_pickle=False)
        except _DAMAGES as error:
            raise DamagedState(f"The state after epoch {self.epoch} cannot be read.") from error

    @staticmethod
    def _document(archive: zipfile.ZipFile) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(archive.read(_DOCUMENT))
        if document["format"] != FORMAT:
            raise ValueError(f"This state has format {document['format']}; this version reads {FORMAT}.")
        return document


def saved_states(folder: Path) -> list[SavedState]:
    """The states of a run, the latest first: by their epochs, as clocks can be changed."""
    states = []
    with contextlib.suppress(FileNotFoundError):
        for path in (folder / STATES).iterdir():
            match = _NAME.fullmatch(path.name)
            if match is not None:
                states.append(SavedState(int(match[1]), path, path.stat().st_size))
    return sorted(states, key=lambda state: -state.epoch)


def usable_state(folder: Path) -> SavedState | None:
    """The latest state that is not damaged."""
    return next((state for state in saved_states(folder) if state.is_whole()), None)


def write_state(
    folder: Path, epoch: int, document: dict[str, Any], arrays: Callable[[], Iterable[tuple[str, np.ndarray]]]
) -> None:
    """Write the state after an epoch; those before the previous one are removed once it is whole.

    `arrays` gives them one after another, so that no second copy of all is in memory; again for another try.
    """
    (folder / STATES).mkdir(mode=0o700, exist_ok=True)
    written = json.dumps({"format": FORMAT, "epoch": epoch, **document})

    def write(partial: Path) -> None:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_STORED) as archive:
            archive.writestr(_DOCUMENT, written)
            for name, array in arrays():
                with archive.open(name, "w", force_zip64=True) as file:
                    np.lib.format.write_array(file, array, allow_pickle=False)

    write_atomically(folder / STATES / f"epoch_{epoch:04d}.zip", write)
    for state in saved_states(folder)[2:]:
        _remove(state)


def remove_states(folder: Path, keep: int = 0, after: int | None = None) -> None:
    """Remove all states but the latest `keep`, or those after an epoch."""
    states = saved_states(folder)
    for state in states[keep:] if after is None else [state for state in states if state.epoch > after]:
        _remove(state)


def _remove(state: SavedState) -> None:
    # A file that cannot be removed now takes room, but does no harm: the next epoch tries again.
    with contextlib.suppress(OSError):
        state.path.unlink(missing_ok=True)
