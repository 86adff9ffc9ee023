"""Which code a backend runs: so that a server with newer code, or another Python, replaces an older backend."""

import contextlib
import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVER_ONLY = ("ui", "charts")


def code_stamp() -> str:
    """A fingerprint of this Python and of the files that a backend or its children may import."""
    digest = hashlib.sha256(f"{sys.executable} {sys.version}".encode())
    parts = [part for part in sorted((ROOT / "blockwright").iterdir()) if part.name not in SERVER_ONLY]
    for folder in (ROOT / "blocks", *parts):
        for path in sorted(folder.rglob("*.py")):
            with contextlib.suppress(FileNotFoundError):
                known = path.stat()
                digest.update(f"{path} {known.st_size} {known.st_mtime_ns}\n".encode())
    return digest.hexdigest()
