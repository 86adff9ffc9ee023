import errno
import os
from pathlib import Path

import pytest

from blockwright.runs.files.atomic_files import (
    remove_abandoned_files,
    remove_partial_files,
    waiting_for_room,
    write_atomically,
    write_json,
)


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def failing(failures: list[OSError]):
    def write(partial: Path) -> None:
        partial.write_text("half", encoding="utf-8")
        if failures:
            raise failures.pop()
        partial.write_text("whole", encoding="utf-8")

    return write


def test_a_failed_write_leaves_the_previous_version_and_nothing_else(tmp_path):
    write_json(tmp_path / "a.json", {"a": 1})
    before = (tmp_path / "a.json").read_text(encoding="utf-8")
    with pytest.raises(OSError, match="full"):
        write_atomically(tmp_path / "a.json", failing([OSError(errno.ENOSPC, "full")]))
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == before
    assert names(tmp_path) == ["a.json"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EROFS])
def test_a_write_waits_for_room_where_it_is_asked_to(tmp_path, number):
    problems = []
    with waiting_for_room(problems.append):
        write_atomically(tmp_path / "a", failing([OSError(number, "x") for _ in range(3)]))
    assert (tmp_path / "a").read_text(encoding="utf-8") == "whole"
    assert len(problems) == 3
    assert str(tmp_path) in problems[0]
    assert names(tmp_path) == ["a"]


def test_waiting_can_be_given_up(tmp_path):
    def give_up(_problem: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), waiting_for_room(give_up):
        write_atomically(tmp_path / "a", failing([OSError(errno.ENOSPC, "x")]))
    assert names(tmp_path) == []


def test_no_other_error_waits(tmp_path):
    with pytest.raises(ValueError, match="wrong"), waiting_for_room(pytest.fail):
        write_atomically(tmp_path / "a", failing([ValueError("wrong")]))


def test_what_killed_processes_left_unfinished_is_removed(tmp_path):
    (tmp_path / ".partial-folder").mkdir()
    for name in (".partial-1-weights.weights.h5", ".partial-folder/file", "weights.weights.h5"):
        (tmp_path / name).touch()
    remove_partial_files(tmp_path)
    assert names(tmp_path) == ["weights.weights.h5"]
    remove_partial_files(tmp_path / "missing")


def test_in_a_home_only_what_is_an_hour_old_is_removed(tmp_path):
    folders = ("runs/a", "runs/a/exports", "uploads/b")
    for folder in folders:
        (tmp_path / folder).mkdir(parents=True)
        for name in (".partial-old", ".partial-new", "file"):
            (tmp_path / folder / name).touch()
        os.utime(tmp_path / folder / ".partial-old", (0, 0))
    remove_abandoned_files(tmp_path)
    assert names(tmp_path) == sorted(
        f"{folder}/{name}" for folder in folders for name in (".partial-new", "file")
    )
