"""Which code a backend runs: so that a server with newer code, or another Python, replaces an older backend."""

import contextlib
import hashlib
import sys
from pathlib import Path

import blockwright

ROOT = Path(blockwright.__file__).resolve().parent.parent
PARTS = ("architecture", "backend", "data", "evaluation", "modeling", "runs", "training")


def code_stamp() -> str:
    """A fingerprint of this Python and of the files that a backend or its children may import."""
    digest = hashlib.sha256(f"{sys.executable} {sys.version}".encode())
    for folder in (ROOT / "blocks", *(ROOT / "blockwright" / part for part in PARTS)):
        for path in sorted(folder.rglob("*.py")):
            with contextlib.suppress(FileNotFoundError):
                known = path.stat()
                digest.update(f"{path} {known.st_size} {known.st_mtime_ns}\n".encode())
    return digest.hexdigest()
