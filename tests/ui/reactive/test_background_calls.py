from threading import Event

import pytest

from blockwright.backend.client import BackendError
from blockwright.schema.findings import DesignError, Finding
from blockwright.schema.service_calls import EXPORT
from blockwright.ui.reactive import background_calls
from tests.browser.driving import wait_for


class Client:
    """A backend whose answer waits until it is released."""

    def __init__(self, answer):
        self.answer, self.release, self.calls = answer, Event(), 0

    def call(self, method, **args):
        self.calls += 1
        self.release.wait(10)
        if isinstance(self.answer, Exception):
            raise self.answer
        return {method: args}


@pytest.fixture
def connect(monkeypatch):
    def use(answer=None):
        client = Client(answer)
        monkeypatch.setattr(background_calls.service, "connect", lambda: client)
        return client

    return use


def outcome(key):
    wait_for(lambda: background_calls.find(EXPORT, key).done, 10, "the call is done")
    call = background_calls.find(EXPORT, key)
    return call.result, call.error


def test_a_call_runs_once_until_it_is_done(connect):
    client = connect()
    background_calls.start(EXPORT, "mine 1", run_id="x")
    background_calls.start(EXPORT, "mine 1", run_id="x")
    assert background_calls.is_running(EXPORT, "mine ")
    running = background_calls.find(EXPORT, "mine 1")
    assert (running.done, running.result, running.error) == (False, None, None)
    client.release.set()
    assert outcome("mine 1") == ({"export": {"run_id": "x"}}, None)
    assert client.calls == 1
    assert not background_calls.is_running(EXPORT, "mine ")
    background_calls.start(EXPORT, "mine 1", run_id="x")
    outcome("mine 1")
    assert client.calls == 2


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (BackendError("It is busy."), "It is busy."),
        (DesignError([Finding(code="x", severity="error", message="Wrong.")]), "Wrong."),
        (KeyError("x"), "An error in the app stopped this task"),
    ],
)
def test_a_call_that_fails_has_a_sentence(connect, error, sentence):
    connect(error).release.set()
    background_calls.start(EXPORT, f"fails {error!r}")
    result, received = outcome(f"fails {error!r}")
    assert result is None
    assert received.startswith(sentence)


def test_an_unknown_call_is_none():
    assert background_calls.find(EXPORT, "never") is None
