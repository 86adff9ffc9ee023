import os
from multiprocessing import Pipe
from types import SimpleNamespace

import pytest

from blockwright.backend.protocol import pack
from blockwright.backend.service import pool
from blockwright.backend.service.pool import ProcessLost, ServiceError, ServiceProcess


@pytest.fixture
def pipe():
    ours, theirs = Pipe()
    with ours, theirs:
        yield ours, theirs


def test_child_that_takes_too_much_memory_is_given_up(pipe, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(pool, "MAX_MEMORY_BYTES", 1)
    child = ServiceProcess(SimpleNamespace(pid=os.getpid()), pipe[0])
    with pytest.raises(ServiceError, match="memory to draw, so the request was cancelled"):
        child.request("graph", "draw", b"{}", 20.0)


def test_child_that_closes_its_pipe_is_lost(pipe):
    pipe[1].close()
    with pytest.raises(ProcessLost):
        ServiceProcess(SimpleNamespace(pid=os.getpid()), pipe[0]).request("graph", "draw", b"{}", 20.0)


def test_child_counts_its_calls_and_its_growth(pipe):
    child = ServiceProcess(SimpleNamespace(pid=os.getpid()), pipe[0])
    pipe[1].send_bytes(pack({"growth": 7}) + pack({"status": "ok"}, b"1"))
    assert child.request("graph", "draw", b"{}", 20.0) == b'{"status": "ok"}\n1'
    assert (child.calls, child.growth, child.worn_out) == (1, 7, False)
    child.growth = pool.MAX_GROWTH_BYTES
    assert child.worn_out
