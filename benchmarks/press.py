"""What one edit costs the server, against a press in an app that is a single empty fragment of Streamlit.

Both speak the server's protocol without a browser, one person at a time. Budgets: an edit takes at most three times the
processor time, and at most three times as long from end to end.
"""

import asyncio
import statistics
import time
from pathlib import Path

import psutil

from benchmarks import classroom
from benchmarks.classroom import Person
from benchmarks.report import Row

PRESSES = 60
PAUSE = 0.25
_EMPTY = """import streamlit as st


@st.fragment
def part():
    st.button("Press", key="press")


part()
"""


async def _press_repeatedly(url: str, presses: int) -> list[float]:
    from streamlit.proto.BackMsg_pb2 import BackMsg

    person = Person()
    times = []
    async with classroom.connected(url) as socket:
        await classroom.ask(socket, person, "", page="")
        while not person.buttons:
            await classroom.until_finished(socket, person)
        button, (_, fragment) = next(iter(person.buttons.items()))
        for _ in range(presses):
            message = BackMsg()
            message.rerun_script.page_script_hash = person.page_hash
            message.rerun_script.fragment_id = fragment
            message.rerun_script.widget_states.widgets.add(id=button, trigger_value=True)
            start = time.perf_counter()
            await socket.send(message.SerializeToString())
            await classroom.until_finished(socket, person)
            times.append(time.perf_counter() - start)
            await asyncio.sleep(PAUSE)
    return times


def _edit(url: str, presses: int) -> list[float]:
    person = Person()
    asyncio.run(classroom.all_at_once(url, [person], presses, PAUSE))
    return person.times


def _processor_seconds(pid: int) -> float:
    used = psutil.Process(pid).cpu_times()
    return used.user + used.system


def measure(home: Path) -> list[Row]:
    """The rows of the report."""
    from benchmarks.server import running_server, stop_backend, wait_until_listening
    from blockwright.backend.client import backend

    script = home / "empty.py"
    script.write_text(_EMPTY)
    seconds, waits = [], []
    for path, press in (
        (str(script), lambda url, presses: asyncio.run(_press_repeatedly(url, presses))),
        ("app.py", _edit),
    ):
        with running_server(home, path) as (server, url):
            wait_until_listening(url)
            if path == "app.py":
                backend().wait_ready()
            press(url, 6)
            before = _processor_seconds(server.pid)
            waits.append(statistics.median(press(url, PRESSES)))
            seconds.append((_processor_seconds(server.pid) - before) / PRESSES)
    stop_backend(home)
    return [
        Row("an empty fragment: processor time of the server per press", 1000 * seconds[0], "ms"),
        Row("an edit: processor time of the server per press", 1000 * seconds[1], "ms"),
        Row("the one against the other", seconds[1] / seconds[0], "x", 3),
        Row("an empty fragment: press to the end of its rerun, median", 1000 * waits[0], "ms"),
        Row("an edit: press to the end of its rerun, median", 1000 * waits[1], "ms"),
        Row("the one against the other", waits[1] / waits[0], "x", 3),
    ]
