"""The backend's socket server: one thread per connection, authenticated by the key, up to a limit."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener

from blockwright.backend.endpoint import authenticate
from blockwright.backend.protocol import MAX_REQUEST_BYTES, Header, ProtocolError, receive

MAX_CONNECTIONS = 256

log = logging.getLogger(__name__)

Handler = Callable[[Header, bytes], bytes]


class Server:
    """Listens for clients and answers each request with `handler(header, body)`, a message."""

    def __init__(self, listener: Listener, key: str, handler: Handler):
        self.last_request = time.monotonic()
        self._listener = listener
        self._key = key
        self._handler = handler
        self._slots = threading.BoundedSemaphore(MAX_CONNECTIONS)

    def start(self) -> None:
        """Start listening in a background thread."""
        threading.Thread(target=self._listen, daemon=True, name="listener").start()

    def _listen(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except OSError as error:
                # A closed listener ends this thread; anything else is a temporary shortage.
                if getattr(self._listener, "_listener", None) is None:
                    return
                log.warning("A connection was not accepted: %s", error)
                time.sleep(0.1)
                continue
            if not self._slots.acquire(blocking=False):
                log.warning("Refused a connection: %d are open already.", MAX_CONNECTIONS)
                connection.close()
                continue
            threading.Thread(
                target=self._serve_client, args=(connection,), daemon=True, name="client"
            ).start()

    def _serve_client(self, connection: Connection) -> None:
        try:
            with connection:
                authenticate(connection, self._key)
                while True:
                    header, body = receive(connection, MAX_REQUEST_BYTES)
                    self.last_request = time.monotonic()
                    connection.send_bytes(self._handler(header, body))
                    self.last_request = time.monotonic()
        except (EOFError, ConnectionError):
            log.debug("A client disconnected.")
        except (AuthenticationError, AssertionError):
            log.warning("Refused a client without the key.")
        except (ProtocolError, OSError) as error:
            log.warning("Closed a connection after an invalid request: %s", error)
        finally:
            with contextlib.suppress(ValueError):
                self._slots.release()
