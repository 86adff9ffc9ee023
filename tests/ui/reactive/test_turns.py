import threading

import pytest

from blockwright.schema.design import Design, Input, Node
from blockwright.ui.reactive import turns
from blockwright.ui.shell import state


def chain(count: int) -> Design:
    nodes = tuple(Node(id=f"n{index}", block="Flatten") for index in range(count))
    return Design(inputs=(Input(id="x", shape=(4,)),), nodes=nodes)


@pytest.fixture
def tab(monkeypatch):
    """Starts a tab of a workspace that works on a design of so many blocks; sets its event once it has its turn."""
    current = threading.local()
    monkeypatch.setattr(state, "design", lambda: current.design)
    monkeypatch.setattr(turns, "workspace", lambda: current.workspace)
    go_on, threads = threading.Event(), []

    def start(workspace: str, blocks: int) -> threading.Event:
        working = threading.Event()

        def work() -> None:
            current.workspace, current.design = workspace, chain(blocks)
            with turns.turn(), turns.turn():
                working.set()
                go_on.wait(20)

        threads.append(threading.Thread(target=work))
        threads[-1].start()
        return working

    yield start, go_on
    go_on.set()
    for thread in threads:
        thread.join()


def test_large_designs_of_one_workspace_take_turns_and_nothing_else_waits(tab):
    start, go_on = tab
    assert start("a", turns.LARGE).wait(10)
    second = start("a", turns.LARGE)
    assert start("a", turns.LARGE - 1).wait(10)
    assert start("b", turns.LARGE).wait(10)
    assert not second.is_set()
    go_on.set()
    assert second.wait(10)


def test_a_turn_ends_with_an_error(tab, monkeypatch):
    start, _ = tab
    with monkeypatch.context() as patch:
        patch.setattr(state, "design", lambda: chain(turns.LARGE))
        patch.setattr(turns, "workspace", lambda: "a")
        with pytest.raises(ValueError, match="stop"), turns.turn():
            raise ValueError("stop")
    assert start("a", turns.LARGE).wait(10)
