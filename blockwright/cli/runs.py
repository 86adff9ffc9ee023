"""`blockwright runs`: the runs of the command line."""

import time
from typing import Any

import click

from blockwright.cli.options import json_option
from blockwright.cli.report import fail, print_json, print_message
from blockwright.runs.records import COMMAND_LINE, RunEntry, StoreError


@click.command()
@click.option("--limit", type=click.IntRange(1), default=20, show_default=True, help="How many runs at most.")
@click.option("--skip", type=click.IntRange(0), default=0, help="How many of the latest are left out.")
@click.option("--search", default="", help="Only runs with these words in their names.")
@json_option
def runs(limit: int, skip: int, search: str, as_json: bool) -> None:
    """List the runs of the command line, the latest first. One whose process was killed is shown as interrupted.

    `blockwright resume` lets a run go on.
    """
    from blockwright.runs.abandoned_runs import as_it_is
    from blockwright.runs.history import fold
    from blockwright.runs.store import RunStore

    try:
        store = RunStore()
        total = store.count_runs(COMMAND_LINE, search)
        listed = [as_it_is(store, run) for run in store.runs(COMMAND_LINE, limit, skip, search)]
        results = store.results([run.id for run in listed])
    except StoreError as error:
        fail(str(error), as_json)
    diagnoses = {run_id: fold(events).diagnoses for run_id, events in results.items()}
    if as_json:
        documents = [{**_document(run), "diagnoses": diagnoses[run.id]} for run in listed]
        print_json({"total": total, "runs": documents})
        return
    for run in listed:
        created = time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created))
        click.echo(f"{run.id}  {created}  {run.status:<11} {run.name}")
        for diagnosed in diagnoses[run.id]:
            click.echo(f"    {diagnosed['title']}.")
    if skip + len(listed) < total:
        print_message(f"{total - skip - len(listed):,} more: --skip {skip + len(listed)}.")


def _document(run: RunEntry) -> dict[str, Any]:
    keys = ("id", "name", "status", "message", "created", "started", "ended")
    return {key: getattr(run, key) for key in keys}
