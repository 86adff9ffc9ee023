from blockwright.design.edits import Remove, SetName
from blockwright.design.history import MAX_VERSIONS, History
from tests.design.designs import abc, names


def test_undo_and_redo_walk_the_versions():
    history = History.start(abc()).push(Remove(node="b").apply(abc()), "Remove b")
    assert (history.undoes, history.redoes) == ("Remove b", None)
    back = history.undo()
    assert (names(back.current), back.undoes, back.redoes) == (["a", "b", "c"], None, "Remove b")
    assert names(back.redo().current) == ["a", "c"]


def test_the_ends_hold():
    history = History.start(abc())
    assert history.undo() == history
    assert history.redo() == history


def test_a_change_after_undo_drops_what_was_undone():
    history = (
        History.start(abc())
        .push(Remove(node="b").apply(abc()), "Remove b")
        .undo()
        .push(Remove(node="c").apply(abc()), "Remove c")
    )
    assert (names(history.current), history.can_redo) == (["a", "b"], False)


def test_no_change_makes_no_version():
    history = History.start(abc())
    assert history.push(abc(), "Nothing") == history


def test_versions_are_bounded_and_the_newest_kept():
    history = History.start(abc())
    for number in range(MAX_VERSIONS + 20):
        history = history.push(SetName(name=f"v{number}").apply(abc()), "Name")
    assert len(history.versions) == MAX_VERSIONS
    assert history.current.name == f"v{MAX_VERSIONS + 19}"


def test_a_history_survives_as_plain_data():
    history = History.start(abc()).push(Remove(node="b").apply(abc()), "Remove b").undo()
    assert History.from_document(history.document()) == history


def test_versions_share_the_nodes_that_did_not_change():
    history = History.start(abc()).push(Remove(node="b").apply(abc()), "Remove b")
    first, second = (version.design for version in history.versions)
    assert second.nodes[0] is first.nodes[0]
