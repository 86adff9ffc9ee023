"""What `blockwright train` measures instead of training: `--estimate`."""

from collections.abc import Callable

import click

from blockwright.cli.report import print_json
from blockwright.recipe.settings import Settings
from blockwright.runs.workspaces.run_fit import memory_problem
from blockwright.schema.design import Design
from blockwright.schema.run.probes import total_seconds

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
    if problem:
        click.echo(problem)


PROBES: dict[str, Probe] = {"estimate": _estimate}


def _seconds(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:,.1f} s" if seconds < 10 else f"{seconds:,.0f} s"
    return f"{seconds / 60:,.0f} min" if seconds < 7200 else f"{seconds / 3600:,.1f} h"


def run_probe(probe: str, design: Design, settings: Settings, as_json: bool) -> None:
    """Measure, and print the result."""
    PROBES[probe](design, settings, as_json)
