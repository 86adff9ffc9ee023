"""`blockwright test` and `blockwright export`: runs that have ended, with weights of one's choice."""

import shutil

import click

from blockwright.cli.options import json_option
from blockwright.cli.report import fail, print_json, print_message
from blockwright.cli.tensorflow_import import import_tensorflow
from blockwright.runs.best_epoch import weights_text
from blockwright.runs.chosen_weights import WeightsError
from blockwright.runs.events import Evaluated
from blockwright.runs.records import StoreError
from blockwright.schema.run.exports import KINDS, ExportError

weights_option = click.option(
    "--weights",
    metavar="best|last|epoch:N",
    help="The weights to test, which the run then exports: those of its best epoch, its last ones, or of an epoch that "
    "ModelCheckpoint kept.  [default: those that were tested before]",
)


@click.command("test")
@click.argument("run_id", metavar="RUN")
@weights_option
@json_option
def test_command(run_id: str, weights: str | None, as_json: bool) -> None:
    """Test a run that has ended again, with weights of your choice. Its exports hold these weights from then on."""
    try:
        sentence, evaluated = _test(run_id, weights)
    except (WeightsError, StoreError) as error:
        fail(str(error), as_json)
    if as_json:
        print_json({"run": run_id, **evaluated})
    else:
        click.echo(sentence)


@click.command("export")
@click.argument("run_id", metavar="RUN")
@click.option(
    "--format",
    "kind",
    type=click.Choice(list(KINDS)),
    default="keras_plain",
    show_default=True,
    help="The kind of file.",
)
@weights_option
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False),
    help="The file to write.  [default: named after the network, here]",
)
@json_option
def export_command(run_id: str, kind: str, weights: str | None, output: str | None, as_json: bool) -> None:
    """Export the trained network of a run as a file, which is opened again and compared."""
    import_tensorflow()
    from blockwright.export.exporting import export

    try:
        if weights is not None:
            print_message(_test(run_id, weights)[0])
        result = export(run_id, kind)
    except (ExportError, WeightsError, StoreError) as error:
        fail(str(error), as_json)
    path = output or result["name"]
    try:
        shutil.copyfile(result["path"], path)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror}.") from None
    if as_json:
        print_json({**result, "path": path})
    else:
        click.echo(f"{path}: {result['sentence']}")


def _test(run_id: str, weights: str | None) -> tuple[str, Evaluated]:
    """What the test of those weights showed, as a sentence and as the run's event."""
    import_tensorflow()
    from blockwright.evaluation.summary import sentence
    from blockwright.training.chosen_weights import choose_weights

    document, evaluated = choose_weights(run_id, weights, progress=print_message)
    return f"Tested {weights_text(evaluated)}. {sentence(document)}", evaluated
