"""The pages in process: through app.py, with a pretended design service and a home folder of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from blockwright.design.composite_catalog import CATEGORY as OWN
from blockwright.design.edits import Insert
from blockwright.ui.design import editing, palette
from blockwright.ui.design.inspector import node_form
from blockwright.ui.reactive import background_calls, fragments
from blockwright.ui.shell import service as backend
from blockwright.ui.shell import store
from tests.ui.fakes import FakeService

ROOT = Path(__file__).parents[2]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    """The design service that the pages ask."""
    fake = FakeService()
    monkeypatch.setattr(backend, "connect", lambda: fake)
    monkeypatch.setattr(background_calls, "_calls", {})
    backend.forget()
    return fake


@pytest.fixture
def workspace_store(home: Path) -> Iterator[None]:
    """A run store of this test's own."""
    store.run_store.cache_clear()
    st.cache_resource.clear()
    yield
    store.run_store.cache_clear()


def plain_palette(key: str, data: list[dict[str, Any]]) -> None:
    """The palette with ordinary buttons, which AppTest can press: each makes the edit that the component sends."""
    own = [block["name"] for block in (data[0]["own"] or {"blocks": []})["blocks"]]
    known = editing.design_catalog()
    ready = [name for name, one in known.blocks.items() if one.category != OWN] if known else []
    for name in [*own, *ready]:
        st.button(
            name, key=f"add_{name}", on_click=editing.gesture(editing.perform), args=([Insert(block=name)],)
        )


@pytest.fixture
def app(service: FakeService, workspace_store: None, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app on its Start page. After a gesture every fragment is drawn, because AppTest forgets what is not, and
    draws the whole page otherwise.

    What is set seldom is in sight in the inspector, and the palette has ordinary buttons.
    """
    every = [key for key in fragments.FRAGMENTS if key != "palette"]
    monkeypatch.setattr(fragments, "always_drawn", lambda: every)
    monkeypatch.setattr(fragments, "draws_whole_page", lambda: False)
    monkeypatch.setattr(palette, "_component", plain_palette)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.session_state[node_form.MORE_OPEN] = True
    return app.run()


@pytest.fixture
def designing(app: AppTest) -> AppTest:
    """The app on the page Design, with the tutorial Inception opened from its card."""
    return app.button(key="use_tutorial_inception").click().run()
