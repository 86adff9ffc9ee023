"""Workspaces take turns, whatever each of them has waiting."""

from blockwright.backend.service.turns import Request, Turns


def request(name: str, *workspaces: str) -> Request:
    return Request(name, "draw", b"", list(workspaces))


def carried_out(turns: Turns, processes: int = 1) -> list[str]:
    """The names in the order in which so many processes take them."""
    names, running = [], []
    while True:
        while len(running) < processes and (request := turns.next()) is not None:
            running.append(request)
            names.append(request.name)
        if not running:
            return names
        turns.done(running.pop(0))


def test_workspaces_take_turns_and_each_keeps_its_order():
    turns = Turns(share=1)
    for name in ("a1", "a2", "a3", "b1", "c1", "b2"):
        turns.add(request(name, name[0]))
    assert carried_out(turns) == ["a1", "b1", "c1", "a2", "b2", "a3"]


def test_a_newcomer_comes_before_who_has_just_had_a_turn():
    turns = Turns(share=1)
    turns.add(request("a1", "a"))
    turns.add(request("a2", "a"))
    turns.done(turns.next())
    turns.add(request("b1", "b"))
    assert carried_out(turns) == ["b1", "a2"]


def test_a_workspace_has_its_share_and_not_more():
    turns = Turns(share=2)
    for name in ("a1", "a2", "a3"):
        turns.add(request(name, "a"))
    first, second = turns.next(), turns.next()
    assert [first.name, second.name, turns.next()] == ["a1", "a2", None]
    assert turns.startable() == 0
    turns.add(request("b1", "b"))
    assert turns.startable() == 1
    assert turns.next().name == "b1"
    turns.done(second)
    assert turns.next().name == "a3"


def test_a_request_that_two_workspaces_wait_for_is_carried_out_once_at_the_first_turn_of_any():
    turns = Turns(share=1)
    turns.add(request("a1", "a"))
    turns.add(request("a2", "a"))
    shared = request("both", "a")
    turns.add(shared)
    turns.share(shared, "b")
    assert carried_out(turns) == ["a1", "both", "a2"]


def test_what_does_not_wait_is_not_shared():
    turns = Turns(share=1)
    turns.share(request("gone", "a"), "b")
    assert turns.next() is None


def test_a_request_that_no_longer_waits_is_forgotten():
    turns = Turns(share=1)
    shared = request("x", "a", "b")
    turns.add(shared)
    turns.remove(shared)
    assert turns.next() is None
    assert turns.startable() == 0
