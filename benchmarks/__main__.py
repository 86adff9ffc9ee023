"""Measure what the README's figures come from: `python -m benchmarks [PART …]`; the parts stand in `PARTS`."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

PARTS = ("edits", "imports", "canvas", "server", "first_point", "classroom", "training")


def _run(part: str, home: Path) -> None:
    from benchmarks.report import show

    if part == "edits":
        from benchmarks.edits import measure

        show("Edits", measure())
    elif part == "imports":
        from benchmarks.imports import measure

        show("Imports", measure())
    elif part == "canvas":
        from benchmarks.canvas import measure

        show("Gestures on the page", measure(home))
    elif part == "server":
        from benchmarks.server import measure

        show("Server", measure(home))
    elif part == "first_point":
        from benchmarks.first_point import measure

        show("First curve point and memory of a run", measure(home))
    elif part == "classroom":
        from benchmarks.classroom import measure
        from benchmarks.server import served, stop_backend
        from blockwright.backend.client import backend

        with served(home) as (_, url):
            backend().wait_ready()
            show("Classroom", measure(url))
        stop_backend(home)
    else:
        subprocess.run([sys.executable, "-m", f"benchmarks.{part}"], check=True)


def main(parts: list[str]) -> None:
    """Run each part in a process of its own, with a home folder of its own."""
    unknown = [part for part in parts if part not in PARTS]
    if unknown:
        sys.exit(f"There is no benchmark {unknown[0]}. There are: {', '.join(PARTS)}.")
    if len(parts) == 1:
        with tempfile.TemporaryDirectory(prefix="blockwright-bench-") as folder:
            os.environ["BLOCKWRIGHT_HOME"] = folder
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
            _run(parts[0], Path(folder))
        return
    for part in parts or PARTS:
        subprocess.run([sys.executable, "-m", "benchmarks", part], check=False)


if __name__ == "__main__":
    main(sys.argv[1:])
