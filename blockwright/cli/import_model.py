"""`blockwright import`: a design from a Keras model's JSON."""

from typing import Any

import click

from blockwright.cli.options import file_option, json_option
from blockwright.cli.report import print_json, print_message, refuse, write_output
from blockwright.cli.tensorflow_import import import_tensorflow
from blockwright.schema.findings import DesignError


@click.command("import")
@click.argument("source", metavar="MODEL.json", type=click.File("rb"))
@file_option
@json_option
def import_command(source: Any, output: str | None, as_json: bool) -> None:
    """Make a design from a Keras model's JSON, as `model.to_json()` gives it."""
    import_tensorflow()
    from blockwright.importing import import_model
    from blockwright.importing.file.json_input import MAX_BYTES

    try:
        imported = import_model(source.read(MAX_BYTES + 1))
    except DesignError as error:
        refuse(error.findings, as_json)
    design = imported.design
    if output is not None:
        write_output(output, design.text().encode())
    if as_json:
        print_json(
            {
                "name": design.name,
                "file": output,
                "design": None if output is not None else design.document(),
                "nodes": len(design.nodes),
                "notes": imported.notes,
                "findings": [],
            }
        )
        return
    for note in imported.notes:
        print_message(f"note: {note}")
    if output is None:
        click.echo(design.text(), nl=False)
    else:
        print_message(f"Wrote {output}: {len(design.nodes):,} nodes.")
