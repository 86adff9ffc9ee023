"""The files of a run as a whole: how much they take, and all of them in one zip."""

import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

from blockwright.runs.files.atomic_files import PARTIAL
from blockwright.runs.files.home import run_folder
from blockwright.runs.files.saved_states import STATES
from blockwright.runs.records import Run


def run_bytes(run_id: str) -> int:
    """The bytes of a run's files."""
    return sum(size for _, size in _files(run_folder(run_id)))


def run_zip(run: Run) -> bytes:
    """The files of a run as a zip, with its design and settings also where training had not begun.

    The states that it is resumed from are left out: only this app reads them.
    """
    folder = run_folder(run.id)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        names = set()
        for path, _ in _files(folder):
            if path.parent.name == STATES:
                continue
            name = path.relative_to(folder).as_posix()
            names.add(name)
            archive.write(path, name)
        for name, document in (("design.json", run.design), ("settings.json", run.settings)):
            if name not in names:
                archive.writestr(name, json.dumps(document, indent=1))
    return buffer.getvalue()


def _files(folder: Path) -> Iterator[tuple[Path, int]]:
    """Every finished file below a folder with its size; links are not followed."""
    for parent, _, names in os.walk(folder):
        for name in sorted(names):
            path = Path(parent, name)
            if name.startswith(PARTIAL) or path.is_symlink():
                continue
            try:
                size = path.stat().st_size
            except OSError:
                # Removed in this moment.
                continue
            yield path, size
