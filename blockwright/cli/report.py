"""What the commands print: results on stdout, progress and problems on stderr."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click

from blockwright.schema.findings import Finding


def print_json(result: object) -> None:
    """Print a result as one line of JSON on stdout."""
    click.echo(json.dumps(result, ensure_ascii=False, allow_nan=False))


def print_message(sentence: str) -> None:
    """Print progress, a note or a problem on stderr."""
    click.echo(sentence, err=True)


def write_output(path: str, content: bytes) -> None:
    """Write a result to a file; a `UsageError`, which ends with status 2, where that is not possible."""
    try:
        Path(path).write_bytes(content)
    except OSError as error:
        raise click.UsageError(f"{path} cannot be written: {error.strerror}.") from None


def refuse(findings: Sequence[Finding], as_json: bool) -> NoReturn:
    """Report what is wrong with a design, and exit with status 1."""
    if as_json:
        counts = dict.fromkeys(("name", "total_params", "trainable_params", "macs"))
        documents = [finding.model_dump(mode="json") for finding in findings]
        print_json({**counts, "nodes": [], "findings": documents, "status": "refused"})
    else:
        for finding in findings:
            print_message(finding.message)
    sys.exit(1)


def fail(sentence: str, as_json: bool) -> NoReturn:
    """Say why a command could not do its work, and exit with 1."""
    if as_json:
        print_json({"status": "failed", "message": sentence})
    else:
        print_message(sentence)
    sys.exit(1)
