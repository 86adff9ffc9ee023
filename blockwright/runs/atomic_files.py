"""Files that are written whole or not at all, so that a kill at any moment leaves the last good ones."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from blockwright.runs.database import to_json


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Let `write` fill a file beside `path`, with the same ending, then put it in its place."""
    partial = path.with_name(f".partial-{os.getpid()}-{path.name}")
    try:
        write(partial)
        os.replace(partial, path)
    finally:
        partial.unlink(missing_ok=True)


def write_json(path: Path, document: Any) -> None:
    """Write JSON; numbers that are not finite become null."""
    text = json.dumps(json.loads(to_json(document)), ensure_ascii=False, indent=1)
    write_atomically(path, lambda partial: partial.write_text(text + "\n", encoding="utf-8"))


def write_arrays(path: Path, arrays: dict[str, np.ndarray]) -> None:
    """Write arrays as a compressed `.npz`."""
    write_atomically(path, lambda partial: np.savez_compressed(partial, **arrays))  # type: ignore[arg-type]
