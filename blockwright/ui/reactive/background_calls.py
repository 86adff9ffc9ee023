"""Calls of the backend that take long: they go on while the page is used, and their results can be asked for later."""

import logging
import time
from concurrent.futures import Future
from dataclasses import dataclass, field
from threading import Lock, Thread
from typing import Any, Generic

from blockwright.backend.client import BackendError, WorkspaceClient
from blockwright.schema.findings import DesignError
from blockwright.schema.service_calls import Answer, Arguments, ServiceCall
from blockwright.ui.shell import service
from blockwright.ui.shell.messages import incident

logger = logging.getLogger("blockwright.ui")
_MAX_CALLS = 300
_calls: "dict[tuple[str, str], BackgroundCall[Any]]" = {}
_lock = Lock()


@dataclass(frozen=True)
class BackgroundCall(Generic[Answer]):
    """One call, running or done. `started` is when it began, by `time.monotonic`."""

    future: "Future[Answer]" = field(default_factory=Future)
    started: float = field(default_factory=time.monotonic)

    @property
    def done(self) -> bool:
        """Whether it has a result or an error."""
        return self.future.done()

    @property
    def result(self) -> Answer | None:
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


def start(
    name: ServiceCall[Arguments, Answer], key: str, *args: Arguments.args, **arguments: Arguments.kwargs
) -> None:
    """Have the backend do the call `name`; nothing happens while such a call of that key is running already."""
    with _lock:
        latest = _calls.pop((name, key), None)
        is_running = latest is not None and not latest.done
        call: BackgroundCall[Answer] = latest if latest is not None and is_running else BackgroundCall()
        _calls[name, key] = call
        if is_running:
            return
        done = [entry for entry, call in _calls.items() if call.done]
        for entry in done[: max(0, len(_calls) - _MAX_CALLS)]:
            del _calls[entry]
    # Not in an executor: its threads would keep the server from ending while a call is running.
    Thread(target=_run, args=(call, service.connect(), name, arguments), daemon=True, name=name).start()


def find(name: ServiceCall[..., Answer], key: str) -> BackgroundCall[Answer] | None:
    """The latest call `name` of that key; None if there is none."""
    with _lock:
        return _calls.get((name, key))


def is_running(name: ServiceCall[..., Any], prefix: str = "") -> bool:
    """Whether a call `name` is running whose key begins with `prefix`."""
    with _lock:
        return any(
            not call.done for (other, key), call in _calls.items() if other == name and key.startswith(prefix)
        )


def _run(
    call: BackgroundCall[Answer],
    client: WorkspaceClient,
    name: ServiceCall[..., Answer],
    args: dict[str, Any],
) -> None:
    future = call.future
    try:
        future.set_result(client.call(name, **args))
    except BackendError as error:
        future.set_exception(error)
    except DesignError as error:
        future.set_exception(ValueError(" ".join(finding.message for finding in error.findings)))
    except Exception as error:
        number, sentence = incident("this task")
        logger.exception("Incident %s in %s", number, name)
        future.set_exception(RuntimeError(sentence).with_traceback(error.__traceback__))
