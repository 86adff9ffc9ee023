"""A fingerprint of the code that a backend runs, so that a server with newer code replaces an older backend."""

import contextlib
import hashlib
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVER_ROOMS = ("ui", "charts")


def code_fingerprint() -> str:
    """A hash of the Python version and of the files that a backend or its child processes may import."""
    digest = hashlib.sha256(f"{sys.executable} {sys.version}".encode())
    folders = [
        folder for folder in sorted((ROOT / "blockwright").iterdir()) if folder.name not in SERVER_ROOMS
    ]
    for folder in (ROOT / "blocks", *folders):
        for path in sorted(folder.rglob("*.py")):
            with contextlib.suppress(FileNotFoundError):
                stat = path.stat()
                digest.update(f"{path} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
