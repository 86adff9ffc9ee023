"""Writing files atomically, so that a killed process leaves the previous version."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from blockwright.runs.database import to_json


def write_atomically(path: Path, write: Callable[[Path], object]) -> None:
    """Call `write` on a temporary file beside `path`, with the same suffix, then replace `path` with it."""
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
