"""Measure what the README's figures come from: `python -m benchmarks [PART ...]`."""

import os
import subprocess
import sys
import tempfile
from importlib import import_module
from pathlib import Path

import click

from benchmarks.report import machine, print_report

PARTS = {
    "edits": "Edits",
    "imports": "Imports",
    "canvas": "Gestures on the page",
    "server": "Server",
    "first_point": "First curve point and memory of a run",
    "press": "The server's work for an edit",
    "classroom": "Classroom",
    "class_hour": "An hour of a class",
    "training": "Training",
    "estimates": "Estimates before a run",
    "time_to_accuracy": "Time to 98 % test accuracy",
    "two_runs": "Two runs at once",
}


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("parts", nargs=-1, type=click.Choice(list(PARTS)), metavar="[PART ...]")
def main(parts: tuple[str, ...]) -> None:
    """Run the benchmarks, each in a process and a home folder of its own; all of them by default.

    Parts: edits, imports, canvas, server, first_point, press, classroom, class_hour, training,
    estimates, two_runs, time_to_accuracy.
    """
    if len(parts) == 1:
        _run(parts[0])
        return
    for part in parts or PARTS:
        subprocess.run([sys.executable, "-m", "benchmarks", part], check=False)


def _run(part: str) -> None:
    with tempfile.TemporaryDirectory(prefix="blockwright-bench-") as folder:
        os.environ["BLOCKWRIGHT_HOME"] = folder
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        measure = import_module(f"benchmarks.{part}").measure
        print(machine())
        print_report(PARTS[part], measure(Path(folder)))


if __name__ == "__main__":
    main()
