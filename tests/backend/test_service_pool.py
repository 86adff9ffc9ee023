import os
from multiprocessing import Pipe
from types import SimpleNamespace

import pytest

from blockwright.backend import service_pool
from blockwright.backend.protocol import pack
from blockwright.backend.service_pool import Child, ChildLost, Refusal


@pytest.fixture
def pipe():
    ours, theirs = Pipe()
    with ours, theirs:
        yield ours, theirs


def test_child_that_takes_too_much_memory_is_given_up(pipe, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(service_pool, "MOST_MEMORY", 1)
    child = Child(SimpleNamespace(pid=os.getpid()), pipe[0])
    with pytest.raises(Refusal, match="memory to draw, so it was given up"):
        child.request("graph", "draw", b"{}", 20.0)


def test_child_that_closes_its_pipe_is_lost(pipe):
    pipe[1].close()
    with pytest.raises(ChildLost):
        Child(SimpleNamespace(pid=os.getpid()), pipe[0]).request("graph", "draw", b"{}", 20.0)


def test_child_counts_its_calls_and_its_growth(pipe):
    child = Child(SimpleNamespace(pid=os.getpid()), pipe[0])
    pipe[1].send_bytes(pack({"growth": 7}) + pack({"status": "ok"}, b"1"))
    assert child.request("graph", "draw", b"{}", 20.0) == b'{"status": "ok"}\n1'
    assert (child.calls, child.growth, child.aged) == (1, 7, False)
    child.growth = service_pool.MOST_GROWTH
    assert child.aged
