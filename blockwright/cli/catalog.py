"""`blockwright catalog`: every block with its arguments."""

import json

import click

from blockwright.cli.options import json_option
from blockwright.cli.report import print_json
from blockwright.cli.tensorflow_import import import_tensorflow


@click.command()
@json_option
def catalog(as_json: bool) -> None:
    """List all blocks by category, with their arguments and a summary."""
    import_tensorflow()
    from blockwright.inference.catalog import catalog as read_catalog

    blocks = read_catalog()
    if as_json:
        print_json(blocks.to_list())
        return
    for category, members in blocks.by_category().items():
        click.echo(category)
        for block in members:
            arguments = ", ".join(
                param.name if param.required else f"{param.name}={json.dumps(param.default)}"
                for param in block.params
            )
            click.echo(f"  {block.name}({arguments})\n      {block.summary}")
