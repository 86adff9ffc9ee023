import pytest

from blockwright.runs import designs
from blockwright.runs.designs import DesignsFull
from blockwright.runs.records import DesignEntry
from blockwright.runs.store import RunStore
from tests.runs.statements import selects

MEGABYTE = 1_000_000
SIZE_SETTING = "BLOCKWRIGHT_WORKSPACE_DESIGN_MB"


def document(size: int, nodes: int = 2, changed: bool = False) -> dict:
    design = {"nodes": [{"id": f"n{index}", "block": f"Block{index}"} for index in range(nodes)]}
    return {"design": design, "changed": changed, "text": "x" * size}


def test_designs_are_kept_by_owner_and_key(store: RunStore):
    store.save_design("ann", "one", "One", {"format": 1})
    store.save_design("ann", "two", "Two", {"format": 1})
    saved = store.save_design("ann", "one", "One again", {"format": 1, "name": "x"})
    assert store.design("ann", "one") == saved
    assert [design.key for design in store.designs("ann")] == ["one", "two"]
    assert store.designs("bob") == []
    assert store.design("bob", "one") is None


def test_only_its_owner_deletes_a_design(store: RunStore):
    store.save_design("ann", "one", "One", {})
    assert not store.delete_design("bob", "one")
    assert store.delete_design("ann", "one")
    assert not store.delete_design("ann", "one")


@pytest.mark.parametrize("key", ["", "a b", "a/b", "x" * 65, None])
def test_bad_keys_are_refused(store: RunStore, key: object):
    with pytest.raises(ValueError, match="A design is saved under"):
        store.save_design("ann", key, "One", {})


def test_a_workspace_keeps_a_bounded_number(store: RunStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(designs, "MOST_DESIGNS", 2)
    store.save_design("ann", "one", "One", {})
    store.save_design("ann", "two", "Two", {})
    with pytest.raises(ValueError, match="This workspace already has 2 designs"):
        store.save_design("ann", "three", "Three", {})
    store.save_design("ann", "two", "Two again", {})
    assert {design.name for design in store.designs("ann")} == {"One", "Two again"}


def test_document_that_is_no_json_object_is_refused(store: RunStore):
    with pytest.raises(ValueError, match="must be a JSON object"):
        store.save_design("ann", "one", "One", ["a"])
    with pytest.raises(ValueError, match="cannot be saved as JSON"):
        store.save_design("ann", "one", "One", {"a": object()})


def test_a_list_of_160_large_designs_reads_no_document(store: RunStore, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(SIZE_SETTING, "0")
    for index in range(160):
        store.save_design("ann", f"key{index}", f"Design {index}", document(1_900_000))
    with selects() as statements:
        entries = store.designs("ann")
    assert len(entries) == 160
    assert all(entry.size > 1_900_000 for entry in entries)
    assert sum(len(repr(entry)) for entry in entries) < 50_000
    assert len(statements) == 1
    assert "document" not in statements[0]


def test_what_lists_need_stands_before_the_document(store: RunStore):
    with store.reading() as connection:
        names = [row[1] for row in connection.exec_driver_sql("PRAGMA table_info(designs)")]
    assert names[-1] == "document"


def test_a_list_shows_blocks_size_and_changes(store: RunStore):
    store.save_design("ann", "small", "Small", document(0, 2, changed=True))
    store.save_design("ann", "large", "Large", document(0, 2_000))
    store.save_design("ann", "odd", "Odd", {"design": {"nodes": "none"}})
    entries = {entry.key: entry for entry in store.designs("ann")}
    small = entries["small"]
    size = len(designs.to_json(document(0, 2, changed=True)))
    assert small == DesignEntry("small", "Small", small.updated, size, 2, ["Block0", "Block1"], True)
    assert entries["large"].nodes == 2_000
    assert entries["large"].blocks[:2] == ["Block0", "Block50"]
    assert len(entries["large"].blocks) == designs.MAX_BLOCKS
    assert (entries["odd"].nodes, entries["odd"].blocks, entries["odd"].changed) == (0, [], False)


def test_the_bytes_of_a_workspace_are_limited_and_nothing_is_lost(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(SIZE_SETTING, "4")
    store.save_design("ann", "one", "One", document(MEGABYTE + 900_000))
    store.save_design("ann", "two", "Two", document(MEGABYTE + 900_000))
    with pytest.raises(
        DesignsFull, match=r"may take 4 MB together; with this one, of 1\.0 MB, .* 4\.8 MB\. Delete"
    ):
        store.save_design("ann", "three", "Three", document(MEGABYTE))
    assert [entry.key for entry in store.designs("ann")] == ["two", "one"]
    store.save_design("bob", "one", "Another's", document(MEGABYTE))
    store.save_design("ann", "one", "Smaller", document(0))
    store.save_design("ann", "three", "Three", document(MEGABYTE))
    store.delete_design("ann", "two")
    assert [entry.key for entry in store.designs("ann")] == ["three", "one"]


def test_a_lowered_limit_lets_a_design_be_saved_that_does_not_grow(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
):
    store.save_design("ann", "one", "One", document(1_900_000))
    monkeypatch.setenv(SIZE_SETTING, "1")
    store.save_design("ann", "one", "One again", document(1_900_000))
    with pytest.raises(DesignsFull):
        store.save_design("ann", "one", "Larger", document(1_900_100))
    assert store.design("ann", "one").name == "One again"


def test_a_shared_design_is_found_by_its_code_in_no_list_and_the_oldest_make_room(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(designs, "MOST_SHARED", 2)
    store.save_design("a" * 32, "mine", "Mine", {"design": {}})
    for code in ("aaaa", "bbbb", "cccc"):
        store.share_design("a" * 32, code, "Shared", {"design": {"name": code}})
    assert [store.shared_design(code) is not None for code in ("aaaa", "bbbb", "cccc")] == [False, True, True]
    assert store.shared_design("cccc").document == {"design": {"name": "cccc"}}
    assert [entry.key for entry in store.designs("a" * 32)] == ["mine"]
    assert store.shared_design("mine") is None


def test_shared_designs_take_no_room_of_the_saved_ones_and_are_bounded_by_the_same_bytes(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv(SIZE_SETTING, "4")
    for code in ("aaaa", "bbbb", "cccc"):
        store.share_design("ann", code, "Shared", document(1_500_000))
    assert [store.shared_design(code) is not None for code in ("aaaa", "bbbb", "cccc")] == [False, True, True]
    store.save_design("ann", "one", "One", document(1_900_000))
    store.save_design("ann", "two", "Two", document(1_900_000))
    assert len(store.designs("ann")) == 2
