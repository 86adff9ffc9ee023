import pytest

from blockwright.runs.store import RunStore


@pytest.fixture
def named(store: RunStore) -> dict[str, str]:
    """The ids of three runs by their names, the oldest first."""
    return {name: store.create_run("ann", name, {}, {}).id for name in ("100% net", "Small NET", "Other")}


def names(runs) -> list[str]:
    return [run.name for run in runs]


def test_runs_come_page_by_page(store: RunStore, named):
    assert names(store.runs("ann", limit=2)) == ["Other", "Small NET"]
    assert names(store.runs("ann", limit=2, skip=2)) == ["100% net"]
    assert store.runs("ann", skip=3) == []
    assert store.count_runs("ann") == 3
    assert store.count_runs("bob") == 0


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("net", ["Small NET", "100% net"]),
        ("net small", ["Small NET"]),
        ("%", ["100% net"]),
        ("_", []),
        ("  ", ["Other", "Small NET", "100% net"]),
    ],
)
def test_runs_are_found_by_the_words_of_their_names(store: RunStore, named, search, expected):
    assert names(store.runs("ann", search=search)) == expected
    assert store.count_runs("ann", search) == len(expected)


def test_unfinished_runs_are_found_however_many_came_after(store: RunStore, named):
    for name in ("Small NET", "Other"):
        store.claim(named[name])
        store.end(named[name], "finished")
    assert names(store.unfinished("ann")) == ["100% net"]
    assert store.unfinished("bob") == []


def test_only_ended_runs_can_expire(store: RunStore, named):
    assert not store.set_expiry(named["Other"], 5.0)
    for name, expires in (("Other", 9.0), ("Small NET", 5.0)):
        store.end(named[name], "stopped")
        assert store.set_expiry(named[name], expires)
    assert [run.expires for run in store.expiring("ann")] == [5.0, 9.0]
    assert names(store.runs("ann", expiring=True)) == ["Other", "Small NET"]
    assert {run.id for run in store.ended()} == {named["Other"], named["Small NET"]}
    store.set_expiry(named["Other"], None)
    assert store.count_runs("ann", expiring=True) == 1


def test_the_users_of_an_upload_are_known(store: RunStore):
    data = {"name": "upload", "path": "/home/uploads/ann/a.csv", "title": "houses.csv"}
    store.create_run("ann", "x", {}, {"data": data})
    store.create_run("ann", "x", {}, {"data": {"name": "digits"}})
    store.create_run("bob", "x", {}, {"data": data})
    assert store.upload_users("ann") == [("queued", "/home/uploads/ann/a.csv", "houses.csv")]
