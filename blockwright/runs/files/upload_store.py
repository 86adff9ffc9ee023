"""Uploaded files, stored by owner and named by a hash of their content, never by a typed name."""

import hashlib
import os
import tempfile
from pathlib import Path

from blockwright.runs.files.storage_problems import storage_problem
from blockwright.runs.owners import check_owner
from blockwright.schema.data.dataset_config import TABLE_SUFFIXES
from blockwright.schema.data.errors import DataError

MAX_UPLOAD_BYTES = 500_000_000


def keep_upload(content: bytes | memoryview, home: Path, owner: str, title: str = "") -> Path:
    """Store an uploaded file and return its path; equal content is stored once per owner.

    Only the suffix of `title`, the name of the uploaded file, matters: a table or arrays. The content is checked by
    `upload_reader.describe_upload`. Raises `DataError` if the file is empty or too large, or cannot be stored.
    """
    if not 0 < len(content) <= MAX_UPLOAD_BYTES:
        raise DataError(
            f"An uploaded data set may have up to {MAX_UPLOAD_BYTES // 1_000_000:,} MB and must not be empty. "
            f"Received: {len(content):,} bytes."
        )
    try:
        return _store(content, _folder(home, owner), title)
    except OSError as error:
        reason = storage_problem(error, home) or f"{error.strerror}: {home}."
        raise DataError(f"The file cannot be stored. {reason}") from error


def _store(content: bytes | memoryview, folder: Path, title: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    suffix = ".csv" if Path(title).suffix.lower() in TABLE_SUFFIXES else ".npz"
    target = folder / f"{hashlib.sha256(content).hexdigest()[:32]}{suffix}"
    if not target.exists():
        handle, partial = tempfile.mkstemp(dir=folder, prefix=".partial-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            os.replace(partial, target)
        finally:
            Path(partial).unlink(missing_ok=True)
    return target


def check_owned(path: str | Path, home: Path, owner: str) -> None:
    """Refuse a path that is not an upload of this owner, such as one from a link. Raises `DataError`."""
    if Path(path).resolve().parent != _folder(home, owner).resolve():
        raise DataError(
            "This data set is a file of another workspace or computer. Upload the file here, then train."
        )


def _folder(home: Path, owner: str) -> Path:
    return home / "uploads" / check_owner(owner)
