"""Which pages there are, how one goes to another, and the cure for Streamlit's older rule about `pages/`.

A folder `pages/` beside the entry file makes a fresh Streamlit server treat every file in it as an app of
its own until `st.navigation` has run once. A first visit to /design would then run the page without app.py,
and stay wrong until someone opens /. `through_app` switches the older rule off and runs again, through app.py.

That first run also shows the older rule's sidebar, in Streamlit's default width, while the page is imported. So the
sidebar's navigation is off in `.streamlit/config.toml` until `through_app` has configured the page.
"""

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager


@dataclass(frozen=True)
class PageLink:
    """One page: its file (relative to app.py), its path in the address, and how it is called."""

    file: str
    path: str
    title: str
    icon: str
    help: str


PAGES = {
    page.path: page
    for page in (
        PageLink(
            "pages/start.py",
            "start",
            "Start",
            ":material/home:",
            "Start from an example, or open your own design.",
        ),
        PageLink("pages/design.py", "design", "Design", ":material/stacks:", "Stack and edit the blocks."),
        PageLink(
            "pages/graph.py", "graph", "Graph", ":material/account_tree:", "See the network and its summary."
        ),
        PageLink(
            "pages/code.py", "code", "Code", ":material/code:", "Read the network as code, and download it."
        ),
        PageLink(
            "pages/train.py", "train", "Train", ":material/model_training:", "Train it and watch the curves."
        ),
        PageLink(
            "pages/evaluate.py", "evaluate", "Evaluate", ":material/grid_on:", "See where it makes mistakes."
        ),
        PageLink("pages/runs.py", "runs", "Runs", ":material/history:", "See earlier runs."),
    )
}

ASSETS = Path(__file__).parents[1] / "frontend" / "assets"
_FOLLOW = "follow"


def through_app() -> None:
    """Make sure that this page was reached through app.py. The first statement of every page, and of app.py."""
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        configure()
        st.set_option("client.showSidebarNavigation", True)
        st.rerun()


def configure() -> None:
    """Title, icon and layout of every page."""
    st.set_page_config(
        page_title="Blockwright",
        page_icon=str(ASSETS / "icon.svg"),
        layout="wide",
        initial_sidebar_state=236,
    )
    st.logo(str(ASSETS / "logo.svg"), size="large", icon_image=str(ASSETS / "icon.svg"))


def navigation() -> st.Page:
    """Build the navigation of the app and return the page to run."""
    return st.navigation(
        [
            st.Page(
                page.file,
                title=page.title,
                icon=page.icon,
                help=page.help,
                default=page.path == "start",
                url_path=None if page.path == "start" else page.path,
            )
            for page in PAGES.values()
        ],
        expanded=True,
    )


def go(path: str, **query: str) -> None:
    """Switch to the page of that path ("design", "train", ...); ends the script run."""
    st.switch_page(PAGES[path].file, query_params=query)


def follow(path: str) -> None:
    """From a callback: have the next run of the whole app switch to the page of that path.

    Where there is nothing to do first, a `link` is better: no script has to run before the page changes.
    """
    st.session_state[_FOLLOW] = path


def follow_now(current: str) -> None:
    """Switch to the page that `follow` named, unless `current` is its path; ends the script run then. Called by app.py.

    The name is kept until that page is there: a timer of the page before, in the same moment, can take the switch back.
    """
    path = st.session_state.get(_FOLLOW)
    if path == (current or "start"):
        del st.session_state[_FOLLOW]
    elif path:
        go(path)


def leave_if_following() -> None:
    """Last in the callback of a fragment: run the whole app, not the fragment, if `follow` was called."""
    if _FOLLOW in st.session_state:
        st.rerun()


def link(
    path: str,
    label: str | None = None,
    key: str | None = None,
    icon: str | None = None,
    help: str | None = None,
    **query: str,
) -> None:
    """Draw a link to the page of that path; `query` is what its address says beside."""
    page = PAGES[path]
    with st.container(key=key or f"link_{path}"):
        st.page_link(
            page.file,
            label=label or page.title,
            icon=icon or page.icon,
            help=help,
            query_params=query or None,
        )


def first_steps() -> None:
    """Draw links to the pages on which a design without blocks gets some."""
    with st.container(horizontal=True):
        for path, label in (("design", "Add blocks"), ("start", "Start from an example")):
            with st.container(width="content"):
                link(path, label)
