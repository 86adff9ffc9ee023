"""Calls of the backend that take long: they go on while the page is used, and their results can be asked for later."""

import logging
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any

from blockwright.backend.client import BackendError
from blockwright.schema.findings import DesignError
from blockwright.ui.shell import service
from blockwright.ui.shell.messages import incident

logger = logging.getLogger("blockwright.ui")
_MAX_KEPT = 300
_calls: "dict[str, BackgroundCall]" = {}
_lock = Lock()


@dataclass(frozen=True)
class BackgroundCall:
    """One call, running or done. `started` is when it began, by `time.monotonic`."""

    future: "Future[Any]" = field(default_factory=Future)
    started: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> bool:
        """Whether it has a result or an error."""
        return self.future.done()

    @property
    def result(self) -> Any:
        """What the backend returned; None while it runs and after an error."""
        return self.future.result() if self.done and self.future.exception() is None else None

    @property
    def error(self) -> str | None:
        """The sentence that says why it failed; None while it runs and after a result."""
        error = self.future.exception() if self.done else None
        return None if error is None else str(error)

    @property
    def seconds(self) -> float:
        """How long ago it began."""
        return time.monotonic() - self.started


def start(key: str, method: str, **args: Any) -> None:
    """Have the backend do `method`; nothing happens while a call of that key is running already."""
    with _lock:
        known = _calls.pop(key, None)
        call = BackgroundCall() if known is None or known.done else known
        _calls[key] = call
        if call is known:
            return
        done = [name for name, kept in _calls.items() if kept.done]
        for name in done[: max(0, len(_calls) - _MAX_KEPT)]:
            del _calls[name]
    # Not in an executor: its threads would keep the server from ending while a call is running.
    Thread(target=_run, args=(call, service.connect(), method, args), daemon=True, name=method).start()


def find(key: str) -> BackgroundCall | None:
    """The latest call of that key; None if there is none."""
    with _lock:
        return _calls.get(key)


def is_running(prefix: str) -> bool:
    """Whether a call whose key begins with `prefix` is running."""
    with _lock:
        return any(not call.done for key, call in _calls.items() if key.startswith(prefix))


def _run(call: BackgroundCall, client: Any, method: str, args: dict[str, Any]) -> None:
    future = call.future
    try:
        future.set_result(client.call(method, **args))
    except BackendError as error:
        future.set_exception(error)
    except DesignError as error:
        future.set_exception(ValueError(" ".join(finding.message for finding in error.findings)))
    except Exception as error:
        number, sentence = incident("this task")
        logger.exception("Incident %s in %s", number, method)
        future.set_exception(RuntimeError(sentence).with_traceback(error.__traceback__))
