"""The address of a home's backend: a private socket, and a file with its address and key for the owner only."""

import contextlib
import json
import os
import secrets
import sys
import tempfile
from dataclasses import asdict, dataclass
from multiprocessing.connection import (
    Client,
    Connection,
    Listener,
    answer_challenge,
    deliver_challenge,
)
from pathlib import Path
from typing import Self

from blockwright.backend.code_fingerprint import code_fingerprint

MAX_SOCKET_PATH = 100
HANDSHAKE_SECONDS = 5.0


@dataclass(frozen=True)
class Endpoint:
    """The address, key (hexadecimal), process id and code fingerprint of a running backend."""

    address: str | tuple[str, int]
    key: str
    pid: int
    code: str

    @classmethod
    def read(cls, home: Path) -> Self | None:
        """Read the home's file; None if there is no backend or the file is damaged."""
        try:
            entry = json.loads(_file(home).read_text(encoding="utf-8"))
            bytes.fromhex(entry["key"])
            address = entry["address"]
            address = tuple(address) if isinstance(address, list) else str(address)
            return cls(address, entry["key"], int(entry["pid"]), str(entry["code"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def write(self, home: Path) -> None:
        """Write the home's file atomically, readable by its owner only."""
        partial = _file(home).with_suffix(f".{self.pid}")
        descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(self), file)
        partial.replace(_file(home))

    def is_current(self, home: Path) -> bool:
        """Whether the home's file still names this backend."""
        if not os.path.exists(_file(home)):
            return False
        entry = self.read(home)
        return entry is None or entry.key == self.key

    def remove(self, home: Path) -> None:
        """Remove the home's file and the socket, if they still belong to this backend."""
        entry = self.read(home)
        if entry is not None and entry.key == self.key:
            _file(home).unlink(missing_ok=True)
        self.remove_socket()

    def remove_socket(self) -> None:
        """Remove the socket's file, and the folder made for it."""
        if isinstance(self.address, str):
            path = Path(self.address)
            with contextlib.suppress(OSError):
                path.unlink(missing_ok=True)
                ours = path.parent.name.startswith("blockwright-")
                if ours and path.parent.parent == Path(tempfile.gettempdir()):
                    path.parent.rmdir()

    def connect(self) -> Connection:
        """Open a connection and authenticate both sides with the key.

        Raises:
            OSError, EOFError: no backend answers.
            multiprocessing.AuthenticationError: the keys differ.
        """
        connection = Client(self.address)
        try:
            if not connection.poll(HANDSHAKE_SECONDS):
                raise TimeoutError(f"The backend (process {self.pid}) does not respond.")
            answer_challenge(connection, bytes.fromhex(self.key))
            deliver_challenge(connection, bytes.fromhex(self.key))
        except BaseException:
            connection.close()
            raise
        return connection


def authenticate(connection: Connection, key: str) -> None:
    """Authenticate a client on the server's side.

    Raises:
        OSError, EOFError: the client disconnected.
        multiprocessing.AuthenticationError: the client has another key.
    """
    deliver_challenge(connection, bytes.fromhex(key))
    answer_challenge(connection, bytes.fromhex(key))


def listen(home: Path) -> tuple[Listener, Endpoint]:
    """Open a listening socket for this process; the caller holds the home's lock."""
    former = Endpoint.read(home)
    if former is not None:
        former.remove(home)
    address = _address(home)
    listener = Listener(address, backlog=128)
    return listener, Endpoint(listener.address, secrets.token_hex(32), os.getpid(), code_fingerprint())


def _address(home: Path) -> str | tuple[str, int]:
    if sys.platform == "win32":
        return ("127.0.0.1", 0)
    path = home / "backend.sock"
    if len(os.fsencode(path)) > MAX_SOCKET_PATH:
        return str(Path(tempfile.mkdtemp(prefix="blockwright-")) / "backend.sock")
    path.unlink(missing_ok=True)
    return str(path)


def _file(home: Path) -> Path:
    return home / "backend.json"
