import pytest

from blockwright.runs.records import Run, RunEntry, design_digest
from blockwright.runs.store import RunStore
from tests.runs.statements import selects


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


def large(name: str) -> dict:
    """The document of a design of 1.9 MB."""
    return {"name": name, "note": "x" * 1_900_000}


def test_lists_of_runs_read_no_design(store: RunStore):
    ids = [store.create_run("ann", f"Run {index}", large("Net"), {}).id for index in range(20)]
    store.claim(ids[0])
    with selects() as statements:
        listed = store.runs("ann")
        others = [*store.unfinished("ann"), *store.active(), store.entry(ids[1], "ann")]
    assert len(listed) == 20
    assert len(others) == 22
    assert all(type(entry) is RunEntry for entry in (*listed, *others))
    assert sum(len(repr(entry)) for entry in listed) < 20_000
    assert len(statements) == 4
    assert not any("runs.design," in statement or "runs.design " in statement for statement in statements)


def test_an_entry_is_the_run_without_its_design(store: RunStore):
    run = store.create_run("ann", "Mine", large("Net"), {"epochs": 3})
    entry = store.entry(run.id)
    assert (entry.design_name, entry.design_digest) == ("Net", design_digest(large("Net")))
    assert Run(**vars(entry), design=large("Net")) == run
    assert store.entry(run.id, owner="bob") is None
    assert store.entry("another") is None


@pytest.mark.parametrize("document", [{}, {"name": None}, {"name": ""}])
def test_a_design_without_a_name_has_an_empty_one(store: RunStore, document):
    assert store.create_run("ann", "x", document, {}).design_name == ""


def test_equal_designs_have_the_same_digest():
    assert design_digest({"a": 1, "b": [2]}) == design_digest({"b": [2], "a": 1})
    assert design_digest({"a": 1}) != design_digest({"a": 2})


def test_what_lists_need_stands_before_the_design(store: RunStore):
    with store.reading() as connection:
        names = [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(runs)")]
    assert names[-1] == "design"


def test_results_are_the_start_and_the_test_of_each_run(store: RunStore):
    tested, fresh = (store.create_run("ann", "x", {}, {}).id for _ in range(2))
    store.claim(tested)
    started, evaluated = {"outputs": [{"metric": "accuracy"}]}, {"outputs": {"head": {"test_accuracy": 0.5}}}
    epoch = {"epoch": 1, "outputs": {"head": {}}}
    store.add_events(tested, [("started", started), *[("epoch", epoch)] * 50, ("evaluated", evaluated)])
    with selects() as statements:
        results = store.results([tested, fresh])
    assert [(event.kind, event.data) for event in results[tested]] == [
        ("started", started),
        ("evaluated", evaluated),
    ]
    assert results[fresh] == []
    assert len(statements) == 1
