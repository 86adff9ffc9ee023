"""Thirty people at once: how long the server takes to answer an edit while others edit and watch.

Each person is a session on the server's own protocol (no browser, which would measure the browser), opens
the tutorial Inception by a link, and presses a button of the design page every two seconds. Budget: p95 <=
250 ms from the press to the end of the rerun.
"""

import asyncio
import contextlib
import json
import random
import statistics
import time
from dataclasses import dataclass, field

from benchmarks.report import Row
from blockwright.architecture.link import encode_link
from blockwright.architecture.presets import preset

PEOPLE = 30
PRESSES = 12
PAUSE = 2.0


@dataclass
class Person:
    """One session: what its page holds, and how long its presses took (seconds)."""

    page_hash: str = ""
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)
    widgets: dict[str, object] = field(default_factory=dict)
    times: list[float] = field(default_factory=list)
    refusals: int = 0
    blocks: int = 0


def _note(person: Person, message: object) -> bool:
    """Take one message of the server in; True when a script or fragment run has ended."""
    kind = message.WhichOneof("type")
    if kind == "new_session":
        person.page_hash = message.new_session.page_script_hash
    elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
        element = message.delta.new_element
        if element.WhichOneof("type") == "button":
            person.buttons[element.button.id] = (element.button.label, message.delta.fragment_id)
        elif (
            element.WhichOneof("type") == "bidi_component"
            and "stack" in element.bidi_component.component_name
        ):
            person.blocks = len(json.loads(element.bidi_component.json)[0]["rows"])
    return kind == "script_finished"


async def _until_finished(socket: object, person: Person) -> None:
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    while True:
        message = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(), 60))
        if _note(person, message):
            return


async def _ask(socket: object, person: Person, query: str, button: str = "", page: str = "design") -> None:
    from streamlit.proto.BackMsg_pb2 import BackMsg

    message = BackMsg()
    state = message.rerun_script
    state.query_string = query
    state.page_script_hash = person.page_hash
    if not person.page_hash:
        state.page_name = page
    if button:
        state.fragment_id = person.buttons[button][1]
        widget = state.widget_states.widgets.add()
        widget.id = button
        widget.trigger_value = True
    await socket.send(message.SerializeToString())


def _pressable(person: Person) -> list[str]:
    """The buttons that edit the design: the palette's."""
    return [button for button in person.buttons if "add_" in button]


async def _sit(url: str, person: Person, query: str) -> None:
    from websockets.asyncio.client import connect

    address = url.replace("http://", "ws://") + "/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], max_size=None) as socket:
        await _ask(socket, person, query)
        while not _pressable(person):
            await _until_finished(socket, person)
        await asyncio.sleep(random.uniform(0, PAUSE))
        before = person.blocks
        for _ in range(PRESSES):
            choices = _pressable(person)
            button = random.choice(choices)
            start = time.perf_counter()
            await _ask(socket, person, query, button)
            try:
                await _until_finished(socket, person)
                person.times.append(time.perf_counter() - start)
            except TimeoutError:
                person.refusals += 1
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(_drain(socket, person), PAUSE)
        if person.blocks != before + PRESSES:
            raise RuntimeError(f"{PRESSES} presses added {person.blocks - before} blocks.")


async def _drain(socket: object, person: Person) -> None:
    while True:
        await _until_finished(socket, person)


async def _class(url: str, people: list[Person]) -> None:
    token = encode_link({"design": preset("tutorial_inception").design.document()})
    await asyncio.gather(*(_sit(url, person, f"d={token}") for person in people))


async def _first_visit(url: str) -> None:
    from websockets.asyncio.client import connect

    person = Person()
    address = url.replace("http://", "ws://") + "/_stcore/stream"
    async with connect(address, subprotocols=["streamlit"], max_size=None) as socket:
        await _ask(socket, person, "", page="")
        while not any("use_" in button for button in person.buttons):
            await _until_finished(socket, person)


def first_page(url: str) -> None:
    """Open the page Start as its first visitor, and wait until its cards are there."""
    asyncio.run(_first_visit(url))


def measure(url: str) -> list[Row]:
    """The rows of the report, for a server that runs at `url` with its design service up."""
    random.seed(0)
    asyncio.run(_class(url, [Person()]))
    people = [Person() for _ in range(PEOPLE)]
    asyncio.run(_class(url, people))
    times = [1000 * one for person in people for one in person.times]
    return [
        Row(f"{PEOPLE} people editing: edit to the end of its rerun, median", statistics.median(times), "ms"),
        Row("the same, p95", statistics.quantiles(times, n=20)[-1], "ms", 250),
        Row("presses without an answer", sum(person.refusals for person in people), "", 0),
    ]
