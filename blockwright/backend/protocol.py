"""Messages between the processes: one line of JSON that says what it is, then a body of JSON. Never pickle."""

import json
from multiprocessing.connection import Connection
from typing import Any

LARGEST_REQUEST = 8_000_000
LARGEST_ANSWER = 64_000_000


class WireError(ValueError):
    """What arrived is not a message of this protocol."""


def pack(header: dict[str, Any], body: bytes = b"") -> bytes:
    """The message: its header on the first line, then its body."""
    return json.dumps(header).encode() + b"\n" + body


def unpack(message: bytes) -> tuple[dict[str, Any], bytes]:
    """Header and body.

    Raises:
        WireError: the first line is not a JSON object.
    """
    head, _, body = message.partition(b"\n")
    try:
        header = json.loads(head)
    except (ValueError, RecursionError) as error:
        raise WireError(f"A message must begin with a line of JSON. Received: {head[:60]!r}.") from error
    if not isinstance(header, dict):
        raise WireError(f"A message must begin with a JSON object. Received: {head[:60]!r}.")
    return header, body


def receive(connection: Connection, largest: int) -> tuple[dict[str, Any], bytes]:
    """The next message.

    Raises:
        EOFError: the other side is gone.
        OSError: the message is larger than `largest` bytes; the connection is closed then.
        WireError: it is not a message of this protocol.
    """
    return unpack(connection.recv_bytes(largest))


def to_json(value: Any) -> bytes:
    """Canonical JSON: the same value gives the same bytes.

    Raises:
        ValueError: it is not JSON, or holds a number that is not finite.
    """
    try:
        text = json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)
    except (TypeError, ValueError, RecursionError) as error:
        raise ValueError(f"This cannot be sent as JSON: {error}.") from error
    return text.encode()
