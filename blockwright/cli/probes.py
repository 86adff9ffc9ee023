"""What `blockwright train` measures instead of training: `--estimate`, `--range-test`, `--batch-table`."""

import functools
from collections.abc import Callable
from typing import Literal

import click

from blockwright.cli.report import print_json, print_message
from blockwright.recipe.settings import Settings
from blockwright.runs.workspaces.run_fit import memory_problem
from blockwright.schema.design import Design
from blockwright.schema.run.probes import busy_sentence, total_seconds
from blockwright.schema.text import shape_text

Probe = Callable[[Design, Settings, bool], None]


def probe_options(command: Callable[..., None]) -> Callable[..., None]:
    """Add the options that replace the training."""
    for option in reversed(
        [
            click.option(
                "--estimate",
                "probe",
                flag_value="estimate",
                help="Do not train: time a few steps, and print how long the run takes and how much memory it needs.",
            ),
            click.option(
                "--range-test",
                "probe",
                flag_value="range_test",
                help="Do not train: let the learning rate grow over about a hundred steps, and print the loss at each "
                "and the rate that this suggests.",
            ),
            click.option(
                "--batch-table",
                "probe",
                flag_value="batch_table",
                help="Do not train: pass the first batch through the network line by line, and print shape, mean, "
                "spread and limits of the values after every block, as in training.",
            ),
            click.option(
                "--batch-table-inference",
                "probe",
                flag_value="inference",
                help="The same as in validation and test: no dropout, and the moving averages of batch normalization.",
            ),
        ]
    ):
        command = option(command)
    return command


def _estimate(design: Design, settings: Settings, as_json: bool) -> None:
    from blockwright.training.probe.estimate import estimate

    result = estimate(design, settings)
    total = total_seconds(result, settings.epochs)
    problem = memory_problem(result["memory_bytes"])
    if as_json:
        print_json({**result, "total_seconds": total, "fits": problem is None, "problem": problem})
        return
    epochs = "1 epoch" if settings.epochs == 1 else f"{settings.epochs:,} epochs"
    click.echo(
        f"About {_seconds(result['epoch_seconds'])} per epoch, {_seconds(total)} for {epochs} and the test."
    )
    click.echo(
        f"About {result['memory_bytes'] / 1e6:,.0f} MB of memory. Measured by {result['steps']:,} training steps on "
        f"{result['cores']} processor {'core' if result['cores'] == 1 else 'cores'}."
    )
    for sentence in filter(None, (busy_sentence(result), problem)):
        click.echo(sentence)


def _range_test(design: Design, settings: Settings, as_json: bool) -> None:
    from blockwright.training.probe.range_test import range_test

    result = range_test(design, settings)
    if as_json:
        print_json(result)
        return
    click.echo(f"{'rate':>10}  {'loss':>10}  {'smoothed':>10}")
    for point in result["points"]:
        click.echo(f"{point['rate']:>10.2e}  {point['loss']:>10.4f}  {point['smoothed']:>10.4f}")
    if result["diverged_at"] is not None:
        click.echo(f"The loss diverged at a rate of {result['diverged_at']:.2g}, which ended the test.")
    if result["suggestion"] is not None:
        click.echo(f"Suggested: --learning-rate {result['suggestion']:g}")
    click.echo(result["reason"])


def _batch_table(design: Design, settings: Settings, as_json: bool, training: bool = True) -> None:
    from blockwright.training.probe.batch_table import batch_table

    table = batch_table(design, settings, training=training)
    if as_json:
        print_json(table)
        return
    header = ("node", "block", "reads", "shape", "mean", "spread", "low", "high")
    rows = [header] + [
        (
            row["node"],
            row["block"] or "Input",
            ", ".join(row["reads"]),
            shape_text(row["shape"]),
            *("-" if row[name] is None else f"{row[name]:.4g}" for name in _NUMBERS),
        )
        for row in table["rows"]
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(len(header))]
    for row in rows:
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    for output, loss in table["losses"].items():
        click.echo(f"Loss of {output}: {'not finite' if loss is None else f'{loss:.4f}'}")
    for problem in filter(None, (row["problem"] for row in table["rows"])):
        print_message(problem)


_NUMBERS: tuple[Literal["mean", "spread", "low", "high"], ...] = ("mean", "spread", "low", "high")

PROBES: dict[str, Probe] = {
    "estimate": _estimate,
    "range_test": _range_test,
    "batch_table": _batch_table,
    "inference": functools.partial(_batch_table, training=False),
}


def _seconds(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:,.1f} s" if seconds < 10 else f"{seconds:,.0f} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7200 else f"{seconds / 3600:,.1f} h"


def run_probe(probe: str, design: Design, settings: Settings, as_json: bool) -> None:
    """Measure, and print the result."""
    PROBES[probe](design, settings, as_json)
