"""Client, listener, lanes and service children, together, with calls that need no TensorFlow."""

import dataclasses
import os
import signal
import stat
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client as Stranger
from multiprocessing.connection import Connection
from pathlib import Path

import psutil
import pytest

from blockwright.backend.client import BackendError, BackendStarting, Client
from blockwright.backend.endpoint import Endpoint
from blockwright.backend.protocol import MAX_REQUEST_BYTES, pack
from blockwright.backend.service.service_process import MAX_CALLS, MAX_GROWTH_BYTES
from blockwright.schema.findings import DesignError
from tests.backend.fakes import FINDINGS
from tests.backend.polling import eventually


def test_answers_come_back_as_json(client: Client):
    arguments = {"design": {"name": "Größe <b>", "shape": [28, None, 1]}, "flag": True}
    assert client.call("echo", **arguments) == arguments


def test_findings_of_a_design_are_raised_as_they_were(client: Client):
    for _ in range(2):
        with pytest.raises(DesignError) as caught:
            client.call("wrong_design")
        assert caught.value.findings == FINDINGS


def test_sentences_come_through(client: Client):
    with pytest.raises(BackendError, match=r"^`filters` must be at least 1. Received: filters=0.$"):
        client.call("refuse")


def test_unexpected_error_names_the_action_and_is_logged(client: Client, module_home: Path):
    log = module_home / "logs" / "backend.log"
    with pytest.raises(BackendError) as caught:
        client.call("break_down")
    assert str(caught.value) == (
        f"The backend could not break down: an unexpected RuntimeError. See the details in {log}."
    )
    assert "a secret detail" in log.read_text()


@pytest.mark.parametrize(("call", "arguments"), [("echo", {"x": float("nan")}), ("echo", {"x": object()})])
def test_arguments_that_are_no_json_are_refused(client: Client, call: str, arguments: dict[str, object]):
    with pytest.raises(BackendError, match="This cannot be sent as JSON"):
        client.call(call, **arguments)


def test_answer_that_is_no_json_is_a_sentence(client: Client):
    with pytest.raises(BackendError, match="cannot be sent as JSON"):
        client.call("not_json")


def test_unknown_call_is_a_sentence(client: Client):
    with pytest.raises(BackendError, match='The backend has no call "explode"'):
        client.call("explode")


def test_too_large_a_request_is_not_sent(client: Client):
    with pytest.raises(BackendError, match="This request is too large for the backend"):
        client.call("echo", text="x" * MAX_REQUEST_BYTES)


def test_large_answers_come_through(client: Client):
    assert len(client.call("text", length=20_000_000)) == 20_000_000


def test_many_threads_ask_at_once(client: Client):
    with ThreadPoolExecutor(24) as pool:
        assert list(pool.map(lambda n: client.call("echo", n=n)["n"], range(300))) == list(range(300))


def test_equal_questions_at_the_same_time_are_computed_once(client: Client):
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: client.call("stamp", design=1), range(8)))) == 1
    assert client.call("stamp", design=2) != client.call("stamp", design=1)


def test_a_request_that_takes_too_long_is_given_up_and_its_child_replaced(client: Client):
    with pytest.raises(
        BackendError, match="It took longer than 1 seconds to sleep, so the request was cancelled"
    ):
        client.call("sleep", seconds=60)
    assert client.call("sleep", seconds=0) == 0
    with pytest.raises(BackendError, match="was cancelled"):
        client._call("sleep", {"seconds": 0.6}, timeout=0.1)


def test_slow_requests_do_not_hold_up_quick_ones(client: Client):
    client.call("sleep", seconds=0)
    slow = threading.Thread(target=client.call, args=("sleep",), kwargs={"seconds": 0.8})
    slow.start()
    for n in range(20):
        assert client.call("echo", n=n) == {"n": n}
    assert slow.is_alive()
    slow.join()


def test_a_killed_child_is_replaced_without_anybody_noticing(client: Client):
    for pid in client.status()["children"]["quick"]:
        os.kill(pid, signal.SIGKILL)
    assert client.call("echo", n=1) == {"n": 1}
    assert client.call("echo", n=2) == {"n": 2}


def test_a_request_that_kills_its_child_is_a_sentence(client: Client):
    with pytest.raises(BackendError, match="The process ended while trying to live on"):
        client.call("die")
    assert client.call("echo", n=1) == {"n": 1}


def test_frozen_child_is_given_up(client: Client):
    (pid,) = eventually(lambda: client.status()["children"]["slow"])
    os.kill(pid, signal.SIGSTOP)
    with pytest.raises(BackendError, match="was cancelled"):
        client.call("sleep", seconds=0)
    assert client.call("sleep", seconds=0) == 0


def test_children_are_replaced_after_many_requests_without_a_failure(client: Client):
    first = client.call("process")
    processes = {client.call("process") for _ in range(MAX_CALLS + 10)}
    assert first in processes
    assert eventually(lambda: first not in client.status()["children"]["quick"])
    assert client.call("process") != first
    assert eventually(lambda: not psutil.pid_exists(first))


def test_a_child_that_has_grown_is_replaced(client: Client):
    pid = client.call("grow", megabytes=1)
    assert client.call("grow", megabytes=MAX_GROWTH_BYTES // 1_000_000 + 10) == pid
    assert eventually(lambda: pid not in client.status()["children"]["data"])
    assert client.call("grow", megabytes=1) != pid


def test_children_practise_while_nobody_asks(client: Client):
    assert eventually(lambda: client.call("practise") == [1, 2])


def test_file_and_socket_are_for_their_owner_only(client: Client, module_home: Path):
    assert stat.S_IMODE((module_home / "backend.json").stat().st_mode) == 0o600
    assert Endpoint.read(module_home).pid == client.status()["pid"]


def test_wrong_key_is_refused(client: Client, module_home: Path):
    endpoint = Endpoint.read(module_home)
    with pytest.raises(AuthenticationError):
        dataclasses.replace(endpoint, key="00" * 32).connect()
    assert client.call("echo", n=1) == {"n": 1}


def test_a_stranger_that_says_nothing_holds_up_nobody(client: Client, module_home: Path):
    with Stranger(Endpoint.read(module_home).address) as stranger:
        assert client.call("echo", n=1) == {"n": 1}
        stranger.send_bytes(b"x" * 1000)
        assert client.call("echo", n=2) == {"n": 2}


@pytest.mark.parametrize("message", [b"", b"nonsense", b"[1]\n{}", b"\xff\xfe\n", b"[" * 100_000])
def test_malformed_message_closes_only_its_connection(client: Client, module_home: Path, message: bytes):
    with Endpoint.read(module_home).connect() as connection:
        connection.send_bytes(message)
        assert connection.poll(10)
        with pytest.raises((EOFError, ConnectionError)):
            connection.recv_bytes()
    assert client.call("echo", n=1) == {"n": 1}


@pytest.mark.parametrize("body", [b"", b"nonsense", b"[1]", b"[" * 100_000])
def test_malformed_arguments_are_a_sentence(client: Client, module_home: Path, body: bytes):
    with Endpoint.read(module_home).connect() as connection:
        connection.send_bytes(pack({"call": "echo"}, body))
        assert connection.poll(10)
        assert b'"error"' in connection.recv_bytes()


def test_oversized_message_closes_only_its_connection(client: Client, module_home: Path):
    def send(connection: Connection) -> None:
        connection.send_bytes(b"x" * (MAX_REQUEST_BYTES + 1))
        connection.recv_bytes()

    with Endpoint.read(module_home).connect() as connection, pytest.raises((EOFError, ConnectionError)):
        send(connection)
    assert client.call("echo", n=1) == {"n": 1}


def test_second_backend_leaves_at_once(client: Client, start_client: Callable[..., Client]):
    second = start_client()
    second._process = second._spawn()
    assert eventually(lambda: second._process.poll() is not None)
    assert second._process.returncode == 0
    assert second.status()["pid"] == client.status()["pid"]


def test_status_tells_what_there_is(client: Client, module_home: Path):
    status = client.status()
    children = status.pop("children")
    assert len(children["quick"]) == 2
    assert psutil.pid_exists(status.pop("pid"))
    assert time.time() - status.pop("started") < 600
    status.pop("python")
    assert status == {
        "ready": True,
        "capacity": 2,
        "running": 0,
        "queued": 0,
        "home": str(module_home),
        "problem": None,
    }


def test_killed_backend_is_started_again(client: Client):
    former = client.status()["pid"]
    os.kill(former, signal.SIGKILL)
    with pytest.raises(BackendStarting, match="The design service is starting"):
        client.call("echo", n=1)
    assert client.wait_ready(60)["pid"] != former
    assert client.call("echo", n=1) == {"n": 1}


def test_frozen_backend_is_a_sentence(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("blockwright.backend.endpoint.HANDSHAKE_SECONDS", 0.3)
    client.close()
    pid = Endpoint.read(client.home).pid
    os.kill(pid, signal.SIGSTOP)
    try:
        with pytest.raises(
            BackendError, match=rf"The backend \(process {pid}\) does not respond. Stop that process"
        ):
            client.call("echo", n=1)
    finally:
        os.kill(pid, signal.SIGCONT)
    assert client.call("echo", n=1) == {"n": 1}
