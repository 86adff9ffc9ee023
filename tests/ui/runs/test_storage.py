import pytest

from blockwright.runs.files.home import home
from blockwright.runs.files.upload_store import keep_upload, set_upload_expiries, uploads
from tests.ui import synthetic
from tests.ui.page_harness import MINE, OTHER, keys, store, visit, words

pytestmark = pytest.mark.usefixtures("service", "workspace_store")


def upload(content: bytes = b"a,b\n1,2\n", owner: str = MINE):
    return keep_upload(content, home(), owner, "a.csv")


def test_without_limits_and_uploads_storage_is_no_topic():
    synthetic.finished(store(), MINE)
    assert not [part for part in visit("runs").expander if part.label == "Storage"]


def test_storage_says_what_is_used_of_the_limits(monkeypatch):
    monkeypatch.setenv("BLOCKWRIGHT_WORKSPACE_UPLOAD_MB", "500")
    upload()
    assert "Runs take 0 B, uploads 8 B of 500 MB." in words(visit("runs"))


def test_an_upload_is_shown_by_its_title_and_deleted():
    path = upload()
    upload(owner=OTHER)
    run = store().create_run(
        MINE,
        "x",
        synthetic.DESIGN,
        {"data": {"name": "upload", "path": str(path), "title": "my *houses*.csv"}},
    )
    app = visit("runs")
    assert "my \\*houses\\*.csv" in words(app)
    assert "8 B · used by 1 run" in words(app)
    button = app.button(key=f"upload_delete_{path.name[:8]}")
    assert button.disabled
    store().end(run.id, "stopped")
    app = visit("runs")
    app.button(key=f"upload_delete_{path.name[:8]}").click().run()
    assert uploads(home(), MINE) == []
    assert len(uploads(home(), OTHER)) == 1
    assert f"upload_delete_{path.name[:8]}" not in keys(app)


def test_an_upload_that_will_be_deleted_is_announced(monkeypatch):
    monkeypatch.setenv("BLOCKWRIGHT_WORKSPACE_DAYS", "30")
    path = upload()
    set_upload_expiries(home(), MINE, {path.name: 1.0})
    app = visit("runs")
    assert "1 upload will be deleted, the first soon: this server keeps runs for 30 days." in words(app)
    assert "used by no run · will be deleted soon" in words(app)


def test_a_setting_that_is_no_number_is_a_sentence(monkeypatch):
    monkeypatch.setenv("BLOCKWRIGHT_WORKSPACE_DAYS", "soon")
    assert "DAYS must be a whole number, 0 for unlimited. Received: 'soon'." in words(visit("runs"))
