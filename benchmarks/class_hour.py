"""The server's memory after an hour of a class of thirty, simulated: as many edits and pages, one after the other.

In an hour each person edits 180 times, one edit every 20 seconds, and opens every page six times; here the same comes
within minutes. Budget: <= 170 MB resident at the end.
"""

import asyncio
import contextlib
from pathlib import Path

import psutil

from benchmarks import classroom
from benchmarks.classroom import PEOPLE, Person
from benchmarks.report import Row

LESSONS = 6
EDITS = 30
PAUSE = 3.0
PAGES = ("", "graph", "code", "train", "evaluate", "runs")


async def _attend(url: str, person: Person) -> None:
    query = classroom.link_of_tutorial()
    for _ in range(LESSONS):
        await classroom.edit_repeatedly(url, person, query, EDITS, PAUSE)
        person.blocks, person.number = 0, 0
        for page in PAGES:
            async with classroom.connected(url) as socket:
                await classroom.ask(socket, Person(), "", page=page)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(classroom.until_finished(socket, Person()), 30)


async def _class(url: str) -> None:
    await asyncio.gather(*(_attend(url, Person()) for _ in range(PEOPLE)))


def measure(home: Path) -> list[Row]:
    """The rows of the report."""
    from benchmarks.server import running_server, stop_backend, wait_until_listening
    from blockwright.backend.client import backend

    def resident() -> float:
        return psutil.Process(server.pid).memory_info().rss / 1e6

    with running_server(home) as (server, url):
        wait_until_listening(url)
        backend().wait_ready()
        classroom.first_page(url)
        first = resident()
        asyncio.run(_class(url))
        last = resident()
    stop_backend(home)
    return [
        Row("server memory after the first page", first, "MB"),
        Row(f"server memory after {PEOPLE * LESSONS * EDITS:,} edits of {PEOPLE} people", last, "MB", 170),
    ]
