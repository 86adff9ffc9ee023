"""The pages in process: through app.py, with a pretended design service and a home folder of their own."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from blockwright.design.composite_catalog import CATEGORY as OWN
from blockwright.ui.design import commands, palette
from blockwright.ui.design.inspector import inspector
from blockwright.ui.shell import service as backend
from blockwright.ui.shell import store
from tests.ui.fakes import FakeService

ROOT = Path(__file__).parents[2]
EVERY_PART = (
    "toolbar_name",
    commands.HISTORY,
    "toolbar_redo",
    "toolbar",
    "toolbar_notices",
    "toolbar_totals",
    "stack",
    *commands.FIELDS,
    "card",
    "sidebar",
)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    """The design service that the pages ask."""
    fake = FakeService()
    monkeypatch.setattr(backend, "connect", lambda: fake)
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
    """The palette with ordinary buttons, which AppTest can press: each does what the component asks the stack to do."""
    own = [block["name"] for block in (data[0]["own"] or {"blocks": []})["blocks"]]
    known = commands.known_blocks()
    ready = [name for name, one in known.blocks.items() if one.category != OWN] if known else []
    for name in [*own, *ready]:
        deed = {"do": "add", "block": name}
        st.button(name, key=f"add_{name}", on_click=commands.do, args=(deed,))


@pytest.fixture
def app(service: FakeService, workspace_store: None, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app on its Start page. After a deed every part is drawn, because AppTest forgets what is not.

    What is set seldom is in sight in the inspector, and the palette has ordinary buttons.
    """
    monkeypatch.setattr(commands, "PARTS", EVERY_PART)
    monkeypatch.setattr(palette, "_component", plain_palette)
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.session_state[inspector.MORE] = True
    return app.run()


@pytest.fixture
def designing(app: AppTest) -> AppTest:
    """The app on the page Design, with the tutorial Inception opened from its card."""
    return app.button(key="use_tutorial_inception").click().run()
