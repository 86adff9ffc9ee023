"""`blockwright describe`: shapes, parameters, multiply-adds and findings of a design."""

import sys
from typing import Any

import click

from blockwright.cli.options import design_argument, json_option, read_design_argument
from blockwright.cli.report import print_json, print_message
from blockwright.cli.tensorflow_import import import_tensorflow
from blockwright.schema.description import Description
from blockwright.schema.text import shape_text


@click.command()
@design_argument
@json_option
def describe(source: Any, as_json: bool) -> None:
    """Shapes, parameters, multiply-adds and findings of a design."""
    design = read_design_argument(source, as_json)
    import_tensorflow()
    from blockwright.network import describe as describe_design

    description = describe_design(design)
    if as_json:
        print_json(description)
    else:
        _print_description(description)
    sys.exit(1 if any(finding["severity"] == "error" for finding in description["findings"]) else 0)


def _print_description(description: Description) -> None:
    click.echo(description["name"])
    rows: list[tuple[str, ...]] = [("node", "block", "output", "parameters", "multiply-adds")]
    for node in description["nodes"]:
        counts = ["?" if count is None else f"{count:,}" for count in (node["params"], node["macs"])]
        shape = node["output_shape"]
        output = "?" if shape is None else shape_text(shape[1:])
        rows.append((node["id"], node["block"], output, *counts))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        left = "  ".join(cell.ljust(width) for cell, width in zip(row[:3], widths[:3], strict=True))
        right = "  ".join(cell.rjust(width) for cell, width in zip(row[3:], widths[3:], strict=True))
        click.echo(f"  {left}  {right}")
    totals = [description["total_params"], description["trainable_params"], description["macs"]]
    counts = ["unknown" if total is None else f"{total:,}" for total in totals]
    click.echo("{} parameters ({} trainable), {} multiply-adds per example".format(*counts))
    for finding in description["findings"]:
        print_message(f"{finding['severity']}: {finding['message']}")
