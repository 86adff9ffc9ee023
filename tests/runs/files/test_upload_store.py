import os

import pytest

from blockwright.runs.files import upload_store
from blockwright.runs.files.upload_store import (
    check_owned,
    delete_upload,
    keep_upload,
    set_upload_expiries,
    upload_owners,
    uploads,
)
from blockwright.schema.data.errors import DataError


def test_an_upload_is_kept_once_and_under_its_owner(tmp_path):
    first, again = (keep_upload(b"content", tmp_path, "mine") for _ in range(2))
    assert first == again
    assert first.read_bytes() == b"content"
    assert keep_upload(b"content", tmp_path, "theirs") != first
    assert len(list(first.parent.iterdir())) == 1
    check_owned(first, tmp_path, "mine")


@pytest.mark.parametrize("path", ["/etc/passwd", "uploads/../secret.npz", "{theirs}", "{mine}/../../x.npz"])
def test_what_is_not_ones_own_upload_is_refused(tmp_path, path):
    mine, theirs = keep_upload(b"a", tmp_path, "mine"), keep_upload(b"b", tmp_path, "theirs")
    with pytest.raises(DataError, match="a file of another workspace or computer"):
        check_owned(path.format(mine=mine, theirs=theirs), tmp_path, "mine")


def test_a_link_out_of_the_folder_is_refused(tmp_path):
    mine = keep_upload(b"a", tmp_path, "mine")
    link = mine.parent / "link.npz"
    link.symlink_to(tmp_path / "secret")
    with pytest.raises(DataError):
        check_owned(link, tmp_path, "mine")


def test_empty_and_oversized_uploads_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(upload_store, "MAX_UPLOAD_BYTES", 10)
    for content in (b"", bytes(11)):
        with pytest.raises(DataError, match="must not be empty"):
            keep_upload(content, tmp_path, "mine")
    assert not (tmp_path / "uploads").exists()


@pytest.mark.parametrize(
    ("title", "suffix"),
    [
        ("my.CSV", ".csv"),
        ("a.tsv", ".csv"),
        ("b.txt", ".csv"),
        ("c.npz", ".npz"),
        ("", ".npz"),
        ("../x.sh", ".npz"),
    ],
)
def test_of_a_files_name_only_whether_it_is_a_table_counts(tmp_path, title, suffix):
    path = keep_upload(b"a,b", tmp_path, "mine", title)
    assert path.suffix == suffix
    assert path.name == keep_upload(b"a,b", tmp_path, "mine", f"x{suffix}").name
    check_owned(path, tmp_path, "mine")


def test_uploads_of_an_owner_share_their_space(tmp_path):
    first = keep_upload(bytes(600_000), tmp_path, "mine", most_bytes=1_000_000)
    with pytest.raises(
        DataError, match=r"your uploads take 0.6 of 1 MB. Delete some of them on the page Runs"
    ):
        keep_upload(b"x" * 500_000, tmp_path, "mine", most_bytes=1_000_000)
    assert keep_upload(bytes(600_000), tmp_path, "mine", most_bytes=1_000_000) == first
    keep_upload(b"x" * 500_000, tmp_path, "theirs", most_bytes=1_000_000)
    assert delete_upload(tmp_path, "mine", first.name)
    keep_upload(b"x" * 500_000, tmp_path, "mine", most_bytes=1_000_000)


def test_uploads_are_listed_with_the_day_on_which_they_are_deleted(tmp_path):
    old, new = keep_upload(b"old", tmp_path, "mine"), keep_upload(b"newer", tmp_path, "mine", "a.csv")
    os.utime(old, (1000.0, 1000.0))
    set_upload_expiries(tmp_path, "mine", {old.name: 5000.0})
    assert [(upload.path, upload.bytes, upload.expires) for upload in uploads(tmp_path, "mine")] == [
        (new, 5, None),
        (old, 3, 5000.0),
    ]
    assert upload_owners(tmp_path) == ["mine"]
    set_upload_expiries(tmp_path, "mine", {})
    assert [upload.expires for upload in uploads(tmp_path, "mine")] == [None, None]


@pytest.mark.parametrize("name", ["../theirs/x.npz", "expires.json", "", "f" * 32 + ".npz"])
def test_only_an_upload_is_deleted(tmp_path, name):
    kept = keep_upload(b"a", tmp_path, "mine")
    set_upload_expiries(tmp_path, "mine", {kept.name: 1.0})
    assert not delete_upload(tmp_path, "mine", name)
    assert len(list(kept.parent.iterdir())) == 2
