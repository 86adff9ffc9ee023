"""The progress of each export of a run, in small files that other processes read."""

import contextlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

from blockwright.runs.files.atomic_files import write_json
from blockwright.runs.process_start import is_running
from blockwright.schema.run.exports import ExportKind, ExportProgress, ExportResult

Progress = Callable[[float, str], None]
"""Called with the fraction done, 0 to 1, and the current step."""


def write(
    folder: Path,
    kind: ExportKind,
    state: str,
    fraction: float,
    sentence: str,
    stamp: str | None = None,
    result: ExportResult | None = None,
    process: tuple[int, str] | None = None,
) -> None:
    """Write the state of an export."""
    document = {
        "state": state,
        "fraction": min(1.0, max(0.0, fraction)),
        "sentence": sentence,
        "stamp": stamp,
        "result": result,
        "process": process,
    }
    path = _state_path(folder, kind)
    try:
        write_json(path, document)
    except OSError:
        # A full disk, or a run that is deleted meanwhile: the export itself reports it. An old state would be wrong.
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def current(folder: Path, kind: ExportKind, stamp: str) -> ExportResult | None:
    """The result of an export, if it was made from the same weights and its file still exists."""
    record = _read(folder, kind)
    result = record.get("result")
    if record.get("stamp") != stamp or not isinstance(result, dict):
        return None
    # The home folder may have moved since.
    path = folder / Path(str(result.get("path"))).name
    try:
        same = path.stat().st_size == result["bytes"]
    except (OSError, KeyError):
        return None
    return cast(ExportResult, {**result, "path": str(path)}) if same else None


def progress(folder: Path, kind: ExportKind, stamp: str) -> ExportProgress:
    """How far an export is; one whose process is gone has failed."""
    record = _read(folder, kind)
    state = record.get("state")
    if state == "done":
        result = current(folder, kind, stamp)
        if result is not None:
            return ExportProgress(state="done", fraction=1.0, sentence=record["sentence"], result=result)
    elif state == "working" and not is_running(*_process(record)):
        sentence = "This export was interrupted. Start it again."
        return ExportProgress(state="failed", fraction=0.0, sentence=sentence, result=None)
    elif state in ("working", "failed"):
        return ExportProgress(
            state=state, fraction=record["fraction"], sentence=record["sentence"], result=None
        )
    return ExportProgress(state="none", fraction=0.0, sentence="", result=None)


def _state_path(folder: Path, kind: ExportKind) -> Path:
    return folder / f".{kind.key}.json"


def _read(folder: Path, kind: ExportKind) -> dict[str, Any]:
    try:
        document = json.loads(_state_path(folder, kind).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # Not there, or damaged: the export is then made again.
        return {}
    return document if isinstance(document, dict) else {}


def _process(record: dict[str, Any]) -> tuple[object, object]:
    """The id and start of the process that works on an export."""
    process = record.get("process")
    return tuple(process) if isinstance(process, list) and len(process) == 2 else (None, None)
