"""`blockwright code`: a design as a Python file or notebook that runs without Blockwright."""

from typing import Any

import click

from blockwright.cli.options import (
    design_argument,
    file_option,
    freeze_option,
    frozen,
    json_option,
    output_settings_beside_file_option,
    read_design_argument,
    training_options,
)
from blockwright.cli.output_settings import parse_output_settings
from blockwright.cli.recipe_options import chosen_settings
from blockwright.cli.report import print_json, print_message, refuse, write_output
from blockwright.cli.tensorflow_import import import_tensorflow
from blockwright.cli.tutorial_option import as_tutorial_option, with_tutorial
from blockwright.design.wiring import resolve_outputs
from blockwright.recipe.new_run import new_run
from blockwright.recipe.settings import Settings, SettingsError
from blockwright.schema.data.dataset_config import choice_from_argument
from blockwright.schema.data.errors import DataError
from blockwright.schema.findings import Finding
from blockwright.schema.rules import ReportedRule


class NotSequential(ReportedRule):
    """`keras.Sequential` stacks layers of one input and one output. Choose another API for any other network."""

    code = "not-sequential"


@click.command()
@design_argument
@click.option("--api", type=click.Choice(["subclassing", "functional", "sequential"]), default="subclassing")
@click.option("--loop", type=click.Choice(["fit", "train_step", "custom"]), default="fit")
@click.option("--format", "file_format", type=click.Choice(["py", "ipynb"]), default="py", show_default=True)
@click.option(
    "--exact", is_flag=True, help="Compute a run's numbers to the last digit, with the app's own helpers."
)
@file_option
@training_options
@freeze_option
@as_tutorial_option
@output_settings_beside_file_option
@json_option
def code(
    source: Any,
    api: str,
    loop: str,
    file_format: str,
    exact: bool,
    output: str | None,
    dataset: str,
    target: str | None,
    task: str | None,
    outputs: tuple[str, ...],
    freeze: str | None,
    as_json: bool,
    as_tutorial: bool,
    **options: Any,
) -> None:
    """Write a design as a Python file or notebook that builds, trains and tests it without Blockwright."""
    design = frozen(read_design_argument(source, as_json), freeze)
    import_tensorflow()
    from blockwright.codegen import generate

    try:
        if outputs:
            options["outputs"] = parse_output_settings(outputs, resolve_outputs(design))
        chosen = chosen_settings(options)
        if as_tutorial:
            design, chosen = with_tutorial(design, chosen)
        settings = _settings(dataset, target, task, chosen)
        generated = generate(design, api, loop, settings, exact)
    except (SettingsError, DataError) as error:
        raise click.UsageError(str(error)) from None
    if generated.findings:
        refuse([Finding.model_validate(finding) for finding in generated.findings], as_json)
    if generated.problem is not None:
        refuse([NotSequential.error(generated.problem, generated.node)], as_json)
    if generated.untrained is not None:
        print_message(f"The code has the network only, without training: {generated.untrained}")
    content = generated.text.encode() if file_format == "py" else generated.notebook
    if output is not None:
        write_output(output, content)
    if as_json:
        print_json(
            {
                "api": api,
                "loop": loop,
                "format": file_format,
                "file": output,
                "lines": generated.lines,
                "bytes": len(content),
                "untrained": generated.untrained,
            }
        )
    elif output is None:
        click.echo(content, nl=False)
    else:
        print_message(f"Wrote {output}: {len(content):,} bytes.")


def _settings(dataset: str, target: str | None, task: str | None, chosen: dict[str, Any]) -> dict[str, Any]:
    """The training settings; the path of a file stays as typed, as the code runs in the same folder."""
    data = choice_from_argument(dataset, target, task)
    if data["name"] == "upload":
        data = {**data, "path": dataset}
        del data["title"]
    return Settings.read({**new_run(chosen), "data": data}).document()
