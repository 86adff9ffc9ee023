"""TensorBoard on the page Evaluate: opened, waited for, shown and closed; or downloaded."""

import io
import zipfile
from types import SimpleNamespace

import pytest

from blockwright.backend.client import BackendError
from blockwright.runs.files.home import run_folder
from blockwright.ui.evaluate import tensorboard_view
from tests.ui import synthetic
from tests.ui.page_harness import MINE, keys, store, visit, words


class Boards:
    """Stands in for the backend."""

    def __init__(self):
        self.asked = []
        self.state = {"state": "closed", "port": None, "path": "", "sentence": ""}
        self.trouble = None

    def answer(self, run_id, owner, action):
        self.asked.append((run_id, owner, action))
        if self.trouble and action == "open":
            raise BackendError(self.trouble)
        if action == "open":
            self.state = {"state": "open", "port": 1234, "path": "secret", "sentence": ""}
        if action == "close":
            self.state = {"state": "closed", "port": None, "path": "", "sentence": ""}
        return self.state


@pytest.fixture
def boards(service, workspace_store):
    boards = Boards()
    service.answers["tensorboard"] = boards.answer
    return boards


@pytest.fixture
def run(boards):
    run = synthetic.finished(store(), MINE)
    folder = run_folder(run.id) / "tensorboard" / "train"
    folder.mkdir(parents=True)
    (folder / "events.out.tfevents.1").write_bytes(b"events")
    return run


def links(app):
    return [link.url for link in app.get("link_button")]


def test_it_is_opened_and_closed(run, boards):
    app = visit("evaluate", run.id)
    app.button(key="tensorboard_open").click().run()
    assert not app.exception
    assert (run.id, MINE, "open") in boards.asked
    assert links(app) == ["http://127.0.0.1:1234/secret/"]
    app.button(key="tensorboard_close").click().run()
    assert links(app) == []
    assert "tensorboard_open" in keys(app)


def test_while_it_starts_the_page_says_so(run, boards):
    boards.state = {"state": "starting", "port": None, "path": "", "sentence": ""}
    app = visit("evaluate", run.id)
    assert app.button(key="tensorboard_starting").disabled
    assert "tensorboard_open" not in keys(app)


def test_what_the_backend_refuses_is_a_sentence_on_the_page(run, boards):
    boards.trouble = "4 TensorBoards of others are open on this server, the most at once."
    app = visit("evaluate", run.id)
    app.button(key="tensorboard_open").click().run()
    assert boards.trouble in words(app)


def test_from_another_machine_the_files_and_the_command_are_offered(run, boards, monkeypatch):
    context = SimpleNamespace(url="https://class.example.org/evaluate", cookies={}, headers={})
    monkeypatch.setattr(tensorboard_view.st, "context", context)
    app = visit("evaluate", run.id)
    assert "tensorboard --logdir tensorboard" in words(app)
    assert "tensorboard_open" not in keys(app)
    assert "download_tensorboard" in {button.key for button in app.get("download_button")}


def test_a_run_without_event_files_shows_nothing_of_it(boards):
    other = synthetic.finished(store(), MINE)
    assert not any(key.startswith("tensorboard") for key in keys(visit("evaluate", other.id)))
    assert boards.asked == []


def test_the_event_files_are_one_zip(run):
    with zipfile.ZipFile(io.BytesIO(tensorboard_view.zipped(run.id))) as archive:
        assert archive.namelist() == ["tensorboard/train/events.out.tfevents.1"]
