"""The command line: `blockwright COMMAND`, also as `python -m blockwright COMMAND`.

Results go to stdout (one JSON object with --json), progress to stderr. Exit status: 0 done, 1 the design or
the data is wrong (the findings say how), 2 unusable arguments.
"""

import os

import click

from blockwright.cli.catalog import catalog
from blockwright.cli.code import code
from blockwright.cli.describe import describe
from blockwright.cli.import_model import import_command
from blockwright.cli.resume import resume
from blockwright.cli.runs import runs
from blockwright.cli.train import train
from blockwright.cli.trained import export_command, test_command


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    commands=[
        catalog,
        describe,
        train,
        resume,
        code,
        import_command,
        runs,
        test_command,
        export_command,
    ],
)
def main() -> None:
    """Build, describe and train neural networks from designs that are plain data."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
