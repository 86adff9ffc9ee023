"""How far the verification of generated code is, in small files that other processes read; and how to cancel it."""

import contextlib
import json
import re
import time
from dataclasses import dataclass
from pathlib import Path

from blockwright.runs.files.atomic_files import write_json
from blockwright.runs.files.home import home

STEPS = (
    "Writing the file",
    "The app trains its network",
    "The file starts in a process of its own",
    "The file trains its network",
    "Comparing",
)
_KEPT_SECONDS = 86_400.0
_KEY = re.compile(r"[0-9a-f]{64}")


class ProofCancelled(ValueError):
    """The visitor cancelled the verification; the message says so."""

    def __init__(self) -> None:
        super().__init__("The verification was cancelled.")


@dataclass(frozen=True)
class ProofProgress:
    """How far a verification is.

    Attributes:
        step: the current one of `STEPS`, counted from 0.
        batches: how many batches of this step are done.
        of: how many there are; 0 for a step without batches.
    """

    step: int
    batches: int = 0
    of: int = 0

    @property
    def fraction(self) -> float:
        """How much is done, 0 to 1; every step counts the same."""
        return min(1.0, (self.step + (self.batches / self.of if self.of else 0.0)) / len(STEPS))


def report(key: str | None, progress: ProofProgress) -> None:
    """Note how far the verification `key` is; nothing is noted for None. Raises `ProofCancelled`."""
    if key is None:
        return
    check_cancelled(key)
    # A full disk only hides the progress.
    with contextlib.suppress(OSError):
        write_json(_path(key), {"step": progress.step, "batches": progress.batches, "of": progress.of})


def read(key: str) -> ProofProgress | None:
    """How far the verification `key` is; None before it begins."""
    try:
        noted = json.loads(_path(key).read_text(encoding="utf-8"))
        return ProofProgress(int(noted["step"]), int(noted["batches"]), int(noted["of"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def begin(key: str | None) -> None:
    """Forget how far an earlier verification `key` was, and what others left behind. A request to cancel stays."""
    if key is None:
        return
    with contextlib.suppress(OSError):
        _path(key).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        for path in _path(key).parent.iterdir():
            if time.time() - path.stat().st_mtime > _KEPT_SECONDS:
                path.unlink(missing_ok=True)


def cancel(key: str) -> None:
    """Ask the verification `key` to end."""
    _cancelled(key).touch()


def check_cancelled(key: str | None) -> None:
    """Raise `ProofCancelled` if the verification `key` was cancelled."""
    if key is not None and _cancelled(key).exists():
        raise ProofCancelled


def forget(key: str | None) -> None:
    """Remove what was noted of the verification `key`."""
    if key is not None:
        for path in (_path(key), _cancelled(key)):
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)


def _path(key: str) -> Path:
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r:.80} is not the key of a verification: 64 hexadecimal digits.")
    folder = home() / "proofs"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder / f"{key}.json"


def _cancelled(key: str) -> Path:
    return _path(key).with_suffix(".cancelled")
