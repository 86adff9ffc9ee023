from blockwright.runs.records import COMMAND_LINE
from blockwright.runs.store import RunStore
from blockwright.runs.workspaces.run_queue import QueuedRun, in_turns


def queue(owners: str) -> list[QueuedRun]:
    """Runs in the order in which they were created, named by their owner and number: ann's are a1, a2, …"""
    return [
        QueuedRun(f"{owner}{owners[: number + 1].count(owner)}", owner, float(number))
        for number, owner in enumerate(owners)
    ]


def order(owners: str, training: dict[str, int] | None = None, starts: dict[str, float] | None = None) -> str:
    return " ".join(run.id for run in in_turns(queue(owners), training or {}, starts or {}))


def test_runs_of_one_workspace_keep_their_order():
    assert order("aaa", {"a": 2}, {"a": 5.0}) == "a1 a2 a3"


def test_the_next_visitor_stands_behind_the_first_run_of_each_other_workspace():
    assert order("aaaaab") == "a1 b1 a2 a3 a4 a5"
    assert order("aaaaabbc") == "a1 b1 c1 a2 b2 a3 a4 a5"


def test_runs_that_train_count_as_the_first_ones_of_their_workspace():
    assert order("aaaab", {"a": 2}) == "b1 a1 a2 a3 a4"
    assert order("aaabb", {"a": 1}) == "b1 a1 b2 a2 a3"


def test_among_equals_comes_first_who_has_waited_longest_since_a_start():
    assert order("aabbc", starts={"a": 20.0, "b": 10.0}) == "c1 b1 a1 b2 a2"


def test_with_one_run_at_a_time_three_workspaces_are_served_in_turns(store: RunStore, ticking):
    names = {}
    for owner in ("ann", "ann", "ann", "bob", "bob", "cat"):
        names[store.create_run(owner, "x", {}, {}).id] = owner
    served = []
    while runs := store.queued():
        served.append(names[runs[0].id])
        store.claim(runs[0].id)
        store.end(runs[0].id, "finished")
    assert served == ["ann", "bob", "cat", "ann", "bob", "ann"]


def test_twenty_two_runs_of_one_visitor_put_the_next_one_at_the_front(store: RunStore):
    runs = [store.create_run("ann", "x", {}, {}) for _ in range(22)]
    for run in runs[:2]:
        store.claim(run.id)
    mine = store.create_run("bob", "x", {}, {})
    assert store.queue_position(mine.id) == 1
    assert [store.queue_position(run.id) for run in runs[:5]] == [0, 0, 2, 3, 4]


def test_paused_runs_and_those_of_the_command_line_take_no_turn(store: RunStore):
    paused = store.create_run("ann", "x", {}, {})
    store.claim(paused.id)
    store.transition(paused.id, "starting", "paused")
    here = store.create_run(COMMAND_LINE, "x", {}, {}, here=True)
    store.adopt(here.id, "ann")
    first = store.create_run("ann", "x", {}, {})
    store.create_run("ann", "x", {}, {})
    other = store.create_run("bob", "x", {}, {})
    assert [run.id for run in store.queued()][:2] == [other.id, first.id]
