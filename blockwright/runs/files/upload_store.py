"""Uploaded files, stored by owner and named by a hash of their content, never by a typed name."""

import contextlib
import hashlib
import json
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from blockwright.runs.files.atomic_files import write_json
from blockwright.runs.files.storage_problems import storage_problem
from blockwright.runs.owners import check_owner
from blockwright.schema.data.dataset_config import TABLE_SUFFIXES
from blockwright.schema.data.errors import DataError

MAX_UPLOAD_BYTES = 500_000_000

_NAME = re.compile(r"[0-9a-f]{32}\.(csv|npz)")
_EXPIRIES = "expires.json"


@dataclass(frozen=True)
class Upload:
    """An uploaded file: its path, its size, when it was uploaded or last used, and when it will be deleted."""

    path: Path
    bytes: int
    used: float
    expires: float | None


def keep_upload(
    content: bytes | memoryview, home: Path, owner: str, title: str = "", most_bytes: int = 0
) -> Path:
    """Store an uploaded file and return its path; equal content is stored once per owner.

    Only the suffix of `title`, the name of the uploaded file, matters: a table or arrays. The content is checked by
    `upload_reader.describe_upload`. `most_bytes` is how much the owner's uploads may take together; 0 for any amount.
    Raises `DataError` if the file is empty or too large, or cannot be stored.
    """
    if not 0 < len(content) <= MAX_UPLOAD_BYTES:
        raise DataError(
            f"An uploaded data set may have up to {MAX_UPLOAD_BYTES // 1_000_000:,} MB and must not be empty. "
            f"Received: {len(content):,} bytes."
        )
    target = _target(content, _folder(home, owner), title)
    taken = sum(upload.bytes for upload in uploads(home, owner) if upload.path != target) if most_bytes else 0
    if most_bytes and taken + len(content) > most_bytes:
        raise DataError(
            f"There is no room for this file of {len(content) / 1e6:,.1f} MB: your uploads take {taken / 1e6:,.1f} of "
            f"{most_bytes / 1e6:,.0f} MB. Delete some of them on the page Runs, under Storage."
        )
    try:
        return _store(content, target)
    except OSError as error:
        reason = storage_problem(error, home) or f"{error.strerror}: {home}."
        raise DataError(f"The file cannot be stored. {reason}") from error


def _target(content: bytes | memoryview, folder: Path, title: str) -> Path:
    suffix = ".csv" if Path(title).suffix.lower() in TABLE_SUFFIXES else ".npz"
    return folder / f"{hashlib.sha256(content).hexdigest()[:32]}{suffix}"


def _store(content: bytes | memoryview, target: Path) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if target.exists():
        # Its age counts again from now.
        os.utime(target)
    else:
        handle, partial = tempfile.mkstemp(dir=target.parent, prefix=".partial-")
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


def uploads(home: Path, owner: str) -> list[Upload]:
    """The owner's uploads, the latest first."""
    folder = _folder(home, owner)
    expiries = _expiries(folder)
    entries = []
    for path in folder.glob("*") if folder.is_dir() else ():
        if _NAME.fullmatch(path.name):
            with contextlib.suppress(OSError):
                status = path.stat()
                expires = expiries.get(path.name)
                entries.append(Upload(path, status.st_size, status.st_mtime, expires))
    return sorted(entries, key=lambda upload: -upload.used)


def upload_owners(home: Path) -> list[str]:
    """Everyone who has uploaded a file."""
    folder = home / "uploads"
    return sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []


def delete_upload(home: Path, owner: str, name: str) -> bool:
    """Delete the owner's upload of that name; False if there is none."""
    if not _NAME.fullmatch(name):
        return False
    try:
        (_folder(home, owner) / name).unlink()
    except FileNotFoundError:
        return False
    return True


def set_upload_expiries(home: Path, owner: str, expiries: dict[str, float]) -> None:
    """Record when uploads will be deleted, by their names; the others will not."""
    folder = _folder(home, owner)
    if folder.is_dir() and expiries != _expiries(folder):
        write_json(folder / _EXPIRIES, expiries)


def _expiries(folder: Path) -> dict[str, float]:
    try:
        document = json.loads((folder / _EXPIRIES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _folder(home: Path, owner: str) -> Path:
    return home / "uploads" / check_owner(owner)
