"""Thirty people at once: how long the server takes to answer an edit while the others edit.

Each person is a session that speaks the server's protocol without a browser, whose time would count too. It opens the
tutorial Inception from a link and adds a block of the palette every two seconds. Budget: p95 <= 250 ms from
the press to the end of the rerun.
"""

import asyncio
import contextlib
import json
import random
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.report import Row, p95
from blockwright.design.link import encode_link
from blockwright.design.presets import preset

if TYPE_CHECKING:
    from websockets.asyncio.client import ClientConnection, connect

PEOPLE = 30
PRESSES = 12
PAUSE = 2.0
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
    socket: "ClientConnection", person: Person, query: str, block: str = "", page: str = "design"
) -> None:
    """Ask for a run of the page, or for a block to be inserted."""
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    state = message.rerun_script
    state.query_string = query
    state.page_script_hash = person.page_hash
    if not person.page_hash:
        state.page_name = page
    if block:
        stack, state.fragment_id = person.stack
        person.number += 1
        actions = {"number": person.number, "actions": [{"op": "insert", "block": block}]}
        state.widget_states.widgets.add(id=stack, json_value="{}")
        widget = state.widget_states.widgets.add()
        widget.id = _TRIGGER.format(stack)
        widget.json_trigger_value = json.dumps([{"event": "action", "value": actions}])
    await socket.send(message.SerializeToString())


async def _edit_repeatedly(url: str, person: Person, query: str, presses: int, pause: float) -> None:
    async with connected(url) as socket:
        await ask(socket, person, query)
        while not (person.palette and person.blocks):
            await until_finished(socket, person)
        await asyncio.sleep(random.uniform(0, pause))
        before = person.blocks
        for _ in range(presses):
            block = random.choice(person.palette)
            start = time.perf_counter()
            await ask(socket, person, query, block)
            count = person.blocks
            try:
                while person.blocks == count:
                    await until_finished(socket, person)
                person.times.append(time.perf_counter() - start)
            except TimeoutError:
                person.unanswered += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(_drain(socket, person), pause)
        if person.blocks != before + presses:
            raise RuntimeError(f"{presses} presses added {person.blocks - before} blocks.")


async def _drain(socket: "ClientConnection", person: Person) -> None:
    while True:
        await until_finished(socket, person)


async def all_at_once(url: str, people: list[Person], presses: int = PRESSES, pause: float = PAUSE) -> None:
    """Let people edit at once, each a number of times with a pause (seconds) after each answer."""
    token = encode_link({"design": preset("tutorial_inception").design.document()})
    await asyncio.gather(*(_edit_repeatedly(url, person, f"d={token}", presses, pause) for person in people))


def connected(url: str) -> "connect":
    """A connection as a browser makes it."""
    from websockets.asyncio.client import connect
    from websockets.typing import Subprotocol

    address = url.replace("http://", "ws://") + "/_stcore/stream"
    return connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None)


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
    from benchmarks.server import running_server, stop_backend
    from blockwright.backend.client import backend

    with running_server(home) as (_, url):
        backend().wait_ready()
        rows = _measure_at(url)
    stop_backend(home)
    return rows


def _measure_at(url: str) -> list[Row]:
    random.seed(0)
    asyncio.run(all_at_once(url, [Person()]))
    people = [Person() for _ in range(PEOPLE)]
    asyncio.run(all_at_once(url, people))
    times = [1000 * seconds for person in people for seconds in person.times]
    return [
        Row(f"{PEOPLE} people editing: edit to the end of its rerun, median", statistics.median(times), "ms"),
        Row("the same, p95", p95(times), "ms", 250),
        Row("presses without an answer", sum(person.unanswered for person in people), "", 0),
    ]
