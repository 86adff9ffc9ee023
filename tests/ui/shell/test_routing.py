"""Pages on a fresh server, their paths, and the workspace of a visitor."""

import re

import pytest
from streamlit.runtime.fragment import MemoryFragmentStorage
from streamlit.runtime.pages_manager import PagesManager
from streamlit.testing.v1 import AppTest

from blockwright.runs.owners import owner_of
from blockwright.ui.shell import routing, workspace
from tests.ui import synthetic
from tests.ui.conftest import ROOT
from tests.ui.page_harness import MINE, store, visit


@pytest.mark.parametrize("path", sorted(routing.PAGES))
def test_every_page_exists_and_begins_with_the_way_through_app(path):
    source = (ROOT / routing.PAGES[path].file).read_text(encoding="utf-8")
    statements = [
        line for line in source.splitlines() if line and not line.startswith((" ", '"', "import", "from"))
    ]
    assert statements[0] == "routing.through_app()"
    assert len(source.splitlines()) < 100


@pytest.mark.parametrize("path", sorted(routing.PAGES))
def test_every_page_can_be_the_first_one_on_a_fresh_server(service, workspace_store, path):
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.switch_page(routing.PAGES[path].file).run()
    assert not app.exception
    assert not [box for box in app.error if "incident" in box.value]
    assert PagesManager.uses_pages_directory is False


@pytest.mark.parametrize("path", sorted(routing.PAGES))
def test_a_page_ends_the_timers_of_the_page_before(service, workspace_store, monkeypatch, path):
    """Streamlit drops the fragments of the page before only where a script ends by itself, without `st.stop`.

    A timer of theirs that is due in that moment would draw into a page where their place does not exist.
    """
    run = synthetic.running(store(), MINE)
    page = visit(path, run.id if path in ("train", "evaluate") else None)
    dropped = []
    monkeypatch.setattr(MemoryFragmentStorage, "clear", lambda self, new_fragment_ids: dropped.append(self))
    page.run()
    assert len(dropped) == 1


def test_the_page_to_follow_is_kept_until_it_is_there(monkeypatch):
    session, gone = {}, []
    monkeypatch.setattr(routing.st, "session_state", session)
    monkeypatch.setattr(routing, "go", gone.append)
    routing.follow("start")
    routing.follow_now("runs")
    routing.follow_now("runs")
    routing.follow_now("")
    routing.follow_now("runs")
    assert gone == ["start", "start"]


def test_a_visitor_gets_an_id_that_cannot_be_guessed_and_keeps_it(app):
    owner = app.session_state["workspace"]
    assert re.fullmatch(r"[A-Za-z0-9_-]{32}", app.session_state["workspace_id"])
    assert owner == owner_of(app.session_state["workspace_id"])
    app.run()
    assert app.session_state["workspace"] == owner
    other = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30).run()
    assert other.session_state["workspace"] != owner


@pytest.mark.parametrize(
    "sent", ["", "short", "x" * 33, "../" * 11, "a" * 31 + "\n", "<script>aaaaaaaaaaaaaaaaaaaaaaaa"]
)
def test_a_cookie_that_is_no_id_is_not_taken(monkeypatch, sent):
    class Context:
        cookies = {workspace.COOKIE: sent}

    monkeypatch.setattr(workspace.st, "context", Context)
    monkeypatch.setattr(workspace.st, "session_state", {})
    assert workspace.workspace() != owner_of(sent)


def test_the_cookie_of_an_earlier_visit_is_taken(monkeypatch):
    class Context:
        cookies = {workspace.COOKIE: "aB3_" * 8}

    monkeypatch.setattr(workspace.st, "context", Context)
    monkeypatch.setattr(workspace.st, "session_state", {})
    assert workspace.workspace() == owner_of("aB3_" * 8)
