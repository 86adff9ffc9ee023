"""`blockwright train`: train and evaluate a design."""

import signal
import sys
from typing import Any, NoReturn

import click

from blockwright.cli.options import (
    design_argument,
    freeze_option,
    frozen,
    json_option,
    output_settings_option,
    read_design_argument,
    training_options,
)
from blockwright.cli.output_settings import parse_output_settings
from blockwright.cli.probes import probe_options, run_probe
from blockwright.cli.recipe_options import chosen_settings
from blockwright.cli.report import fail, print_json, print_message, refuse
from blockwright.cli.tensorflow_import import import_tensorflow
from blockwright.cli.tutorial_option import as_tutorial_option, with_tutorial
from blockwright.design.wiring import resolve_outputs
from blockwright.recipe.settings import SettingsError
from blockwright.runs.baselines import sentence
from blockwright.runs.records import StoreError
from blockwright.schema.data.errors import DataError
from blockwright.schema.findings import DesignError
from blockwright.tasks.base import METRICS


@click.command()
@design_argument
@training_options
@as_tutorial_option
@output_settings_option
@freeze_option
@click.option(
    "--loop",
    help="Who runs epochs and batches: fit, train_step (fit with that method overridden) or custom (from scratch).  "
    "[default: fit]",
)
@click.option(
    "--eager",
    is_flag=True,
    help="Run every step line by line in Python, without graphs: slow, for debugging.",
)
@click.option(
    "--adapt-input",
    is_flag=True,
    help="Change the design's input to the size of the data instead of resizing the data.",
)
@probe_options
@json_option
def train(
    source: Any,
    dataset: str,
    as_json: bool,
    outputs: tuple[str, ...],
    adapt_input: bool,
    as_tutorial: bool,
    eager: bool,
    freeze: str | None,
    probe: str | None,
    **options: Any,
) -> None:
    """Train and evaluate a design on a data set. The app can open the run by its id."""
    design = frozen(read_design_argument(source, as_json), freeze)
    import_tensorflow()
    from blockwright.training.local import read_arguments
    from blockwright.training.local import train as train_design

    end_run_on_signals()
    try:
        settings = chosen_settings(options)
        if as_tutorial:
            design, settings = with_tutorial(design, settings)
        if eager:
            settings["compiled"] = False
        if outputs:
            settings["outputs"] = parse_output_settings(outputs, resolve_outputs(design))
        if probe:
            run_probe(probe, *read_arguments(design, dataset, adapt_input=adapt_input, **settings), as_json)
            return
        result = train_design(
            design, dataset=dataset, progress=print_message, adapt_input=adapt_input, **settings
        )
    except SettingsError as error:
        raise click.UsageError(str(error)) from None
    except DesignError as error:
        refuse(error.findings, as_json)
    except (DataError, StoreError) as error:
        fail(str(error), as_json)
    print_result(result, as_json)


def end_run_on_signals() -> None:
    """Have a signal that ends the program, or the end of its terminal, end the run as the keyboard does."""
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        # A program that was started to outlive its terminal ignores SIGHUP, and goes on doing so.
        if number is not None and signal.getsignal(number) == signal.SIG_DFL:
            signal.signal(number, _interrupt)


def _interrupt(number: int, _frame: object) -> None:
    raise KeyboardInterrupt(f"Ended from outside ({signal.Signals(number).name}).")


def print_result(result: dict[str, Any], as_json: bool) -> NoReturn:
    """Print the result of a run, and exit with its status."""
    if as_json:
        print_json(result)
    else:
        _print_text(result)
    sys.exit(0 if result["status"] in ("finished", "stopped") else 1)


def _print_text(result: dict[str, Any]) -> None:
    click.echo(f"Run {result['run']}: {result['status']}. {result['message']}")
    if result.get("random_labels"):
        click.echo("  Trained on random labels: only validation and test have the true ones.")
    width = max(14, *(len(name) + 2 for name in result["metrics"]))
    for name, value in result["metrics"].items():
        if value is not None:
            click.echo(f"  {name:<{width}}{value:.4f}")
    several = len({baseline["output"] for baseline in result["baselines"]}) > 1
    for baseline in reversed(result["baselines"]):
        words = sentence(baseline, "test", METRICS[baseline["metric"]].text)
        click.echo(f"  {baseline['output']}: {words}" if several else f"  {words}")
    if result.get("examples_per_second"):
        click.echo(
            f"  {result['examples_per_second']:,.0f} examples per second, {result['seconds']:.1f} s in total"
        )
    if result["tensorboard"]:
        click.echo(f"  TensorBoard: {result['tensorboard']}")
