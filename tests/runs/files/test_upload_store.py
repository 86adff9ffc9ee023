import pytest

from blockwright.runs.files import upload_store
from blockwright.runs.files.upload_store import check_owned, keep_upload
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
