"""The backend's ear: one thread a connection, each proved by the key, a bounded number of them."""

import contextlib
import logging
import threading
import time
from collections.abc import Callable
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener

from blockwright.backend.endpoint import admit
from blockwright.backend.protocol import LARGEST_REQUEST, WireError, receive

MOST_CONNECTIONS = 256

log = logging.getLogger(__name__)

Handler = Callable[[str, bytes, float | None], bytes]


class Server:
    """Listens and passes requests to `handler(call, body, seconds)`, which gives the answering message."""

    def __init__(self, listener: Listener, key: str, handler: Handler):
        self.last_heard = time.monotonic()
        self._listener = listener
        self._key = key
        self._handler = handler
        self._places = threading.BoundedSemaphore(MOST_CONNECTIONS)

    def start(self) -> None:
        """Begin to listen; returns at once."""
        threading.Thread(target=self._listen, daemon=True, name="listener").start()

    def _listen(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except OSError as error:
                # Also how a closed listener ends this thread; anything else is a passing shortage.
                if getattr(self._listener, "_listener", None) is None:
                    return
                log.warning("A connection was not accepted: %s", error)
                time.sleep(0.1)
                continue
            if not self._places.acquire(blocking=False):
                log.warning("Refused a connection: %d are open already.", MOST_CONNECTIONS)
                connection.close()
                continue
            threading.Thread(target=self._converse, args=(connection,), daemon=True, name="client").start()

    def _converse(self, connection: Connection) -> None:
        try:
            with connection:
                admit(connection, self._key)
                while True:
                    header, body = receive(connection, LARGEST_REQUEST)
                    self.last_heard = time.monotonic()
                    seconds = header.get("seconds")
                    patience = float(seconds) if isinstance(seconds, int | float) else None
                    connection.send_bytes(self._handler(str(header.get("call")), body, patience))
                    self.last_heard = time.monotonic()
        except (EOFError, ConnectionError):
            log.debug("A client went away.")
        except (AuthenticationError, AssertionError):
            log.warning("Refused a client that does not know the key.")
        except (WireError, OSError) as error:
            log.warning("Closed a connection that sent no proper request: %s", error)
        finally:
            with contextlib.suppress(ValueError):
                self._places.release()
