import io
import json
import zipfile
from pathlib import Path

from blockwright.runs.files.home import run_folder
from blockwright.runs.files.run_files import run_bytes, run_zip


def test_a_zip_holds_every_finished_file_of_a_run_and_its_design(store, run, tmp_path: Path):
    folder = run_folder(run.id)
    (folder / "exports").mkdir()
    (folder / "history.json").write_text("{}")
    (folder / "exports" / "network.keras").write_bytes(bytes(10))
    (folder / ".partial-1-x").write_bytes(bytes(1000))
    (folder / "link").symlink_to(tmp_path)
    assert run_bytes(run.id) == 12
    with zipfile.ZipFile(io.BytesIO(run_zip(run))) as archive:
        names = ["design.json", "exports/network.keras", "history.json", "settings.json"]
        assert sorted(archive.namelist()) == names
        assert json.loads(archive.read("design.json")) == run.design


def test_a_run_without_a_folder_has_no_bytes(store, run):
    run_folder(run.id).rmdir()
    assert run_bytes(run.id) == 0
