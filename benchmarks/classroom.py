"""Thirty people at once: how long the server takes to answer an edit while the others edit.

Each person is a session that speaks the server's protocol without a browser, whose time would count too. It opens the
tutorial Inception from a link and adds a block of the palette every two seconds. Budget: p95 <= 250 ms from
the press to the end of the rerun, also while two runs train. One abusive visitor beside them, who edits a network of
2,000 blocks in four tabs without a pause, may change it by less than a factor of two.
"""

import asyncio
import contextlib
import json
import random
import secrets
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.report import Row, p95
from blockwright.design.link import encode_link
from blockwright.design.presets import preset
from blockwright.schema.design import MAX_NODES
from blockwright.ui.shell.workspace import COOKIE

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection, connect

PEOPLE = 30
PRESSES = 12
PAUSE = 2.0
_MOST_INSERTED = 40
_TRIGGER = "$$STREAMLIT_INTERNAL_KEY_{}__events"


@dataclass
class Person:
    """One session: what its page shows, and how long its presses took (seconds)."""

    page_hash: str = ""
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    stack: tuple[str, str] = ("", "")
    palette: list[str] = field(default_factory=list)
    number: int = 0
    times: list[float] = field(default_factory=list)
    unanswered: int = 0
    blocks: int = 0


def _record(person: Person, message: Any) -> bool:
    """Record one message of the server; True when a script or fragment run has ended."""
    kind = message.WhichOneof("type")
    if kind == "new_session":
        person.page_hash = message.new_session.page_script_hash
    elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
        element = message.delta.new_element
        if element.WhichOneof("type") == "button":
            person.buttons[element.button.id] = (element.button.label, message.delta.fragment_id)
        elif element.WhichOneof("type") == "bidi_component":
            _record_component(person, element.bidi_component, message.delta.fragment_id)
    return kind == "script_finished"


def _record_component(person: Person, component: Any, fragment: str) -> None:
    """What the palette palette, and how many blocks the stack holds."""
    name = component.component_name.rpartition(".")[2]
    data = json.loads(component.json)[0] if component.json else {}
    if name == "blockwright_palette_library":
        person.palette = [block["name"] for group in data["groups"] or () for block in group["blocks"]]
    elif name == "blockwright_stack":
        person.stack = (component.id, fragment)
        before = 0 if data["base"] is None else person.blocks
        person.blocks = before + len(data.get("put", ())) - len(data.get("drop", ()))


async def until_finished(socket: "ClientConnection", person: Person) -> None:
    """Read messages until a run of the script or of a fragment has ended."""
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    while True:
        message = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(decode=False), 60))
        if _record(person, message):
            return


async def ask(
    socket: "ClientConnection",
    person: Person,
    query: str,
    action: dict[str, Any] | None = None,
    page: str = "design",
) -> None:
    """Ask for a run of the page, or for an action on the stack."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    state = message.rerun_script
    state.query_string = query
    state.page_script_hash = person.page_hash
    if not person.page_hash:
        state.page_name = page
    if action is not None:
        stack, state.fragment_id = person.stack
        person.number += 1
        actions = {"number": person.number, "actions": [action]}
        state.widget_states.widgets.add(id=stack, json_value="{}")
        widget = state.widget_states.widgets.add()
        widget.id = _TRIGGER.format(stack)
        widget.json_trigger_value = json.dumps([{"event": "action", "value": actions}])
    await socket.send(message.SerializeToString())


async def edit_repeatedly(
    url: str, person: Person, query: str, presses: int = PRESSES, pause: float = PAUSE, cookie: str = ""
) -> None:
    """Insert blocks, and take them back where there are too many, with a pause (seconds) after each answer."""
    async with connected(url, cookie) as socket:
        await ask(socket, person, query)
        while not (person.palette and person.blocks):
            await until_finished(socket, person)
        await asyncio.sleep(random.uniform(0, pause))
        first = expected = person.blocks
        for _ in range(presses):
            if expected >= first + _MOST_INSERTED:
                action, expected = {"do": "undo"}, expected - 1
            else:
                action, expected = {"op": "insert", "block": random.choice(person.palette)}, expected + 1
            start = time.perf_counter()
            await ask(socket, person, query, action)
            try:
                while person.blocks != expected:
                    await until_finished(socket, person)
                person.times.append(time.perf_counter() - start)
            except TimeoutError:
                person.unanswered += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(_drain(socket, person), pause)
        if person.blocks != expected:
            raise RuntimeError(f"{presses} presses left {person.blocks} blocks instead of {expected}.")


async def _drain(socket: "ClientConnection", person: Person) -> None:
    while True:
        await until_finished(socket, person)


async def all_at_once(
    url: str, people: list[Person], presses: int = PRESSES, pause: float = PAUSE, tabs_of_abuser: int = 0
) -> None:
    """Let people edit at once, with an abusive visitor beside them who has that many tabs open."""
    query = link_of_tutorial()
    large = f"d={encode_link({'design': _large()})}"
    cookie = secrets.token_hex(16)
    abuse = [
        asyncio.create_task(edit_repeatedly(url, Person(), large, 100_000, 0.0, cookie))
        for _ in range(tabs_of_abuser)
    ]
    await asyncio.gather(*(edit_repeatedly(url, person, query, presses, pause) for person in people))
    for task in abuse:
        task.cancel()
    await asyncio.gather(*abuse, return_exceptions=True)


def link_of_tutorial() -> str:
    """The query of a link to the tutorial Inception."""
    return f"d={encode_link({'design': preset('tutorial_inception').design.document()})}"


def _large() -> dict[str, Any]:
    """A chain of nearly as many blocks as a design may have."""
    nodes = [
        {"id": f"dense_{index}", "block": "Dense", "params": {"units": 16}} for index in range(MAX_NODES - 20)
    ]
    return {"format": 1, "name": "Large", "inputs": [{"id": "x", "shape": [16]}], "nodes": nodes}


def connected(url: str, cookie: str = "") -> "connect":
    """A connection as a browser makes it, in the workspace of that cookie or in a new one."""
    from websockets.asyncio.client import connect
    from websockets.typing import Subprotocol

    address = url.replace("http://", "ws://") + "/_stcore/stream"
    headers = {"Cookie": f"{COOKIE}={cookie}"} if cookie else None
    return connect(
        address, subprotocols=[Subprotocol("streamlit")], max_size=None, additional_headers=headers
    )


async def _first_visit(url: str) -> None:
    person = Person()
    async with connected(url) as socket:
        await ask(socket, person, "", page="")
        while not any("use_" in button for button in person.buttons):
            await until_finished(socket, person)


def first_page(url: str) -> None:
    """Open the page Start as its first visitor, and wait until its cards are shown."""
    asyncio.run(_first_visit(url))


def measure(home: Path) -> list[Row]:
    """The rows of the report."""
    from benchmarks.server import running_server, stop_backend, wait_until_listening
    from blockwright.backend.client import backend

    with running_server(home) as (_, url):
        wait_until_listening(url)
        backend().wait_ready()
        rows = _measure_at(url)
    stop_backend(home)
    return rows


def _measure_at(url: str) -> list[Row]:
    random.seed(0)
    asyncio.run(all_at_once(url, [Person()]))
    alone, unanswered = _times(url)
    abused, unanswered_then = _times(url, tabs_of_abuser=4)
    with _two_runs():
        training, unanswered_at_last = _times(url)
    return [
        Row(f"{PEOPLE} people editing: edit to the end of its rerun, median", statistics.median(alone), "ms"),
        Row("the same, p95", p95(alone), "ms", 250),
        Row("beside an abusive visitor, median", statistics.median(abused), "ms"),
        Row("the same, p95", p95(abused), "ms"),
        Row("p95 beside the abusive visitor against p95 without", p95(abused) / p95(alone), "x", 2),
        Row("while two runs train, median", statistics.median(training), "ms"),
        Row("the same, p95", p95(training), "ms", 250),
        Row("presses without an answer", unanswered + unanswered_then + unanswered_at_last, "", 0),
    ]


def _times(url: str, tabs_of_abuser: int = 0) -> tuple[list[float], int]:
    """How long each press of the class took (ms), and how many had no answer."""
    people = [Person() for _ in range(PEOPLE)]
    asyncio.run(all_at_once(url, people, tabs_of_abuser=tabs_of_abuser))
    times = [1000 * seconds for person in people for seconds in person.times]
    return times, sum(person.unanswered for person in people)


@contextlib.contextmanager
def _two_runs() -> Iterator[None]:
    """Two runs train from before the first edit until after the last."""
    from blockwright.backend.client import backend
    from blockwright.runs.records import Run
    from blockwright.runs.store import RunStore

    store = RunStore()
    design = preset("tutorial_inception").design.document()
    settings = {"epochs": 1000, "data": {"name": "digits"}}
    runs = [store.create_run(f"workspace-{name}", name, design, settings) for name in "ab"]
    backend().wake()

    def status(run: Run) -> str:
        latest = store.get(run.id)
        return "deleted" if latest is None else latest.status

    while any(status(run) != "running" for run in runs):
        time.sleep(0.1)
    try:
        yield
        if any(status(run) != "running" for run in runs):
            raise RuntimeError("A run ended before the edits did.")
    finally:
        for run in runs:
            store.request(run.id, run.owner, "stop")
        while any(status(run) == "running" for run in runs):
            time.sleep(0.1)
        store.close()
