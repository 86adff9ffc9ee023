"""Files of states: whole or not used, two of them, in the order of epochs."""

import os

import numpy as np
import pytest

from blockwright.runs.files.saved_states import (
    DamagedState,
    remove_states,
    saved_states,
    usable_state,
    write_state,
)


def write(folder, epoch: int) -> None:
    arrays = [("a.npy", np.arange(500.0) + epoch), ("b.npy", np.array(epoch))]
    write_state(folder, epoch, {"note": f"after {epoch}"}, lambda: arrays)


def epochs(folder) -> list[int]:
    return [state.epoch for state in saved_states(folder)]


def test_a_state_is_read_as_it_was_written(tmp_path):
    write(tmp_path, 3)
    state = usable_state(tmp_path)
    assert state.document() == {"format": 1, "epoch": 3, "note": "after 3"}
    first, second = state.arrays(["a.npy", "b.npy"])
    np.testing.assert_array_equal(first, np.arange(500.0) + 3)
    assert second == 3


def test_the_latest_two_are_kept_by_their_epochs_whatever_the_clock_says(tmp_path):
    assert epochs(tmp_path) == []
    for epoch in (1, 2, 9, 10):
        write(tmp_path, epoch)
        os.utime(saved_states(tmp_path)[0].path, (2e9 - epoch * 1e6,) * 2)
    assert epochs(tmp_path) == [10, 9]
    remove_states(tmp_path, after=9)
    assert epochs(tmp_path) == [9]


@pytest.mark.parametrize(
    "damage", ["truncated", "empty", "changed", "no file of this kind", "of a newer version"]
)
def test_where_a_state_is_damaged_the_one_before_it_is_used(tmp_path, damage):
    write(tmp_path, 1)
    write(tmp_path, 2)
    path = saved_states(tmp_path)[0].path
    content = path.read_bytes()
    middle = len(content) // 2
    path.write_bytes(
        {
            "truncated": content[:middle],
            "empty": b"",
            "changed": content[:middle] + bytes([content[middle] ^ 255]) + content[middle + 1 :],
            "no file of this kind": b"Hello.",
            "of a newer version": content,
        }[damage]
    )
    if damage == "of a newer version":
        write_state(tmp_path, 2, {"format": 2}, list)
    assert not saved_states(tmp_path)[0].is_whole()
    assert usable_state(tmp_path).epoch == 1
    if damage in ("truncated", "empty"):
        with pytest.raises(DamagedState):
            saved_states(tmp_path)[0].document()


def test_an_unfinished_state_takes_the_place_of_none(tmp_path):
    write(tmp_path, 1)

    def failing():
        yield "a.npy", np.zeros(3)
        raise RuntimeError("killed")

    with pytest.raises(RuntimeError):
        write_state(tmp_path, 2, {}, failing)
    assert epochs(tmp_path) == [1]
    assert len(list((tmp_path / "state").iterdir())) == 1
