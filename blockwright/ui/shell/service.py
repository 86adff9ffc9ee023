"""How pages ask the design service: one call, with its waiting state and its refusals shown in the page."""

from threading import Lock
from typing import Any

import streamlit as st

from blockwright.backend.client import BackendError, BackendStarting, WorkspaceClient, backend
from blockwright.schema.catalog import Catalog
from blockwright.schema.findings import DesignError
from blockwright.schema.service_calls import CATALOG, Answer, Arguments, ServiceCall
from blockwright.ui.shell.byte_cache import AnswerCache
from blockwright.ui.shell.messages import box, part, show_findings
from blockwright.ui.shell.workspace import workspace

_lock = Lock()
_catalog: list[Catalog] = []
latest: AnswerCache[Any] = AnswerCache(16_000_000)
"""The descriptions of designs that were asked for lately, by the design and what was asked."""


class Starting(Exception):
    """The design service is not up yet."""


class Unanswered(ValueError):
    """The design service did not answer; the message is a sentence for the page."""


def connect() -> WorkspaceClient:
    """The client of the backend, for this visitor's workspace."""
    return backend().of_workspace(workspace())


def request(
    call: ServiceCall[Arguments, Answer], *args: Arguments.args, **arguments: Arguments.kwargs
) -> Answer:
    """The answer of the design service, which has a cache: the same question again takes a fraction of a millisecond.

    Raises `Starting` while it starts, `Unanswered` with a sentence when it cannot answer, and DesignError
    with the findings when the design itself is refused.
    """
    try:
        return connect().call(call, *args, **arguments)
    except BackendStarting:
        raise Starting from None
    except BackendError as error:
        raise Unanswered(str(error)) from None


def ask(
    call: ServiceCall[Arguments, Answer], *args: Arguments.args, **arguments: Arguments.kwargs
) -> Answer | None:
    """The answer of the design service, or None after the page has shown why there is none.

    While the service starts, the page says so and draws itself again as soon as it is up.
    """
    try:
        return request(call, *args, **arguments)
    except Starting:
        wait_for_service()
    except Unanswered as error:
        box("error", str(error))
    except DesignError as error:
        show_findings(error.findings)
    return None


def catalog() -> Catalog | None:
    """The catalog of blocks, or None while the service starts (nothing is shown)."""
    if not _catalog:
        try:
            entries = request(CATALOG)
        except (Starting, Unanswered):
            return None
        with _lock:
            if not _catalog:
                _catalog.append(Catalog.from_list(entries))
    return _catalog[0]


def is_up() -> bool:
    """Whether the design service answers now; the catalog may be from before it went away."""
    try:
        connect().call(CATALOG)
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


def forget() -> None:
    """Forget the catalog and every description."""
    _catalog.clear()
    latest.clear()


def start_service() -> None:
    """Start the backend if none is alive; returns at once."""
    connect().ensure()
