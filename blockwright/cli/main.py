"""The same abilities without a browser: `python -m blockwright catalog|describe|train|code|import`.

Results go to stdout (one JSON object with --json), progress to stderr. Exit status: 0 done, 1 the design or
the data is wrong (the findings say how), 2 unusable arguments.
"""

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from blockwright.design.parse import read_design
from blockwright.design.structure import resolve_outputs
from blockwright.schema.design import Design
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.text import shape_text

_DESIGN = click.argument("source", metavar="DESIGN.json", type=click.File("rb"))
_JSON = click.option("--json", "as_json", is_flag=True, help="Give the result as one JSON object on stdout.")

_OPTIONS = (
    click.option(
        "--dataset", default="digits", show_default=True, help="A data set's name, or an .npz or .csv file."
    ),
    click.option("--epochs", type=int, help="How often all training examples are seen.  [default: 5]"),
    click.option("--batch-size", type=int, help="Examples a step.  [default: 32]"),
    click.option("--optimizer", help="adam, adamw, sgd or rmsprop.  [default: adam]"),
    click.option("--learning-rate", type=float, help="The size of a step.  [default: 0.001]"),
    click.option(
        "--validation-share", type=float, help="Share of the training part held back.  [default: 0.1]"
    ),
    click.option("--seed", type=int, help="The same seed gives the same curve.  [default: 0]"),
    click.option("--precision", help="auto, float32 or bfloat16.  [default: auto]"),
    click.option("--loss", help="auto chooses one that fits the head.  [default: auto]"),
    click.option("--target", help="The column of a .csv file that is to be predicted."),
    click.option(
        "--task",
        type=click.Choice(["classes", "number", "tags"]),
        help="What that column, or y_train of an .npz file, holds.  [default: as the file looks]",
    ),
)
_OUTPUT = click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="NAME:KEY=VALUE,…",
    help="How one output of the design is trained: its loss, how much that counts (weight), and the target that it "
    'learns, as in --output "priority:loss=huber,weight=0.2,target=urgency". Give it once for each output.',
)


def _training(command: Callable[..., None]) -> Callable[..., None]:
    """The options that say how a design is trained."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
def main() -> None:
    """Build, describe and train neural networks from designs that are plain data."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


@main.command()
@_JSON
def catalog(as_json: bool) -> None:
    """List every block: its category, what it takes, what it is for."""
    _load_tensorflow()
    from blockwright.inference.catalog import catalog as every_block

    blocks = every_block()
    if as_json:
        _give(blocks.to_list())
        return
    for category, members in blocks.by_category().items():
        click.echo(category)
        for block in members:
            takes = ", ".join(
                param.name if param.required else f"{param.name}={json.dumps(param.default)}"
                for param in block.params
            )
            click.echo(f"  {block.name}({takes})\n      {block.summary}")


@main.command()
@_DESIGN
@_JSON
def describe(source: Any, as_json: bool) -> None:
    """Shapes, parameters, multiply-adds and findings of a design."""
    design = _read(source, as_json)
    _load_tensorflow()
    from blockwright.network import describe as describe_design

    description = describe_design(design)
    failed = any(finding["severity"] == "error" for finding in description["findings"])
    if as_json:
        _give(description)
    else:
        _print_description(description)
    sys.exit(1 if failed else 0)


@main.command()
@_DESIGN
@_training
@_OUTPUT
@click.option("--loop", help="fit; train_step and custom are not there yet.  [default: fit]")
@_JSON
def train(source: Any, dataset: str, as_json: bool, outputs: tuple[str, ...], **options: Any) -> None:
    """Train a design on a data set and test it; the run can be opened in the app by its id."""
    design = _read(source, as_json)
    _load_tensorflow()
    from blockwright.cli.outputs import read_outputs
    from blockwright.schema.data_errors import DataError
    from blockwright.schema.training import SettingsError
    from blockwright.training.local import train as train_design

    given = {name: value for name, value in options.items() if value is not None}
    try:
        given |= {"outputs": read_outputs(outputs, resolve_outputs(design))} if outputs else {}
        result = train_design(design, dataset=dataset, progress=_tell, **given)
    except SettingsError as error:
        raise click.UsageError(str(error)) from None
    except DesignError as error:
        _refuse(error, as_json)
    except DataError as error:
        _give({"status": "failed", "message": str(error)}) if as_json else _tell(str(error))
        sys.exit(1)
    if as_json:
        _give(result)
    else:
        _print_result(result)
    sys.exit(0 if result["status"] in ("finished", "stopped") else 1)


@main.command()
@_DESIGN
@click.option("--api", type=click.Choice(["subclassing", "functional", "sequential"]), default="subclassing")
@click.option("--loop", type=click.Choice(["fit", "train_step", "custom"]), default="fit")
@click.option("--format", "kind", type=click.Choice(["py", "ipynb"]), default="py", show_default=True)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="Where to write it; stdout if left out."
)
@_training
@_JSON
def code(
    source: Any,
    api: str,
    loop: str,
    kind: str,
    output: str | None,
    dataset: str,
    target: str | None,
    task: str | None,
    as_json: bool,
    **options: Any,
) -> None:
    """Write a design as a Python file or notebook that builds, trains and tests it without Blockwright."""
    design = _read(source, as_json)
    _load_tensorflow()
    from blockwright.codegen import generate, notebook
    from blockwright.schema.data_errors import DataError
    from blockwright.schema.dataset_config import file_choice
    from blockwright.schema.training import Settings, SettingsError

    given = {name: value for name, value in options.items() if value is not None}
    try:
        data = file_choice(dataset, target, task)
        if data["name"] == "upload":
            # As it was typed: the code is run from the same folder.
            data = {**data, "path": dataset}
            del data["title"]
        settings = Settings.read({**given, "data": data}).document()
        made = generate(design, api, loop, settings)
    except (SettingsError, DataError) as error:
        raise click.UsageError(str(error)) from None
    if made.findings:
        _refuse(DesignError([Finding.model_validate(one) for one in made.findings]), as_json)
    if made.problem is not None:
        _refuse(
            DesignError(
                [Finding(code="not-sequential", node=made.node, severity="error", message=made.problem)]
            ),
            as_json,
        )
    content = made.text.encode() if kind == "py" else notebook(design, api, loop, settings)
    if output is None and not as_json:
        click.echo(content, nl=False)
        return
    if output is not None:
        try:
            Path(output).write_bytes(content)
        except OSError as error:
            raise click.UsageError(f"{output} cannot be written: {error.strerror}.") from None
    if as_json:
        _give(
            {
                "api": api,
                "loop": loop,
                "format": kind,
                "file": output,
                "lines": made.lines,
                "bytes": len(content),
            }
        )
    else:
        _tell(f"Wrote {output}: {len(content):,} bytes.")


@main.command("import")
@click.argument("source", metavar="MODEL.json", type=click.File("rb"))
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False), help="Where to write the design; stdout if left out."
)
@_JSON
def import_command(source: Any, output: str | None, as_json: bool) -> None:
    """Make a design from a Keras model's JSON, as `model.to_json()` gives it."""
    _load_tensorflow()
    from blockwright.importing import import_model
    from blockwright.importing.file.json_input import MOST_BYTES

    try:
        found = import_model(source.read(MOST_BYTES + 1))
    except DesignError as error:
        _refuse(error, as_json)
    if output is not None:
        try:
            Path(output).write_text(found.design.text(), encoding="utf-8")
        except OSError as error:
            raise click.UsageError(f"{output} cannot be written: {error.strerror}.") from None
    if as_json:
        _give(
            {
                "name": found.design.name,
                "file": output,
                "design": None if output is not None else found.design.document(),
                "nodes": len(found.design.nodes),
                "notes": found.notes,
                "findings": [],
            }
        )
        return
    for note in found.notes:
        _tell(f"note: {note}")
    if output is None:
        click.echo(found.design.text(), nl=False)
    else:
        _tell(f"Wrote {output}: {len(found.design.nodes):,} nodes.")


def _load_tensorflow() -> None:
    """Import TensorFlow without what it prints about the machine, which no setting of its own keeps quiet."""
    sys.stderr.flush()
    stderr = os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 2)
        import keras  # noqa: F401
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)
        os.close(nowhere)


def _read(source: Any, as_json: bool) -> Design:
    try:
        return read_design(source.read())
    except DesignError as error:
        _refuse(error, as_json)


def _refuse(error: DesignError, as_json: bool) -> NoReturn:
    if as_json:
        counts = dict.fromkeys(("name", "total_params", "trainable_params", "macs"))
        findings = [finding.model_dump(mode="json") for finding in error.findings]
        _give({**counts, "nodes": [], "findings": findings, "status": "refused"})
    else:
        for finding in error.findings:
            _tell(finding.message)
    sys.exit(1)


def _give(result: object) -> None:
    click.echo(json.dumps(result, ensure_ascii=False, allow_nan=False))


def _tell(sentence: str) -> None:
    click.echo(sentence, err=True)


def _shape(shape: list[int | None] | None) -> str:
    return "?" if shape is None else shape_text(shape[1:])


def _print_description(description: dict[str, Any]) -> None:
    click.echo(description["name"])
    rows = [("node", "block", "output", "parameters", "multiply-adds")]
    for node in description["nodes"]:
        counts = ["?" if node[key] is None else f"{node[key]:,}" for key in ("params", "macs")]
        rows.append((node["id"], node["block"], _shape(node["output_shape"]), *counts))
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    for row in rows:
        left = "  ".join(cell.ljust(width) for cell, width in zip(row[:3], widths[:3], strict=True))
        right = "  ".join(cell.rjust(width) for cell, width in zip(row[3:], widths[3:], strict=True))
        click.echo(f"  {left}  {right}")
    totals = [description[key] for key in ("total_params", "trainable_params", "macs")]
    counts = ["unknown" if total is None else f"{total:,}" for total in totals]
    click.echo("{} parameters ({} trainable), {} multiply-adds an example".format(*counts))
    for finding in description["findings"]:
        _tell(f"{finding['severity']}: {finding['message']}")


def _print_result(result: dict[str, Any]) -> None:
    click.echo(f"Run {result['run']}: {result['status']}. {result['message']}")
    width = max(14, *(len(name) + 2 for name in result["metrics"]))
    for name, value in result["metrics"].items():
        if value is not None:
            click.echo(f"  {name:<{width}}{value:.4f}")
    if result.get("examples_per_second"):
        click.echo(
            f"  {result['examples_per_second']:,.0f} examples a second, {result['seconds']:.1f} s in all"
        )
