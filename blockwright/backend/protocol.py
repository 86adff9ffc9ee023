"""The messages between processes: a header of JSON on the first line, then a body of JSON. Never pickle."""

import json
from multiprocessing.connection import Connection
from typing import Any, TypedDict, cast

MAX_REQUEST_BYTES = 8_000_000
MAX_RESPONSE_BYTES = 64_000_000


class Header(TypedDict, total=False):
    """The header of a message.

    Attributes:
        call: of a request, the name of the call.
        seconds: of a request, its timeout where the client limits it.
        workspace: of a request, the owner of the workspace that asks.
        status: of a response, "ok", "design" (the body holds findings), "error", "starting" or, between backend and
            child processes, "failed" and "ready".
        message: of an error, a sentence for people.
        kind: of a failure, the class of the exception.
        trace: of a failure, the traceback.
        growth: from a child process, by how many bytes its memory has grown.
    """

    call: str
    seconds: float | None
    workspace: str
    status: str
    message: str
    kind: str
    trace: str | None
    growth: int


class BackendStatus(TypedDict):
    """The state of a running backend.

    Attributes:
        pid: its process id.
        ready: whether the design service answers.
        capacity: how many runs train at the same time.
        running: how many runs are active.
        queued: how many runs wait.
        python: the version of Python.
        home: the home folder.
        started: when it started, in seconds since the epoch.
        problem: a sentence if runs cannot be started right now.
        children: the process ids of the design services by pool.
    """

    pid: int
    ready: bool
    capacity: int
    running: int
    queued: int
    python: str
    home: str
    started: float
    problem: str | None
    children: dict[str, list[int]]


class ProtocolError(ValueError):
    """A received message does not follow the protocol."""


def pack(header: Header, body: bytes = b"") -> bytes:
    """Join a header and a body into a message."""
    return json.dumps(header).encode() + b"\n" + body


def unpack(message: bytes) -> tuple[Header, bytes]:
    """Split a message into its header and body.

    Raises:
        ProtocolError: the first line is not a JSON object.
    """
    head, _, body = message.partition(b"\n")
    try:
        header = json.loads(head)
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"A message must begin with a line of JSON. Received: {head[:60]!r}.") from error
    if not isinstance(header, dict):
        raise ProtocolError(f"A message must begin with a JSON object. Received: {head[:60]!r}.")
    return cast(Header, header), body


def receive(connection: Connection, max_bytes: int) -> tuple[Header, bytes]:
    """Receive the next message.

    Raises:
        EOFError: the connection was closed.
        OSError: the message is larger than `max_bytes`; the connection is then closed.
        ProtocolError: the message does not follow the protocol.
    """
    return unpack(connection.recv_bytes(max_bytes))


def to_json(value: Any) -> bytes:
    """Canonical JSON: equal values give equal bytes.

    Raises:
        ValueError: the value is not JSON, or contains a number that is not finite.
    """
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"This cannot be sent as JSON: {error}.") from error
    return text.encode()
