import os
import stat
from pathlib import Path

import pytest

from blockwright.runs.files.home import database_url, home, logs_folder, run_folder


def test_home_is_made_for_its_owner_only(home_folder: Path):
    assert home() == home_folder
    assert stat.S_IMODE(home_folder.stat().st_mode) == 0o700


def test_database_lies_in_the_home_folder_unless_named(home_folder: Path, monkeypatch: pytest.MonkeyPatch):
    assert database_url() == f"sqlite:///{home_folder}/blockwright.db"
    monkeypatch.setenv("BLOCKWRIGHT_DATABASE_URL", "postgresql://school/runs")
    assert database_url() == "postgresql://school/runs"


def test_home_that_cannot_be_made_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("BLOCKWRIGHT_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(OSError, match=r"cannot be created: Not a directory. Set BLOCKWRIGHT_HOME to another"):
        home()


def test_logs_lie_in_the_home_folder(home_folder: Path):
    assert logs_folder() == home_folder / "logs"
    assert logs_folder().is_dir()


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc", "a" * 65, "ABCDEFGHIJ", "abcdefgh/", "abcdefgh\n", None, 5]
)
def test_what_is_no_run_id_never_becomes_a_path(name: object):
    with pytest.raises(ValueError, match="is not the id of a run"):
        run_folder(name)


def test_what_others_could_read_in_a_folder_that_was_there_is_closed_to_them(home_folder: Path):
    before = os.umask(0)
    try:
        for name in ("runs", "uploads", "logs", "holiday"):
            (home_folder / name).mkdir(parents=True)
        for name in ("blockwright.db", "blockwright.db-wal", "letter.txt"):
            (home_folder / name).touch()
    finally:
        os.umask(before)
    home()
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in home_folder.iterdir()}
    assert modes == {
        **dict.fromkeys(("runs", "uploads", "logs"), 0o700),
        **dict.fromkeys(("blockwright.db", "blockwright.db-wal"), 0o600),
        "holiday": 0o777,
        "letter.txt": 0o666,
    }
