"""Why nothing can be written to a folder, as a sentence: a full disk, a read-only one, missing rights."""

import errno
import os
from pathlib import Path

LEAST_FREE_BYTES = 1_000_000
"""With less than this free, a disk counts as full."""

_FULL = (errno.ENOSPC, errno.EDQUOT)
_READ_ONLY = (errno.EROFS,)
_FORBIDDEN = (errno.EACCES, errno.EPERM)
# What libraries say that do not pass the system's number on: SQLite, and HDF5 when it closes a file.
_FULL_TEXTS = ("disk is full", "No space left on device", "quota exceeded", f"errno = {errno.ENOSPC}")
_READ_ONLY_TEXTS = ("readonly database", "read-only file system", f"errno = {errno.EROFS}")


def storage_problem(error: BaseException, folder: Path) -> str | None:
    """A sentence if `error` says that nothing can be written to `folder` now; None for any other error."""
    number = error.errno if isinstance(error, OSError) else None
    text = str(error).lower()
    if number in _FULL or any(part.lower() in text for part in _FULL_TEXTS):
        return full(folder)
    if number in _READ_ONLY or any(part.lower() in text for part in _READ_ONLY_TEXTS):
        return read_only(folder)
    if number in _FORBIDDEN:
        return f"Nothing may be written to the folder {folder}: its rights do not allow it. Change them."
    return None


def folder_problem(folder: Path) -> str | None:
    """A sentence if the disk of `folder` is full or read-only; found without writing to it."""
    if not hasattr(os, "statvfs"):
        return None
    try:
        disk = os.statvfs(folder)
    except OSError:
        return None
    if disk.f_flag & os.ST_RDONLY:
        return read_only(folder)
    return full(folder) if disk.f_bavail * disk.f_frsize < LEAST_FREE_BYTES else None


def full(folder: Path) -> str:
    """The sentence for a full disk."""
    return f"The disk of the folder {folder} is full. Free some space there."


def read_only(folder: Path) -> str:
    """The sentence for a disk that is read-only."""
    return f"The disk of the folder {folder} is read-only. Make it writable, or set BLOCKWRIGHT_HOME to another folder."
