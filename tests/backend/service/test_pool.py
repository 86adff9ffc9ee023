import os
from multiprocessing import Pipe
from types import SimpleNamespace

import pytest

from blockwright.backend.protocol import pack
from blockwright.backend.service.calls import EDIT, Limits
from blockwright.backend.service.service_process import (
    MAX_GROWTH_BYTES,
    LimitExceeded,
    ProcessLost,
    ServiceProcess,
)
from blockwright.backend.service.turns import Request

DRAW = Request("graph", "draw", b"{}")


@pytest.fixture
def pipe():
    ours, theirs = Pipe()
    with ours, theirs:
        yield ours, theirs


@pytest.mark.parametrize(
    ("limits", "sentence"),
    [
        (Limits(20.0, 60.0, -1e12), "MB of memory to draw, so the request was cancelled"),
        (Limits(20.0, -1.0, 1e12), "seconds of computing time to draw, so the request was cancelled"),
    ],
)
def test_child_that_takes_too_much_is_given_up(pipe, limits: Limits, sentence: str):
    child = ServiceProcess(SimpleNamespace(pid=os.getpid()), pipe[0])
    with pytest.raises(LimitExceeded, match=sentence):
        child.request(DRAW, limits, 20.0)


def test_child_that_closes_its_pipe_is_lost(pipe):
    pipe[1].close()
    with pytest.raises(ProcessLost):
        ServiceProcess(SimpleNamespace(pid=os.getpid()), pipe[0]).request(DRAW, EDIT, 20.0)


def test_child_counts_its_calls_and_its_growth(pipe):
    child = ServiceProcess(SimpleNamespace(pid=os.getpid()), pipe[0])
    pipe[1].send_bytes(pack({"growth": 7}) + pack({"status": "ok"}, b"1"))
    assert child.request(DRAW, EDIT, 20.0) == b'{"status": "ok"}\n1'
    assert (child.calls, child.growth, child.worn_out) == (1, 7, False)
    child.growth = MAX_GROWTH_BYTES
    assert child.worn_out
