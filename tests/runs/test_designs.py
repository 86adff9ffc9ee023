import pytest

from blockwright.runs import designs
from blockwright.runs.store import RunStore


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
