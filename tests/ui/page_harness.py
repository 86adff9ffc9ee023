"""Opens a page of the app in process, as one visitor with a known workspace."""

from typing import Any

from streamlit.testing.v1 import AppTest

from blockwright.runs.store import RunStore
from blockwright.ui.shell.store import run_store
from tests.ui.conftest import ROOT

MINE = "mine" * 8
OTHER = "them" * 8


def store() -> RunStore:
    """The store that the pages use."""
    return run_store()


def visit(page: str, run: str | None = None, owner: str = MINE, **session: Any) -> AppTest:
    """The page "train", "evaluate" or "runs" in a fresh session; `run` is the id that the address names."""
    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    app.session_state["workspace"] = owner
    for key, value in session.items():
        app.session_state[key] = value
    app.run()
    if run is not None:
        app.query_params["run"] = run
    return app.switch_page(f"pages/{page}.py").run()


def words(app: AppTest) -> str:
    """Everything that the page says, in one text."""
    assert not app.exception
    kinds = (
        "title",
        "header",
        "subheader",
        "markdown",
        "caption",
        "text",
        "info",
        "warning",
        "error",
        "success",
    )
    said = [str(element.value) for kind in kinds for element in app.get(kind)]
    said += [f"{metric.label}: {metric.value}" for metric in app.metric]
    said += [bar.text for bar in app.get("progress")]
    return "\n".join(said)


def keys(app: AppTest) -> set[str]:
    """The keys of the page's buttons."""
    return {button.key for button in app.button}


def links(app: AppTest) -> list[str]:
    """The labels of the page's links to other pages."""
    return [link.label for link in app.get("page_link")]
