"""How pages ask the design service: one call, with its waiting state and its refusals shown in the page."""

import json
from collections import OrderedDict, deque
from threading import Lock
from typing import Any

import streamlit as st

from blockwright.backend.client import BackendError, BackendStarting, backend
from blockwright.schema.catalog import Catalog
from blockwright.schema.findings import DesignError
from blockwright.ui.shell.messages import box, part, show_findings

_CACHED = {"catalog", "describe", "describe_inside", "graph", "summary", "code", "block_picture"}
_KEPT = 400
_answers: OrderedDict[str, Any] = OrderedDict()
_lock = Lock()
_catalog: list[Any] = [None, None]
latest: deque[tuple[Any, Any, Any]] = deque(maxlen=64)
"""Designs that were described lately: the design, the data, the description."""


class Starting(Exception):
    """The design service is not up yet."""


class Unanswered(ValueError):
    """The design service did not answer; the message is a sentence for the page."""


def connect() -> Any:
    """The client of the backend."""
    return backend()


def request(call: str, **args: Any) -> Any:
    """The answer of the design service.

    Raises `Starting` while it starts, `Unanswered` with a sentence when it cannot answer, and DesignError
    with the findings when the design itself is refused. Answers that depend on nothing but the arguments are
    remembered, for all sessions.
    """
    key = json.dumps([call, args], sort_keys=True) if call in _CACHED else ""
    with _lock:
        if key and key in _answers:
            _answers.move_to_end(key)
            return _answers[key]
    try:
        answer = connect().call(call, **args)
    except BackendStarting:
        raise Starting from None
    except BackendError as error:
        raise Unanswered(str(error)) from None
    if key:
        with _lock:
            _answers[key] = answer
            while len(_answers) > _KEPT:
                _answers.popitem(last=False)
    return answer


def ask(call: str, **args: Any) -> Any | None:
    """The answer of the design service, or None after the page has shown why there is none.

    While the service starts, the page says so and draws itself again as soon as it is up.
    """
    try:
        return request(call, **args)
    except Starting:
        wait_for_service()
    except Unanswered as error:
        box("error", str(error))
    except DesignError as error:
        show_findings(error.findings)
    return None


def catalog() -> Catalog | None:
    """The catalog of blocks, or None while the service starts (nothing is shown)."""
    try:
        return _read_catalog(request("catalog"))
    except (Starting, Unanswered):
        return None


def is_up() -> bool:
    """Whether the design service answers now: an answer remembered from before it went away says nothing."""
    try:
        connect().call("catalog")
    except BackendError:
        return False
    return True


def wait_for_service() -> None:
    """Say that the design service is starting, and draw the whole page again once it answers."""
    _waiting()


@part("the wait for the design service", key="service_wait", run_every=0.5)
def _waiting() -> None:
    if is_up():
        st.rerun()
    box("info", "The design service is starting. Shapes, costs and graphs appear in a few seconds.")


def _read_catalog(entries: list[dict[str, Any]]) -> Catalog:
    with _lock:
        if _catalog[0] is not entries:
            _catalog[:] = [entries, Catalog.from_list(entries)]
        return _catalog[1]


def forget() -> None:
    """Forget every remembered answer."""
    with _lock:
        _answers.clear()
        _catalog[:] = [None, None]
    latest.clear()


def start_service() -> None:
    """Start the backend if none is alive; returns at once."""
    connect().ensure()
