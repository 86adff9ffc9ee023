"""The option `--as-tutorial`: the settings of the tutorial that a network comes from."""

from typing import Any

import click

from blockwright.cli.report import print_message
from blockwright.design.edits import apply_edits
from blockwright.design.presets import preset_with_tutorial, presets
from blockwright.schema.design import Design

as_tutorial_option = click.option(
    "--as-tutorial",
    is_flag=True,
    help="Begin with the settings of the tutorial that the network comes from, also the momentum of its batch "
    "normalization, and print what the tutorial reaches. Other options override them.",
)


def with_tutorial(design: Design, settings: dict[str, Any]) -> tuple[Design, dict[str, Any]]:
    """The design and the settings with what the tutorial has; those that were passed stay."""
    trained = preset_with_tutorial(design)
    if trained is None:
        titles = ", ".join(preset.title for preset in presets() if preset.tutorial is not None)
        raise click.UsageError(
            f'--as-tutorial: "{design.name or "Untitled"}" is not the network of a tutorial. Those are: {titles}.'
        )
    preset, tutorial = trained
    print_message(f"As the tutorial: {tutorial.words()}.")
    for result in tutorial.results:
        print_message(result.sentence())
    document = tutorial.run_settings().document()
    own = {name: document[name] for name in document if name not in ("data", "data_version")}
    return apply_edits(design, tutorial.edits(preset.design, design)), {**own, **settings}
