"""Full and read-only disks: as errors of the system, and in a small file system where one can be mounted."""

import errno
import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from types import SimpleNamespace

import pytest

from blockwright.runs.files import storage_problems
from blockwright.runs.files.storage_problems import folder_problem, storage_problem

ROOT = Path(__file__).parents[3]


def disk(monkeypatch: pytest.MonkeyPatch, free: int, flag: int = 0) -> None:
    status = SimpleNamespace(f_flag=flag, f_bavail=free, f_frsize=1)
    monkeypatch.setattr(storage_problems.os, "statvfs", lambda _folder: status)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "is full. Free some space"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "is full. Free some space"),
        (
            RuntimeError("Unable to flush file (errno = 28, error message = 'No space left on device')"),
            "is full",
        ),
        (Exception("database or disk is full"), "is full"),
        (OSError(errno.EROFS, "Read-only file system"), "is read-only. Make it writable"),
        (Exception("attempt to write a readonly database"), "is read-only"),
        (PermissionError(errno.EACCES, "Permission denied"), "rights do not allow it"),
    ],
)
def test_what_keeps_from_writing_is_a_sentence_with_the_folder(tmp_path, error, words):
    sentence = storage_problem(error, tmp_path)
    assert words in sentence
    assert str(tmp_path) in sentence


@pytest.mark.parametrize("error", [ValueError("x"), FileNotFoundError(errno.ENOENT, "x"), OSError("x")])
def test_any_other_error_is_not_explained(tmp_path, error):
    assert storage_problem(error, tmp_path) is None


def test_a_full_and_a_read_only_disk_are_found_without_writing(tmp_path, monkeypatch):
    disk(monkeypatch, free=10_000_000)
    assert folder_problem(tmp_path) is None
    disk(monkeypatch, free=1000)
    assert "is full" in folder_problem(tmp_path)
    disk(monkeypatch, free=10_000_000, flag=os.ST_RDONLY)
    assert "is read-only" in folder_problem(tmp_path)


def test_a_missing_folder_is_no_problem_of_its_disk(tmp_path):
    assert folder_problem(tmp_path / "missing") is None


def in_small_file_system(folder: Path, code: str) -> dict:
    """What `code` puts into `answer`, run with its home in a file system of 3 MB that no other program sees."""
    if shutil.which("unshare") is None:
        pytest.skip("needs unshare")
    mount = f"mount -t tmpfs -o size=3m tmpfs {folder}"
    if subprocess.run(["unshare", "-rm", "sh", "-c", mount], capture_output=True).returncode:
        pytest.skip("a file system cannot be mounted here")
    start = textwrap.dedent(
        """
        import json, os, subprocess
        from pathlib import Path
        from blockwright.runs.files.atomic_files import waiting_for_room, write_atomically
        from blockwright.runs.files.home import home, run_folder
        from blockwright.runs.store import RunStore
        from blockwright.runs.files.storage_problems import folder_problem
        from blockwright.runs.files.upload_store import keep_upload

        def sentence(write):
            try:
                write()
            except Exception as error:
                return f"{type(error).__name__}: {error}"

        def fill():
            with open(home() / "fill", "wb", buffering=0) as file:
                try:
                    while file.write(bytes(4096)):
                        pass
                except OSError:
                    pass

        answer = {}
        store = RunStore()
        run = store.create_run("ann", "x", {}, {})
        store.claim(run.id)
        """
    )
    script = folder.parent / "script.py"
    script.write_text(start + textwrap.dedent(code) + "\nprint(json.dumps(answer))\n", encoding="utf-8")
    environment = {**os.environ, "BLOCKWRIGHT_HOME": str(folder), "PYTHONPATH": str(ROOT)}
    command = ["unshare", "-rm", "sh", "-c", f"{mount} && {sys.executable} {script}"]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_on_a_full_disk_everything_is_a_sentence_and_goes_on_when_there_is_room(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    answer = in_small_file_system(
        folder,
        """
        fill()
        answer["problem"] = folder_problem(home())
        log = ("log", {"message": "x" * 50_000, "level": "info"})
        answer["events"] = sentence(lambda: store.add_events(run.id, [log]))
        answer["upload"] = sentence(lambda: keep_upload(b"x" * 50_000, home(), "ann", "a.csv"))
        answer["create"] = sentence(lambda: [store.create_run("ann", "y", {"a": "x" * 50_000}, {}) for _ in range(9)])
        waits = []
        def wait(problem):
            waits.append(problem)
            if len(waits) == 3:
                (home() / "fill").unlink()
        path = run_folder(run.id) / "weights"
        with waiting_for_room(wait):
            write_atomically(path, lambda partial: partial.write_bytes(b"x" * 500_000))
        answer["waits"] = [len(waits), waits[0]]
        answer["written"] = path.stat().st_size
        answer["left"] = [path.name for path in home().rglob(".partial-*")]
        answer["later"] = sentence(lambda: store.add_events(run.id, [log]))
        answer["kinds"] = [event.kind for event in store.events(run.id)]
        """,
    )
    full = "is full. Free some space there."
    assert full in answer["problem"]
    assert answer["events"].startswith("StoreUnavailable: The run store cannot be written. ")
    assert answer["upload"].startswith("DataError: The file cannot be stored. ")
    assert answer["create"].split(":")[0] in ("StoreError", "StoreUnavailable")
    assert all(full in answer[what] for what in ("events", "upload", "create"))
    assert answer["waits"][0] == 3
    assert full in answer["waits"][1]
    assert (answer["written"], answer["left"], answer["later"]) == (500_000, [], None)
    assert answer["kinds"] == ["state", "log"]


def test_on_a_read_only_disk_everything_is_a_sentence(tmp_path):
    folder = tmp_path / "disk"
    folder.mkdir()
    answer = in_small_file_system(
        folder,
        """
        store.close()
        subprocess.run(["mount", "-o", "remount,ro", home()], check=True)
        answer["problem"] = folder_problem(home())
        answer["heartbeat"] = sentence(lambda: store.heartbeat(run.id))
        answer["upload"] = sentence(lambda: keep_upload(b"x", home(), "ann", "a.csv"))
        answer["create"] = sentence(lambda: store.create_run("ann", "y", {}, {}))
        subprocess.run(["mount", "-o", "remount,rw", home()], check=True)
        answer["later"] = sentence(lambda: store.heartbeat(run.id))
        """,
    )
    assert answer["heartbeat"].startswith("StoreUnavailable: ")
    assert all(
        "is read-only. Make it writable" in answer[what]
        for what in ("problem", "heartbeat", "upload", "create")
    )
    assert answer["later"] is None
