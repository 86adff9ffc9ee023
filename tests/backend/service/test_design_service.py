"""Visitors share the design service: turns, shares and limits, by the real program without TensorFlow."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from blockwright.backend.client import BackendError, Client
from blockwright.backend.service.calls import EXPORTS, LARGE_BODY, PROBES, QUICK, SLOW, VERIFICATIONS
from blockwright.backend.service.design_service import MOST_OF_WORKSPACE
from tests.backend.fakes import POOLS
from tests.backend.polling import eventually


class Abuser:
    """A workspace whose requests are answered when it is released."""

    def __init__(self, client: Client, signal: Path):
        self._client = client.of_workspace("abuser")
        self._signal = signal
        self._threads = ThreadPoolExecutor(MOST_OF_WORKSPACE + 8)

    def ask(self, call: str, **arguments: object) -> Future:
        return self._threads.submit(self._client.call, call, **arguments)

    def hold(self, pool: str) -> Future:
        return self.ask(f"hold_{pool}", until=str(self._signal))

    def release(self) -> None:
        self._signal.touch()
        self._threads.shutdown()


@pytest.fixture
def abuser(client: Client, tmp_path: Path) -> Iterator[Abuser]:
    abuser = Abuser(client, tmp_path / "released")
    yield abuser
    abuser.release()


def children(client: Client, pool: str) -> list[int]:
    return client.status()["children"][pool]


@pytest.mark.parametrize("pool", POOLS)
def test_another_is_answered_while_all_that_one_may_have_is_taken(client: Client, abuser: Abuser, pool: str):
    held = [abuser.hold(pool) for _ in range(4)]
    eventually(lambda: children(client, pool))
    assert client.of_workspace("other").call(f"tell_{pool}") in children(client, pool)
    assert not any(request.done() for request in held)
    abuser.release()
    assert all(request.result() for request in held)


def test_exports_do_not_wait_for_verifications(client: Client, abuser: Abuser, tmp_path: Path):
    second = Abuser(client, tmp_path / "second")
    second._client = client.of_workspace("second")
    held = [visitor.hold(VERIFICATIONS) for visitor in (abuser, abuser, second, second)]
    eventually(lambda: len(children(client, VERIFICATIONS)) == 2)
    for workspace in ("abuser", "second", "third"):
        assert client.of_workspace(workspace).call(f"tell_{EXPORTS}") in children(client, EXPORTS)
    assert not any(request.done() for request in held)
    second.release()


def test_the_next_turn_is_another_workspaces(client: Client, abuser: Abuser, tmp_path: Path):
    others = [Abuser(client, tmp_path / f"other{index}") for index in range(2)]
    for index, other in enumerate(others):
        other._client = client.of_workspace(f"other{index}")
    first = others[0].hold(SLOW)
    eventually(lambda: children(client, SLOW))
    held = [abuser.hold(SLOW) for _ in range(3)]
    waiting = others[1].ask(f"tell_{SLOW}")
    others[0].release()
    assert first.result()
    assert waiting.result()
    assert not any(request.done() for request in held)
    others[1].release()


def test_who_asks_the_same_does_not_wait_for_the_others_turn(client: Client, abuser: Abuser):
    abuser.hold(QUICK)
    request = abuser.ask("stamp", design="the same")
    assert client.of_workspace("other").call("stamp", design="the same") == request.result()


def test_what_takes_too_long_for_an_edit_goes_on_where_it_is_in_nobodys_way(client: Client):
    workspace = client.of_workspace("long")
    tag, process, priority = workspace.call("compute", seconds=1.0, tag=1)
    assert (tag, priority > 0) == (1, True)
    assert process in children(client, SLOW)
    eventually(lambda: len(children(client, QUICK)) == 2)
    before = children(client, QUICK)
    workspace.call("compute", seconds=1.0, tag=2)
    assert children(client, QUICK) == before
    _, process, priority = client.of_workspace("short").call("compute", seconds=0.0)
    assert process in children(client, QUICK)


def test_a_large_request_goes_there_at_once(client: Client):
    workspace = client.of_workspace("large")
    assert workspace.call("tell_quick", design="x") in children(client, QUICK)
    assert workspace.call("tell_quick", design="x" * LARGE_BODY) in children(client, SLOW)


@pytest.mark.parametrize(
    ("call", "arguments", "sentence"),
    [
        (
            "compute_long",
            {"seconds": 30.0},
            "It took more than 1 seconds of computing time to compute long, so",
        ),
        ("use_memory", {"megabytes": 300}, "It took more than 50 MB of memory to use memory, so"),
    ],
)
def test_a_limit_of_its_kind_is_a_sentence(client: Client, call: str, arguments: dict, sentence: str):
    with pytest.raises(BackendError, match=sentence):
        client.call(call, **arguments)
    assert client.call("echo", n=1) == {"n": 1}


def test_one_workspace_has_a_bounded_number_of_requests(client: Client, abuser: Abuser):
    held = [abuser.hold(POOLS[index % len(POOLS)]) for index in range(MOST_OF_WORKSPACE + 1)]
    (refused,) = eventually(lambda: [request for request in held if request.done()])
    assert str(refused.exception()) == (
        f"Your workspace already waits for {MOST_OF_WORKSPACE} answers of the design service. Wait until they are "
        "there, then try again."
    )
    assert client.of_workspace("other").call("echo", n=1) == {"n": 1}
    assert sum(request.done() for request in held) == 1


def test_a_process_of_its_own_ends_with_its_request(client: Client):
    first, second = (client.of_workspace("own").call("measure") for _ in range(2))
    assert first != second
    assert children(client, PROBES) == []


def test_a_later_measurement_of_a_workspace_replaces_the_earlier_one(client: Client, tmp_path: Path):
    released = tmp_path / "other_released"
    other = Abuser(client, released)
    other._client = client.of_workspace("other")
    kept = other.ask("measure_until", until=str(released))
    mine = Abuser(client, tmp_path / "mine_released")
    mine._client = client.of_workspace("mine")
    in_progress = mine.ask("measure_until", until=str(tmp_path / "never"))
    eventually(lambda: len(children(client, PROBES)) == 2)
    later = mine.ask("measure_until", until=str(tmp_path / "mine_released"))
    with pytest.raises(BackendError, match="a later one replaces it"):
        in_progress.result(timeout=60)
    mine.release()
    assert later.result(timeout=60) == str(tmp_path / "mine_released")
    assert not kept.done()
    other.release()
    assert kept.result(timeout=60)


def test_a_measurement_is_cancelled_for_its_workspace_only(client: Client, tmp_path: Path):
    mine = Abuser(client, tmp_path / "released")
    mine._client = client.of_workspace("mine")
    measuring = mine.ask("measure_until", until=str(tmp_path / "never"))
    eventually(lambda: len(children(client, PROBES)) == 1)
    client.of_workspace("other").cancel("measure_until")
    client.of_workspace("other").cancel("no such call")
    assert not measuring.done()
    client.of_workspace("mine").cancel("measure_until")
    with pytest.raises(BackendError, match="no longer needed"):
        measuring.result(timeout=60)
    mine.release()
