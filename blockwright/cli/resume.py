"""`blockwright resume`: let a run go on."""

import click

from blockwright.cli.options import json_option
from blockwright.cli.report import fail, print_message, refuse
from blockwright.cli.tensorflow_import import import_tensorflow
from blockwright.cli.train import end_run_on_signals, print_result
from blockwright.recipe.settings import SettingsError
from blockwright.runs.records import StoreError
from blockwright.runs.resuming import NotResumable
from blockwright.schema.data.errors import DataError
from blockwright.schema.findings import DesignError


@click.command()
@click.argument("run")
@click.option(
    "--epochs",
    type=click.IntRange(1, 10_000),
    help="For how many more epochs; for a run that finished. A schedule of the learning rate then covers all "
    "epochs.  [default: as many as were planned]",
)
@json_option
def resume(run: str, epochs: int | None, as_json: bool) -> None:
    """Let a RUN of the command line go on, by its id: from the last epoch whose state was saved.

    A run that was killed, stopped, or failed for want of memory goes on to its planned end, and ends as it would have
    without the interruption. One that finished trains further with --epochs.
    """
    import_tensorflow()
    from blockwright.training.local import resume as resume_run

    end_run_on_signals()
    try:
        result = resume_run(run, epochs=epochs or 0, progress=print_message)
    except DesignError as error:
        refuse(error.findings, as_json)
    except (DataError, StoreError, NotResumable, SettingsError) as error:
        fail(str(error), as_json)
    print_result(result, as_json)
