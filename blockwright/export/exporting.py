"""Exporting the trained network of a run to a file, which is verified by loading the file again.

Light to import: Keras and the converters are loaded when a file has to be made. Files are in `exports/` in the run's
folder, are kept until the run's weights change, and appear complete or not at all.
"""

import contextlib
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from blockwright.export import status
from blockwright.export.status import Progress
from blockwright.runs.evaluation_reader import EVALUATION, PREDICTIONS
from blockwright.runs.files.home import run_folder
from blockwright.runs.process_start import this_process
from blockwright.runs.records import Run
from blockwright.runs.store import RunStore, StoreError
from blockwright.schema.findings import DesignError
from blockwright.schema.run.exports import KINDS, ExportError, ExportKind, ExportProgress, ExportResult
from blockwright.training import artifacts

__all__ = ["KINDS", "ExportError", "ExportKind", "export", "export_progress"]

FOLDER = "exports"
_DISK_USE = {"saved_model": 6, "tflite": 6, "preprocessing": 0, "requirements": 0}
_SPARE_BYTES = 1_000_000
_LAYOUT = 3
"""Counts up when a kind's content changes, so that files of older versions are written again."""


def export(
    run_id: str, kind: str, progress: Progress | None = None, owner: str | None = None
) -> ExportResult:
    """Write one kind of file for a run and verify it; at once where it exists already.

    Args:
        run_id: a run with saved weights.
        kind: a key of `KINDS`.
        progress: called with each step; `export_progress` gives the same to other processes.
        owner: the visitor's workspace; with it, runs of others are not found.

    Raises `ExportError`: no such run, nothing to export, a format that does not support the network, a file that does
    not predict the same as the network, a full disk. Then nothing is left behind.
    """
    chosen = _kind(kind)
    run = _run(run_id, owner)
    folder = _folder_of(run)
    report = progress or (lambda fraction, sentence: None)
    with _export_errors(chosen, folder), _locked(folder):
        return _export(run, chosen, folder, report)


def export_progress(run_id: str, kind: str, owner: str | None = None) -> ExportProgress:
    """How far an export is.

    The state is "none" where it never started, or the weights have changed since. Reads two small files. Raises
    `ExportError` for a run that does not exist.
    """
    chosen = _kind(kind)
    run = _run(run_id, owner)
    folder = run_folder(run.id) / FOLDER
    return status.progress(folder, chosen, _stamp(run, folder.parent, chosen))


def _export(run: Run, kind: ExportKind, folder: Path, report: Progress) -> ExportResult:
    stamp = _stamp(run, folder.parent, kind)
    existing = status.current(folder, kind, stamp)
    if existing is not None:
        report(1.0, existing["sentence"])
        return existing

    def note(fraction: float, sentence: str) -> None:
        status.write(folder, kind, "working", fraction, sentence, process=this_process())
        report(fraction, sentence)

    try:
        with _export_errors(kind, folder):
            result = _make(run, kind, folder, note)
    except ExportError as error:
        status.write(folder, kind, "failed", 0.0, str(error))
        raise
    except BaseException:
        sentence = f"{kind.title} could not be written. See the backend's log."
        status.write(folder, kind, "failed", 0.0, sentence)
        raise
    status.write(folder, kind, "done", 1.0, result["sentence"], stamp=stamp, result=result)
    report(1.0, result["sentence"])
    return result


def _make(run: Run, kind: ExportKind, folder: Path, note: Progress) -> ExportResult:
    """Write a file under a temporary name, verify it, and only then rename it."""
    from blockwright.export import writers

    target = folder / kind.file_name(str(run.design.get("name", "")))
    partial = folder / f".partial-{os.getpid()}-{target.name}"
    _check_disk_space(kind, folder)
    try:
        match kind.key:
            case "requirements":
                note(0.1, "Writing the list of packages.")
                verification = writers.write_requirements(partial)
            case "preprocessing":
                note(0.1, "Reading how the data was preprocessed.")
                verification = writers.write_preprocessing(run, folder.parent, partial)
            case "bundle":

                def part(key: str, start: float, end: float) -> ExportResult:
                    def note_part(fraction: float, sentence: str) -> None:
                        note(start + (end - start) * fraction, sentence)

                    return _export(run, KINDS[key], folder, note_part)

                verification = writers.write_bundle(run, folder.parent, partial, part, note)
            case _:
                verification = writers.write_network(run, kind, folder.parent, partial, note)
        size = partial.stat().st_size
        os.replace(partial, target)
    finally:
        # Also where the disk is full, or the folder is gone with its run.
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    return {
        "kind": kind.key,
        "path": str(target),
        "name": target.name,
        "mime": kind.mime,
        "bytes": size,
        **verification,
    }


def _check_disk_space(kind: ExportKind, folder: Path) -> None:
    """Refuse in advance what cannot fit: HDF5 keeps a file open that it could not finish, and its disk space with it.

    A SavedModel needs the space of the weights twice, in a folder and again in the zip; others once, with a copy.
    """
    import shutil

    weights = (folder.parent / artifacts.WEIGHTS).stat().st_size
    needed = _DISK_USE.get(kind.key, 2) * weights + (_SPARE_BYTES if _DISK_USE.get(kind.key, 2) else 0)
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise ExportError(
            f"The disk is full: {kind.title} needs about {needed / 1e6:,.1f} MB for this network, and "
            f"{free / 1e6:,.1f} MB are free. Free some space where the runs are stored, then export again."
        )


def _kind(key: str) -> ExportKind:
    if key not in KINDS:
        raise ExportError(f"There is no export called {str(key)[:40]!r}. There are: {', '.join(KINDS)}.")
    return KINDS[key]


def _run(run_id: str, owner: str | None) -> Run:
    missing = f"There is no run {str(run_id)[:64]!r} here; it may have been deleted."
    try:
        run_folder(run_id)
    except ValueError as error:
        raise ExportError(missing) from error
    try:
        with closing(RunStore()) as store:
            run = store.get(run_id, owner=owner)
    except StoreError as error:
        raise ExportError(str(error)) from error
    if run is None:
        raise ExportError(missing)
    return run


def _folder_of(run: Run) -> Path:
    """The folder of the run's exports, made when missing. Raises `ExportError` where there is nothing to export."""
    folder = run_folder(run.id)
    if not folder.is_dir():
        raise ExportError(
            "The files of this run are gone, so there is nothing to export. Train the design again."
        )
    if not (folder / artifacts.WEIGHTS).is_file():
        if not run.over:
            raise ExportError(
                "This run has no weights yet. They are saved after each epoch; export it then, or when it ends."
            )
        if (folder / artifacts.HISTORY).is_file():
            raise ExportError(
                "The weights of this run are gone, so there is nothing to export. Train it again."
            )
        raise ExportError("This run ended during its first epoch, so it has no weights to export.")
    with _export_errors(KINDS["bundle"], folder):
        (folder / FOLDER).mkdir(mode=0o700, exist_ok=True)
    return folder / FOLDER


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One export of a run at a time; what a killed one left behind is removed."""
    import shutil

    from filelock import FileLock

    with FileLock(folder / ".lock"):
        for leftover in folder.glob(".partial-*"):
            if leftover.is_dir():
                shutil.rmtree(leftover, ignore_errors=True)
            else:
                leftover.unlink(missing_ok=True)
        yield


def _stamp(run: Run, folder: Path, kind: ExportKind) -> str:
    """What a file was made from: the same stamp, the same content."""
    names = [artifacts.WEIGHTS, PREDICTIONS]
    if kind.key == "bundle":
        names += [artifacts.HISTORY, EVALUATION]
    parts = [str(_LAYOUT), run.name if kind.key == "bundle" else "", run.status]
    for name in names:
        with contextlib.suppress(FileNotFoundError):
            file = (folder / name).stat()
            parts.append(f"{name}:{file.st_mtime_ns}:{file.st_size}")
    return "|".join(parts)


@contextmanager
def _export_errors(kind: ExportKind, folder: Path) -> Iterator[None]:
    """Expected problems become an `ExportError` with a sentence."""
    try:
        yield
    except (ExportError, DesignError):
        raise
    except MemoryError as error:
        raise ExportError(
            f"There is not enough free memory to write {kind.title} for this network."
        ) from error
    except ModuleNotFoundError as error:
        raise ExportError(
            f"{kind.title} needs the package {error.name}, which is not installed: "
            "pip install -r requirements.txt installs everything."
        ) from error
    except Exception as error:
        sentence = _sentence(error, folder)
        if sentence is None:
            raise
        raise ExportError(sentence) from error


def _sentence(error: Exception, folder: Path) -> str | None:
    """The sentence for a problem with the disk or the files; None for what should not happen."""
    import errno

    # HDF5 and TensorFlow report a full disk in words only.
    words = str(error).lower()
    number = getattr(error, "errno", None)
    if number in (errno.ENOSPC, errno.EDQUOT) or "no space left" in words or "quota exceeded" in words:
        return (
            "The disk is full, so the file could not be written, and nothing of it was left behind. Free some space "
            "where the runs are stored, then export again."
        )
    if isinstance(error, FileNotFoundError) and not folder.is_dir():
        return "The files of this run are gone; it has been deleted."
    if isinstance(error, PermissionError):
        return "The folder of this run is not writable. Change its permissions, then export again."
    return None
